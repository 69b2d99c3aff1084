public import Demography

/// Lower and upper bounds of some cells of a table, by the names of their areas.
public struct LabelledBounds: Hashable, Sendable {
  private struct Cell: Hashable {
    let origin: String
    let destination: String
    let lower: Double?
    let upper: Double?
    let place: Place
  }

  private let cells: [Cell]

  /// Reads the columns `origin`, `destination`, `lower` and `upper`; an empty cell is no bound, two equal
  /// ones fix the flow.
  ///
  /// - Throws: `Faults`: a column that is not there, no number, negative, crossed, a pair twice.
  public init(grid: TextGrid) throws {
    let data = try FlowData(grid: grid)
    let columns = try ["origin", "destination", "lower", "upper"].map {
      try data.index(of: $0, namedAt: nil)
    }
    var faults = LabelledMatrix.repeated(
      (0..<data.count).map { row in
        "\(data.text(row: row, column: columns[0])) → \(data.text(row: row, column: columns[1]))"
      }
    ) { data.place(row: $0, column: columns[0]) }
    func bound(_ row: Int, _ column: Int) -> Double? {
      if case .missing = data.cell(row: row, column: column) { return nil }
      return LabelledMatrix.amount(data, row, column, &faults)
    }
    cells = (0..<data.count).map { row in
      Cell(
        origin: data.text(row: row, column: columns[0]),
        destination: data.text(row: row, column: columns[1]), lower: bound(row, columns[2]),
        upper: bound(row, columns[3]), place: data.place(row: row, column: columns[0]))
    }
    faults += cells.compactMap { cell in
      guard let lower = cell.lower, let upper = cell.upper, lower > upper else { return nil }
      return Fault(
        .badData, "balance.bad-bounds",
        [
          "origin": cell.origin, "destination": cell.destination, "lower": text(lower),
          "upper": text(upper),
        ], at: cell.place)
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  /// Whether whole flows may stay inside: every bound is whole.
  public var areWhole: Bool {
    cells.allSatisfy { cell in
      [cell.lower, cell.upper].allSatisfy { bound in bound.map { $0 == $0.rounded() } ?? true }
    }
  }

  /// Bounds in the shape of a table: 0 and infinity where none was given.
  ///
  /// - Throws: `Faults` for areas that the table does not have.
  func ordered(as table: LabelledMatrix) throws -> (lower: [Double], upper: [Double]) {
    let row = Dictionary(uniqueKeysWithValues: table.origins.enumerated().map { ($1, $0) })
    let column = Dictionary(uniqueKeysWithValues: table.destinations.enumerated().map { ($1, $0) })
    var lower = [Double](repeating: 0, count: table.values.count)
    var upper = [Double](repeating: .infinity, count: table.values.count)
    var faults: [Fault] = []
    for cell in cells {
      guard let i = row[cell.origin], let j = column[cell.destination] else {
        let isOrigin = row[cell.origin] == nil
        let name = isOrigin ? cell.origin : cell.destination
        let known = isOrigin ? table.origins : table.destinations
        faults.append(
          Fault(
            .badData, "balance.unknown-area",
            ["area": name, "nearest": nearest(to: name, in: known) ?? ""], at: cell.place))
        continue
      }
      let at = j * table.origins.count + i
      lower[at] = cell.lower ?? 0
      upper[at] = cell.upper ?? .infinity
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return (lower, upper)
  }
}
