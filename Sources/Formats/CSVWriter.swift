public import Demography

/// A table as CSV: RFC 4180 with LF line ends, UTF-8 without a byte order mark, a heading line.
///
/// Missing is an empty cell; an empty text is `""`. Text that begins like a formula (`=`, `+`, `-`,
/// `@`, tab, carriage return) gets a leading apostrophe, which `readDelimited` takes off again.
public func writeCSV(_ table: Table) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(16 * table.rowCount * table.columns.count)
  appendRow(table.columns.map(\.name), to: &bytes)
  for row in 0..<table.rowCount {
    for (index, column) in table.columns.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(column.values, row, to: &bytes)
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

/// A cell as it stands in the file.
private func append(_ values: Table.Values, _ row: Int, to bytes: inout [UInt8]) {
  switch values {
  case .text(let texts):
    guard let text = texts[row] else { return }
    bytes += (text.isEmpty ? "\"\"" : quoted(escapedFormula(text))).utf8
  case .integer(let numbers): if let number = numbers[row] { bytes += String(number).utf8 }
  case .real(let numbers): bytes += text(numbers[row]).utf8
  case .boolean(let values): if let value = values[row] { bytes += (value ? "true" : "false").utf8 }
  }
}

private func quoted(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    byte != UInt8(ascii: "\"") && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\n")
      && byte != UInt8(ascii: "\r")
  }
  return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
}
