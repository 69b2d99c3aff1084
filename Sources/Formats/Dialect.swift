/// How a delimited file separates its cells.
public struct Dialect: Hashable, Sendable {
  public enum Delimiter: String, Hashable, Sendable, CaseIterable {
    /// The one under which the first lines have equally many cells.
    case automatic = "auto"
    case comma, semicolon, tab, bar

    /// The byte between cells; `nil` when it is still to be found.
    var byte: UInt8? {
      switch self {
      case .automatic: nil
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      case .bar: UInt8(ascii: "|")
      }
    }
  }

  public var delimiter: Delimiter
  /// Whether lines may have fewer or more cells than the first: files with titles and footnotes
  /// around the table.
  public var allowsRaggedRows: Bool

  public init(delimiter: Delimiter = .automatic, allowsRaggedRows: Bool = false) {
    self.delimiter = delimiter
    self.allowsRaggedRows = allowsRaggedRows
  }
}
