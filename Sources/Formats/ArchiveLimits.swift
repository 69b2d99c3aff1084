/// How much an archive may unpack to before it is refused.
public struct ArchiveLimits: Hashable, Sendable {
  /// All entries together, unpacked.
  public var totalBytes: Int
  /// Unpacked to packed size of one entry; entries below a mebibyte are let through.
  public var ratio: Int
  public var entries: Int
  /// Cells of one sheet, filled-up ones included.
  public var cells: Int

  public init(totalBytes: Int, ratio: Int, entries: Int, cells: Int = 20_000_000) {
    self.totalBytes = totalBytes
    self.ratio = ratio
    self.entries = entries
    self.cells = cells
  }

  /// 512 MiB, 200 to 1, 4096 entries, 20 million cells.
  public static let standard = ArchiveLimits(totalBytes: 512 << 20, ratio: 200, entries: 4096)
}
