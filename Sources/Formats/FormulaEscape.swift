/// Spreadsheets run a cell that begins with one of these as a formula, also when it comes from CSV.
private let formulaSigns = Set<UInt8>("=+-@\t\r".utf8)

/// Text with an apostrophe in front when a spreadsheet would take it for a formula.
///
/// A number, such as `-6946`, is left alone. So that reading takes off exactly what writing put on,
/// text that already has apostrophes before such a sign gets one more.
func escapedFormula(_ text: String) -> String {
  let first = text.utf8.first { $0 != UInt8(ascii: "'") }
  guard let first, formulaSigns.contains(first), Double(text) == nil else { return text }
  return "'" + text
}

/// The inverse of `escapedFormula(_:)`.
func unescapedFormula(_ text: String) -> String {
  guard text.utf8.first == UInt8(ascii: "'"),
    let first = text.utf8.first(where: { $0 != UInt8(ascii: "'") }), formulaSigns.contains(first)
  else { return text }
  return String(text.dropFirst())
}
