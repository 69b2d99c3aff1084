public import Demography

extension Table {
  /// A grid whose first row holds the column names, as a table.
  ///
  /// A column becomes whole numbers, numbers, `true`/`false` or text, whichever fits all its cells;
  /// an empty cell is missing. A column without any value is text.
  /// - Throws: `column.twice` for a name that stands there twice, `column.unnamed` for an empty one.
  public init(_ grid: TextGrid, name: String) throws(Faults) {
    let header = grid.rows.first?.cells ?? []
    var faults: [Fault] = []
    var seen: Set<String> = []
    for (column, name) in header.enumerated() {
      if name.isEmpty {
        faults.append(
          Fault(
            .badData, "column.unnamed", ["number": String(column + 1)],
            at: grid.place(row: 0, column: column)))
      } else if !seen.insert(name).inserted {
        faults.append(
          Fault(
            .badData, "column.twice", ["column": name], at: grid.place(row: 0, column: column)))
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    self.init(
      name,
      header.indices.map { column in
        let cells = grid.rows.dropFirst().map { row -> String? in
          guard column < row.cells.count, !row.cells[column].isEmpty else { return nil }
          return row.cells[column]
        }
        return Column(header[column], Self.typed(cells))
      })
  }

  private static func typed(_ cells: [String?]) -> Values {
    let present = cells.compactMap(\.self)
    if present.isEmpty { return .text(cells) }
    if present.allSatisfy({ Int($0) != nil }) {
      return .integer(cells.map { $0.flatMap { Int($0) } })
    }
    if present.allSatisfy({ $0.utf8.allSatisfy(isNumeric) && Double($0) != nil }) {
      return .real(cells.map { $0.flatMap { Double($0) } })
    }
    if present.allSatisfy({ $0 == "true" || $0 == "false" }) {
      return .boolean(cells.map { $0.map { $0 == "true" } })
    }
    return .text(cells)
  }

  /// Digits, signs, point and exponent: keeps `nan` and `0x1F` out of the numbers.
  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}

/// As `Table(_:name:)`.
public func readTable(_ grid: TextGrid, name: String) throws(Faults) -> Table {
  try Table(grid, name: name)
}
