/// How large a configuration file may be before it is refused.
public struct DocumentLimits: Hashable, Sendable {
  public var bytes: Int
  /// Levels of lists and maps inside each other.
  public var depth: Int
  /// Scalars, lists and maps together.
  public var nodes: Int

  public init(bytes: Int, depth: Int, nodes: Int) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }

  /// 16 MiB, 64 levels, a million nodes.
  public static let standard = DocumentLimits(bytes: 16 << 20, depth: 64, nodes: 1_000_000)
}
