import CXLSXWriter
public import Demography
import Foundation

/// Tables as an XLSX workbook, a sheet each: bold headings on a frozen first row, column widths by
/// content, numbers as numbers, missing as empty cells.
///
/// Text is always written as text (a shared string, in the number format `@` where it begins like a
/// formula, which keeps it text when somebody edits the cell), so no spreadsheet program computes it
/// and reading gives back the same characters. Whole numbers beyond ±2⁵³, which a spreadsheet cannot
/// hold, are written as text.
/// - Parameter titles: sheet name by table name; a table without one has its own name. Characters that
///   sheet names cannot have become spaces.
/// - Throws: `xlsx.rows` for a table longer than a sheet, `xlsx.write`.
public func writeXLSX(
  _ tables: [Table], titles: [String: String] = [:]
) throws(Faults) -> [UInt8] {
  for table in tables where table.rowCount > XLSXSheetNames.rowLimit {
    throw Faults(
      Fault(
        .cannotWrite, "xlsx.rows",
        [
          "table": table.name, "rows": String(table.rowCount),
          "limit": String(XLSXSheetNames.rowLimit),
        ]))
  }
  // The library writes to a named file only; this one lives in memory and has no name on disk.
  let descriptor = memfd_create("agyn.xlsx", 0)
  guard descriptor >= 0 else { throw writeFault(String(cString: strerror(errno))) }
  defer { close(descriptor) }
  guard let book = workbook_new("/proc/self/fd/\(descriptor)") else { throw writeFault("open") }
  // A fixed time of creation, so that the same tables give the same bytes.
  var properties = lxw_doc_properties()
  properties.created = 315_532_800
  workbook_set_properties(book, &properties)
  var problem = LXW_NO_ERROR
  let names = XLSXSheetNames.unique(tables.map { titles[$0.name] ?? $0.name })
  for (table, name) in zip(tables, names) {
    let found = addSheet(table, name, to: book)
    if problem == LXW_NO_ERROR { problem = found }
  }
  let closed = workbook_close(book)
  if problem == LXW_NO_ERROR { problem = closed }
  guard problem == LXW_NO_ERROR else {
    throw writeFault(lxw_strerror(problem).map { String(cString: $0) } ?? "")
  }
  return try contents(of: descriptor)
}

private func writeFault(_ reason: String) -> Faults {
  Faults(Fault(.cannotWrite, "xlsx.write", ["reason": reason]))
}

private func contents(of descriptor: Int32) throws(Faults) -> [UInt8] {
  let size = Int(lseek(descriptor, 0, SEEK_END))
  guard size > 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw writeFault("empty") }
  var bytes = [UInt8](repeating: 0, count: size)
  var filled = 0
  while filled < size {
    let count = bytes.withUnsafeMutableBytes {
      read(descriptor, $0.baseAddress! + filled, size - filled)
    }
    guard count > 0 else { throw writeFault("read") }
    filled += count
  }
  return bytes
}

/// - Returns: the first problem, or `LXW_NO_ERROR`.
private func addSheet(
  _ table: Table, _ name: String, to book: UnsafeMutablePointer<lxw_workbook>
) -> lxw_error {
  guard let sheet = workbook_add_worksheet(book, name) else {
    return LXW_ERROR_SHEETNAME_ALREADY_USED
  }
  let heading = workbook_add_format(book)
  format_set_bold(heading)
  format_set_bottom(heading, UInt8(LXW_BORDER_THIN.rawValue))
  let quoted = workbook_add_format(book)
  format_set_num_format(quoted, "@")
  var problem = LXW_NO_ERROR
  func note(_ error: lxw_error) { if problem == LXW_NO_ERROR { problem = error } }
  for (index, column) in table.columns.enumerated() {
    let at = UInt16(clamping: index)
    note(worksheet_write_string(sheet, 0, at, column.name, heading))
    note(worksheet_set_column(sheet, at, at, width(of: column), nil))
    func write(_ text: String, _ row: UInt32) {
      let isFormula = escapedFormula(text) != text
      note(worksheet_write_string(sheet, row, at, text, isFormula ? quoted : nil))
    }
    switch column.values {
    case .text(let values):
      for (row, value) in values.enumerated() { if let value { write(value, UInt32(row + 1)) } }
    case .integer(let values):
      for (row, value) in values.enumerated() {
        guard let value else { continue }
        if Int(exactly: Double(value)) == value, value.magnitude <= 1 << 53 {
          note(worksheet_write_number(sheet, UInt32(row + 1), at, Double(value), nil))
        } else {
          write(String(value), UInt32(row + 1))
        }
      }
    case .real(let values):
      for (row, value) in values.enumerated() {
        guard let value, value.isFinite else { continue }
        note(worksheet_write_number(sheet, UInt32(row + 1), at, value, nil))
      }
    case .boolean(let values):
      for (row, value) in values.enumerated() {
        guard let value else { continue }
        note(worksheet_write_boolean(sheet, UInt32(row + 1), at, value ? 1 : 0, nil))
      }
    }
  }
  worksheet_freeze_panes(sheet, 1, 0)
  return problem
}

/// Room for the heading and the first 200 values, 8 to 60 characters.
private func width(of column: Table.Column) -> Double {
  let longest =
    switch column.values {
    case .text(let values): values.prefix(200).map { $0?.count ?? 0 }.max() ?? 0
    case .integer(let values):
      values.prefix(200).map { $0.map { String($0).count } ?? 0 }.max() ?? 0
    case .real(let values): values.prefix(200).map { min(12, text($0).count) }.max() ?? 0
    case .boolean: 5
    }
  return Double(min(60, max(8, column.name.count + 2, longest + 1)))
}

/// What sheets may be called and hold.
enum XLSXSheetNames {
  /// Rows below the heading.
  static let rowLimit = 1_048_575

  /// Names a workbook accepts: at most 31 characters, none of `[]:*?/\`, no apostrophe at an end, all
  /// different when case is ignored.
  static func unique(_ names: [String]) -> [String] {
    var used: Set<String> = ["history"]
    return names.map { name in
      var clean = String(name.map { "[]:*?/\\'".contains($0) || $0.isNewline ? " " : $0 })
      clean = clean.trimmingCharacters(in: .whitespaces)
      if clean.isEmpty { clean = "sheet" }
      var candidate = shortened(clean, to: 31)
      var number = 2
      while !used.insert(candidate.lowercased()).inserted {
        candidate = shortened(clean, to: 27) + " \(number)"
        number += 1
      }
      return candidate
    }
  }

  private static func shortened(_ name: String, to limit: Int) -> String {
    var name = name
    while name.utf16.count > limit { name.removeLast() }
    return name.trimmingCharacters(in: .whitespaces)
  }
}
