/// Totals that a table has to meet: its cells fall into groups, and each group has a total.
///
/// Sums over axes, blocks of rows and columns, stripes within rows or any other partition are all
/// margin sets.
public struct MarginSet: Hashable, Sendable {
  /// What a message calls the set.
  public let name: String
  /// The group of every cell; −1 for cells outside all groups.
  public let groups: [Int]
  /// One for each group; NaN where nothing is known, and the group is left free.
  public let totals: [Double]
  /// What a message calls the groups.
  public let labels: [String]

  public init(_ name: String, groups: [Int], totals: [Double], labels: [String]? = nil) {
    precondition(
      groups.allSatisfy { $0 >= -1 && $0 < totals.count }, "a group outside 0..<\(totals.count)")
    precondition(labels.map { $0.count == totals.count } ?? true, "labels of another number")
    self.name = name
    self.groups = groups
    self.totals = totals
    self.labels = labels ?? totals.indices.map { "\($0 + 1)" }
  }

  /// Sums over all axes but these; `totals` has the first of them fastest.
  public static func axes(
    _ axes: [Int], of shape: TableShape, totals: [Double], name: String,
    labels: [String]? = nil
  ) -> MarginSet {
    MarginSet(name, groups: shape.projection(on: axes), totals: totals, labels: labels)
  }

  /// Sums of rectangles of a table of two axes: `totals` by block of rows (fastest) and block of
  /// columns.
  ///
  /// - Parameters:
  ///   - rowBlocks: block of each row, from 0; columnBlocks: block of each column.
  public static func blocks(
    rowBlocks: [Int], columnBlocks: [Int], totals: [Double], name: String
  ) -> MarginSet {
    let height = (rowBlocks.max() ?? -1) + 1
    let groups = columnBlocks.flatMap { column in rowBlocks.map { column * height + $0 } }
    let labels = totals.indices.map { "\($0 % height + 1)/\($0 / height + 1)" }
    return MarginSet(name, groups: groups, totals: totals, labels: labels)
  }

  /// Sums of the stretches of columns within every row: a block for each row alone.
  public static func stripes(
    rows: Int, columnBlocks: [Int], totals: [Double], name: String
  ) -> MarginSet {
    blocks(rowBlocks: Array(0..<rows), columnBlocks: columnBlocks, totals: totals, name: name)
  }
}
