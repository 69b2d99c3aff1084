public import Demography

/// The rows of a flow table as they were read: named columns of text with the place of each cell.
///
/// Numbers are understood only where a formula asks for them, so a column of notes never faults.
public struct FlowData: Sendable {
  /// In the order of the file.
  public let columnNames: [String]
  let grid: TextGrid
  /// Which rows of the grid are meant, in order.
  let gridRows: [Int]
  private let indexOfColumn: [String: Int]

  /// - Parameter grid: the first row holds the column names; empty rows are left out.
  /// - Throws: `Faults`: no rows, an empty or repeated column name, a row of another length.
  public init(grid: TextGrid) throws {
    guard let header = grid.rows.first else {
      throw Faults(Fault(.badData, "flows.empty", ["file": grid.file]))
    }
    let names = header.cells.map { $0.trimmed }
    var faults: [Fault] = []
    var indexOfColumn: [String: Int] = [:]
    for (column, name) in names.enumerated() {
      let place = grid.place(row: 0, column: column)
      if name.isEmpty {
        faults.append(
          Fault(.badData, "flows.column-unnamed", ["column": "\(column + 1)"], at: place))
      } else if indexOfColumn.updateValue(column, forKey: name) != nil {
        faults.append(Fault(.badData, "flows.column-twice", ["column": name], at: place))
      }
    }
    let filled = grid.rows.indices.dropFirst().filter { row in
      !grid.rows[row].cells.allSatisfy { $0.trimmed.isEmpty }
    }
    for row in filled where grid.rows[row].cells.count != names.count {
      let found = grid.rows[row].cells.count
      faults.append(
        Fault(
          .badData, "flows.ragged", ["found": "\(found)", "expected": "\(names.count)"],
          at: grid.place(row: row, column: min(found, names.count) - 1)))
    }
    guard faults.isEmpty else { throw Faults(faults) }
    self.init(names: names, indexOfColumn: indexOfColumn, grid: grid, gridRows: Array(filled))
  }

  /// A table made in memory.
  /// - Parameters:
  ///   - columns: name and values; all of one length, names not empty and unique.
  ///   - name: what messages call the table.
  public init(columns: [(name: String, values: [String])], name: String = "data") {
    precondition(Set(columns.map(\.values.count)).count <= 1, "columns of different lengths")
    var indexOfColumn: [String: Int] = [:]
    for (index, column) in columns.enumerated() {
      precondition(
        indexOfColumn.updateValue(index, forKey: column.name) == nil,
        "column '\(column.name)' twice")
    }
    let count = columns.first?.values.count ?? 0
    let places = Array(1...max(1, columns.count))
    var rows = [TextGrid.Row(line: 1, cells: columns.map(\.name), columns: places)]
    for row in 0..<count {
      rows.append(
        TextGrid.Row(line: row + 2, cells: columns.map { $0.values[row] }, columns: places))
    }
    self.init(
      names: columns.map(\.name), indexOfColumn: indexOfColumn,
      grid: TextGrid(file: name, rows: rows), gridRows: Array(1..<(count + 1)))
  }

  private init(names: [String], indexOfColumn: [String: Int], grid: TextGrid, gridRows: [Int]) {
    columnNames = names
    self.indexOfColumn = indexOfColumn
    self.grid = grid
    self.gridRows = gridRows
  }

  /// Number of rows.
  public var count: Int { gridRows.count }

  /// The line of the file a row stands in.
  public func line(of row: Int) -> Int { grid.rows[gridRows[row]].line }

  /// The rows for which `isIncluded` holds, in order.
  public func filtered(_ isIncluded: (Int) throws -> Bool) rethrows -> FlowData {
    let kept = try gridRows.indices.filter(isIncluded).map { gridRows[$0] }
    return FlowData(names: columnNames, indexOfColumn: indexOfColumn, grid: grid, gridRows: kept)
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

  func text(row: Int, column: Int) -> String { grid.rows[gridRows[row]].cells[column].trimmed }

  func place(row: Int, column: Int) -> Place { grid.place(row: gridRows[row], column: column) }
}

extension FlowData {
  /// A cell read as a number.
  enum Cell: Hashable {
    case number(Double)
    case missing
    case notANumber
  }

  /// `NA`, `NaN`, `.`, `..` and an empty cell are missing; `TRUE` and `FALSE` are 1 and 0.
  func cell(row: Int, column: Int) -> Cell {
    let text = text(row: row, column: column)
    if let number = Double(text), number.isFinite { return .number(number) }
    switch text {
    case "", "NA", "NaN", "nan", ".", "..", "null", "NULL": return .missing
    case "TRUE", "True", "true": return .number(1)
    case "FALSE", "False", "false": return .number(0)
    default: return .notANumber
    }
  }

  /// A column of numbers, `nil` where missing.
  /// - Throws: `Faults` with every cell that is no number (the first hundred).
  func numbers(_ column: Int) throws -> [Double?] {
    var faults: [Fault] = []
    var numbers: [Double?] = []
    numbers.reserveCapacity(count)
    for row in 0..<count {
      switch cell(row: row, column: column) {
      case .number(let number): numbers.append(number)
      case .missing: numbers.append(nil)
      case .notANumber:
        numbers.append(nil)
        guard faults.count < 100 else { continue }
        faults.append(
          Fault(
            .badData, "flows.not-a-number",
            ["found": text(row: row, column: column), "column": columnNames[column]],
            at: place(row: row, column: column)))
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    return numbers
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
