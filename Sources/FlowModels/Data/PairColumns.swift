import Demography

/// Which columns of a table of flows say from where, to where, how many and how far.
public struct PairColumns: Hashable, Sendable {
  public var origin: String
  public var destination: String
  public var flow: String

  public init(origin: String, destination: String, flow: String) {
    self.origin = origin
    self.destination = destination
    self.flow = flow
  }
}

/// Flows of pairs with further columns, each pair once, as a rectangular table.
///
/// A pair without a row is NaN everywhere: it is not known, which is not 0.
public struct PairTable: Sendable {
  /// In alphabetical order.
  public let origins: [String]
  public let destinations: [String]
  /// `origins · destinations`, origin fastest.
  public let flows: [Double]
  private let data: FlowData
  private let cellOfRow: [Int]

  /// - Throws: `Faults`: an unknown column, a cell that is no number, a pair named twice.
  public init(_ data: FlowData, _ columns: PairColumns) throws {
    let from = try Self.names(data, columns.origin)
    let to = try Self.names(data, columns.destination)
    origins = Set(from).sorted()
    destinations = Set(to).sorted()
    let row = Dictionary(uniqueKeysWithValues: origins.enumerated().map { ($1, $0) })
    let column = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1, $0) })
    let n = origins.count
    cellOfRow = zip(from, to).map { (column[$1] ?? 0) * n + (row[$0] ?? 0) }
    let at = try data.index(of: columns.origin, namedAt: nil)
    let faults = LabelledMatrix.repeated(zip(from, to).map { "\($0) → \($1)" }) {
      data.place(row: $0, column: at)
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.data = data
    flows = try Self.spread(data, columns.flow, cellOfRow, n * destinations.count)
  }

  /// Another column in the shape of the flows; NaN where a pair has no row or no value.
  public func values(_ column: String) throws -> [Double] {
    try Self.spread(data, column, cellOfRow, flows.count)
  }

  /// A column that belongs to the origins, one value for each; NaN where no row has one.
  /// - Throws: `Faults` `flows.mass-differs` where two rows of an origin differ.
  public func ofOrigins(_ column: String) throws -> [Double] {
    try collected(column, count: origins.count) { $0 % origins.count }
  }

  public func ofDestinations(_ column: String) throws -> [Double] {
    try collected(column, count: destinations.count) { $0 / origins.count }
  }

  private func collected(
    _ column: String, count: Int, _ place: (Int) -> Int
  ) throws -> [Double] {
    let index = try data.index(of: column, namedAt: nil)
    let values = try data.numbers(index)
    var found = [Double](repeating: .nan, count: count)
    var faults: [Fault] = []
    for (row, value) in values.enumerated() where !value.isNaN {
      let k = place(cellOfRow[row])
      if found[k].isNaN {
        found[k] = value
      } else if found[k] != value, faults.count < 100 {
        faults.append(
          Fault(
            .badData, "flows.mass-differs",
            ["column": column, "found": text(value), "before": text(found[k])],
            at: data.place(row: row, column: index)))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return found
  }

  private static func names(_ data: FlowData, _ column: String) throws -> [String] {
    let index = try data.index(of: column, namedAt: nil)
    return (0..<data.count).map { data.text(row: $0, column: index) }
  }

  private static func spread(
    _ data: FlowData, _ column: String, _ cellOfRow: [Int], _ count: Int
  ) throws -> [Double] {
    var values = [Double](repeating: .nan, count: count)
    let numbers = try data.numbers(try data.index(of: column, namedAt: nil))
    for (row, number) in numbers.enumerated() { values[cellOfRow[row]] = number }
    return values
  }
}
