import Demography

/// The headings of a table, which may take several rows.
struct Headings {
  /// One a column; the parts of several rows joined with ` | `, repeated and empty ones left out.
  let names: [String]
  let place: Place

  /// - Parameter firstLine: line or sheet row of the first heading, from 1.
  init(_ grid: TextGrid, firstLine: Int, count: Int) {
    let rows = grid.rows.filter { (firstLine..<(firstLine + count)).contains($0.line) }
    let width = rows.map(\.cells.count).max() ?? 0
    names = (0..<width).map { column in
      var parts: [String] = []
      for row in rows where column < row.cells.count {
        let part = Self.folded(row.cells[column])
        if !part.isEmpty, parts.last != part { parts.append(part) }
      }
      return parts.joined(separator: " | ")
    }
    place = Place(
      file: grid.file, line: rows.first?.line ?? firstLine,
      text: rows.first?.cells.joined(separator: ","))
  }

  /// Index of a column; adds a fault when the table has none such.
  func index(_ reference: ColumnReference, faults: inout FaultCollector) -> Int? {
    switch reference {
    case .number(let number):
      if number <= names.count { return number - 1 }
      faults.add(
        "column.number", ["number": String(number), "count": String(names.count)], at: place)
    case .heading(let heading):
      let wanted = Self.folded(heading)
      let found = names.indices.filter { names[$0] == wanted }
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        faults.add("column.twice", ["column": heading], at: place)
      } else {
        faults.add(
          "heading.unknown",
          [
            "heading": heading, "nearest": nearest(to: wanted, in: names) ?? "",
            "known": names.prefix(30).joined(separator: ", "),
          ], at: place)
      }
    }
    return nil
  }

  /// One space for any run of spaces and line ends.
  static func folded(_ text: String) -> String {
    text.unicodeScalars.split { isSpace($0) || $0 == "\n" || $0 == "\r" }.map { String($0) }
      .joined(separator: " ")
  }
}
