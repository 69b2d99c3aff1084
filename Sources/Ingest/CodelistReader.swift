public import Demography

/// Reads a code list from a table with the columns `code`, `parent`, `name_kk`, `name_ru`, `name_en`,
/// `valid_from`, `valid_to`; every further column becomes an attribute of its codes.
///
/// - Parameter aliases: a table `alias`, `code`; the same alias may stand for several codes.
/// - Throws: `column.missing`, `code.twice`, `code.blank`, `day.bad`, `alias.unknown_code`, all together.
public func readCodelist(
  _ grid: TextGrid, id: String, aliases: TextGrid? = nil
) throws(Faults) -> Codelist {
  var faults: [Fault] = []
  let table = HeadedGrid(grid, required: ["code"], faults: &faults)
  var codes: [Code] = []
  var seen: Set<String> = []
  for row in table.rows {
    let code = table[row, "code"]
    guard !code.isEmpty else {
      faults.append(Fault(.badData, "code.blank", ["list": id], at: table.place(row, "code")))
      continue
    }
    guard seen.insert(code).inserted else {
      faults.append(
        Fault(.badData, "code.twice", ["code": code, "list": id], at: table.place(row, "code")))
      continue
    }
    let parent = table[row, "parent"]
    codes.append(
      Code(
        id: code, parent: parent.isEmpty ? nil : parent,
        names: Names(
          kk: table[row, "name_kk"], ru: table[row, "name_ru"], en: table[row, "name_en"]),
        validFrom: table.day(row, "valid_from", faults: &faults),
        validTo: table.day(row, "valid_to", faults: &faults),
        attributes: table.further(
          row, but: ["code", "parent", "name_kk", "name_ru", "name_en", "valid_from", "valid_to"])))
  }
  let spellings = aliases.map { readAliases($0, of: seen, list: id, faults: &faults) } ?? []
  if !faults.isEmpty { throw Faults(faults) }
  return Codelist(id: id, codes: codes, aliases: spellings)
}

private func readAliases(
  _ grid: TextGrid, of codes: Set<String>, list: String, faults: inout [Fault]
) -> [(spelling: String, id: String)] {
  let table = HeadedGrid(grid, required: ["alias", "code"], faults: &faults)
  var aliases: [(spelling: String, id: String)] = []
  for row in table.rows {
    let (alias, code) = (table[row, "alias"], table[row, "code"])
    guard codes.contains(code) else {
      faults.append(
        Fault(
          .badData, "alias.unknown_code", ["alias": alias, "code": code, "list": list],
          at: table.place(row, "code")))
      continue
    }
    aliases.append((alias, code))
  }
  return aliases
}

/// A grid with its headings in the first row.
struct HeadedGrid {
  let grid: TextGrid
  private let columnOfHeading: [String: Int]

  init(_ grid: TextGrid, required: [String], faults: inout [Fault]) {
    self.grid = grid
    var columnOfHeading: [String: Int] = [:]
    let headings = grid.rows.first?.cells ?? []
    for (column, heading) in headings.enumerated() {
      if columnOfHeading.updateValue(column, forKey: heading) != nil {
        faults.append(
          Fault(
            .badData, "column.twice", ["column": heading],
            at: grid.place(row: 0, column: column)))
      }
    }
    self.columnOfHeading = columnOfHeading
    for name in required where columnOfHeading[name] == nil {
      faults.append(
        Fault(
          .badData, "column.missing",
          ["column": name, "nearest": nearest(to: name, in: headings) ?? ""],
          at: Place(file: grid.file, line: grid.rows.first?.line ?? 1)))
    }
  }

  /// Indices of the data rows.
  var rows: Range<Int> { min(1, grid.rows.count)..<grid.rows.count }

  /// The cell without spaces around it; empty when there is no such column or cell.
  subscript(row: Int, heading: String) -> String {
    guard let column = columnOfHeading[heading], column < grid.rows[row].cells.count else {
      return ""
    }
    return grid.rows[row].cells[column].trimmed
  }

  func place(_ row: Int, _ heading: String) -> Place {
    grid.place(row: row, column: columnOfHeading[heading] ?? 0)
  }

  func day(_ row: Int, _ heading: String, faults: inout [Fault]) -> Day? {
    let text = self[row, heading]
    guard !text.isEmpty else { return nil }
    if let day = Day(text) { return day }
    faults.append(
      Fault(.badData, "day.bad", ["value": text, "column": heading], at: place(row, heading)))
    return nil
  }

  func further(_ row: Int, but known: Set<String>) -> [String: String] {
    var values: [String: String] = [:]
    for heading in columnOfHeading.keys where !known.contains(heading) {
      let value = self[row, heading]
      if !value.isEmpty { values[heading] = value }
    }
    return values
  }
}

extension String {
  /// Without spaces of any kind at both ends.
  var trimmed: String {
    guard let first = unicodeScalars.first, let last = unicodeScalars.last,
      isSpace(first) || isSpace(last)
    else { return self }
    let scalars = unicodeScalars.drop(while: isSpace)
    let end = scalars.lastIndex { !isSpace($0) }.map { scalars.index(after: $0) }
    return end.map { String(scalars[..<$0]) } ?? ""
  }
}
