public import Demography

/// One table as it was written to a file of the run.
public struct TableFile: Hashable, Sendable {
  /// Relative to the run folder: `tables/od_flows.csv`.
  public let path: String
  public let table: Table
  /// Bytes of the file.
  public let size: Int
  /// Hexadecimal digest of the file's bytes.
  public let sha256: String

  public init(path: String, table: Table, size: Int, sha256: String) {
    self.path = path
    self.table = table
    self.size = size
    self.sha256 = sha256
  }

  /// `od_flows.csv`.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Sum of the non-missing values of each column of numbers: what a reader can check without our
  /// program.
  var sums: [(column: String, sum: Double)] {
    table.columns.compactMap { column in
      switch column.values {
      case .text, .boolean: nil
      case .integer, .real:
        (column.name, table.numbers(column.name).compactMap { $0 }.reduce(0, +))
      }
    }
  }
}
