public import Demography

/// The rows of a flow table: named columns of numbers and of texts, with the place of each cell.
///
/// Numbers are understood only where a formula asks for them, so a column of notes never faults.
public struct FlowData: Sendable {
  /// In the order of the file.
  public let columnNames: [String]
  /// What messages call the table.
  public let file: String
  /// One entry for each name, all `count` long.
  let columns: [ColumnTable.Values]
  /// Number of rows.
  public let count: Int
  private let source: ColumnTable
  /// Which rows of the source are meant, ascending; `nil` for all.
  private let sourceRows: [Int32]?
  private let indexOfColumn: [String: Int]

  /// The rows of a table that was read column by column.
  public init(_ table: ColumnTable) {
    self.init(source: table, columns: table.columns.map(\.values), sourceRows: nil)
  }

  /// - Parameter grid: the first row holds the column names; empty rows are left out.
  /// - Throws: `Faults`: no rows, an empty or repeated column name, a row of another length.
  public init(grid: TextGrid) throws {
    guard let header = grid.rows.first else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    let names = header.cells.map(\.withoutSpacesAround)
    let filled = grid.rows.indices.dropFirst().filter { row in
      !grid.rows[row].cells.allSatisfy { $0.withoutSpacesAround.isEmpty }
    }
    let faults = Self.headerFaults(names, grid) + Self.raggedRows(filled, names.count, grid)
    guard faults.isEmpty else { throw Faults(faults) }
    var lines = LineNumbers()
    for (row, gridRow) in filled.enumerated() {
      lines.note(row: row, line: grid.rows[gridRow].line)
    }
    self.init(
      ColumnTable(
        file: grid.file,
        columns: names.enumerated().map { column, name in
          .texts(name, filled.map { grid.rows[$0].cells[column] })
        }, lines: lines, locate: { grid.place(row: filled[$0], column: $1) }))
  }

  /// A table made in memory.
  /// - Parameters:
  ///   - columns: name and values; all of one length, names not empty and unique.
  ///   - name: what messages call the table.
  public init(columns: [(name: String, values: [String])], name: String = "data") {
    let encoded = columns.map { ColumnTable.Column.texts($0.name, $0.values) }
    let places = Array(1...max(1, columns.count))
    let table = ColumnTable(file: name, columns: encoded) { row, column in
      let cells = columns.map { $0.values[row] }
      let grid = TextGrid(
        file: name, rows: [TextGrid.Row(line: row + 2, cells: cells, columns: places)])
      return grid.place(row: 0, column: column)
    }
    self.init(table)
  }

  private init(source: ColumnTable, columns: [ColumnTable.Values], sourceRows: [Int32]?) {
    columnNames = source.columns.map(\.name)
    indexOfColumn = Dictionary(uniqueKeysWithValues: columnNames.enumerated().map { ($1, $0) })
    file = source.file
    self.source = source
    self.columns = columns
    self.sourceRows = sourceRows
    count = sourceRows?.count ?? source.count
  }

  private static func headerFaults(_ names: [String], _ grid: TextGrid) -> [Fault] {
    var seen: Set<String> = []
    return names.enumerated().compactMap { column, name in
      let place = grid.place(row: 0, column: column)
      if name.isEmpty {
        return Fault(.badData, "flows.column-unnamed", ["column": "\(column + 1)"], at: place)
      }
      return seen.insert(name).inserted
        ? nil : Fault(.badData, "flows.column-twice", ["column": name], at: place)
    }
  }

  private static func raggedRows(_ rows: [Int], _ expected: Int, _ grid: TextGrid) -> [Fault] {
    rows.filter { grid.rows[$0].cells.count != expected }.map { row in
      let found = grid.rows[row].cells.count
      return Fault(
        .badData, "flows.ragged", ["found": "\(found)", "expected": "\(expected)"],
        at: grid.place(row: row, column: min(found, expected) - 1))
    }
  }

  private func sourceRow(_ row: Int) -> Int { sourceRows.map { Int($0[row]) } ?? row }

  /// The line of the file a row stands in.
  public func line(of row: Int) -> Int { source.lines.line(of: sourceRow(row)) }

  /// The rows for which `isIncluded` holds, in order.
  public func filtered(_ isIncluded: (Int) throws -> Bool) rethrows -> FlowData {
    var kept: [Int32] = []
    for row in 0..<count where try isIncluded(row) { kept.append(Int32(row)) }
    let columns = columns.map { values -> ColumnTable.Values in
      switch values {
      case .numbers(let numbers): .numbers(kept.map { numbers[Int($0)] })
      case .words(let codes, let words): .words(codes: kept.map { codes[Int($0)] }, words: words)
      }
    }
    return FlowData(
      source: source, columns: columns, sourceRows: kept.map { Int32(sourceRow(Int($0))) })
  }

  func index(of column: String) -> Int? { indexOfColumn[column] }

  /// The index of a column, or a fault that names the nearest one.
  func index(of column: String, namedAt place: Place?) throws -> Int {
    if let index = indexOfColumn[column] { return index }
    throw Faults(
      Fault(
        .usage, "flows.column-unknown",
        [
          "column": column, "nearest": nearest(to: column, in: columnNames) ?? "",
          "known": columnNames.joined(separator: ", "),
        ], at: place))
  }

  func text(row: Int, column: Int) -> String {
    switch columns[column] {
    case .words(let codes, let words): words[Int(codes[row])]
    case .numbers(let numbers): numbers[row].isNaN ? "" : Demography.text(numbers[row])
    }
  }

  /// The cells of a row as texts, empty where missing.
  public func texts(row: Int) -> [String] {
    columnNames.indices.map { text(row: row, column: $0) }
  }

  func place(row: Int, column: Int) -> Place {
    source.place(row: sourceRow(row), column: column)
  }
}
