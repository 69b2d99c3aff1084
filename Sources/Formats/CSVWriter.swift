public import Demography

/// A table as CSV: RFC 4180 with LF line ends, UTF-8 without a byte order mark, a heading line.
///
/// Missing is an empty cell; an empty text is `""`. Text that begins like a formula (`=`, `+`, `-`,
/// `@`, tab, carriage return) gets a leading apostrophe, which `readDelimited` takes off again.
public func writeCSV(_ table: Table) -> [UInt8] {
  var bytes: [UInt8] = []
  appendRow(table.columns.map(\.name), to: &bytes)
  let columns = table.columns.map { cells(of: $0.values) }
  for row in 0..<table.rowCount {
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += column[row].utf8
    }
    bytes.append(UInt8(ascii: "\n"))
  }
  return bytes
}

/// Rows of texts as CSV, in the same form.
/// - Precondition: every row has as many cells as the header.
public func writeCSV(header: [String], rows: [[String]]) -> [UInt8] {
  var bytes: [UInt8] = []
  appendRow(header, to: &bytes)
  for row in rows {
    precondition(
      row.count == header.count, "\(row.count) cells in a table of \(header.count) columns")
    appendRow(row, to: &bytes)
  }
  return bytes
}

private func appendRow(_ cells: [String], to bytes: inout [UInt8]) {
  for (index, cell) in cells.enumerated() {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    bytes += quoted(escapedFormula(cell)).utf8
  }
  // A row of one empty cell would otherwise be an empty line, which readers skip.
  if cells.count == 1, cells[0].isEmpty { bytes += "\"\"".utf8 }
  bytes.append(UInt8(ascii: "\n"))
}

/// The cells of a column as they stand in the file.
private func cells(of values: Table.Values) -> [String] {
  switch values {
  case .text(let texts):
    texts.map { $0.map { $0.isEmpty ? "\"\"" : quoted(escapedFormula($0)) } ?? "" }
  case .integer(let numbers): numbers.map { $0.map { String($0) } ?? "" }
  case .real(let numbers): numbers.map { text($0) }
  case .boolean(let values): values.map { $0.map { $0 ? "true" : "false" } ?? "" }
  }
}

private func quoted(_ text: String) -> String {
  let special = Set<UInt8>("\",\n\r".utf8)
  guard text.utf8.contains(where: special.contains) else { return text }
  return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
