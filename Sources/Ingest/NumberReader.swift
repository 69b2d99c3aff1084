/// Which sign parts whole and fraction in a source's numbers.
public enum DecimalMark: String, Hashable, Sendable, CaseIterable {
  /// Found from each number; one that can be read in two ways is an error.
  case automatic = "auto"
  case point, comma
  /// Spreadsheet cells: the point is the decimal mark, a comma is judged as under `automatic`.
  case spreadsheet
}

/// Why a text is no number.
public enum NumberError: Error, Hashable, Sendable {
  case notANumber(String)
  /// `1,234` is 1.234 with a decimal comma and 1234 without.
  case ambiguous(String)
}

/// Reads a number as agencies write it: `24 876`, `−1 234,5`, `1,234.5`, `0.42`.
///
/// Spaces of any kind (also no-break, narrow and thin ones) part groups of three digits; minus may be
/// `-`, `−` or `–`. A missing mark is not a number: what `…` or `-` means is for the source to declare.
/// - Throws: `ambiguous` when the decimal mark is not declared and a single `,` or `.` stands before
///   exactly three digits so that both readings are possible.
public func readNumber(
  _ text: String, decimal: DecimalMark = .automatic
) throws(NumberError) -> Double {
  var scalars = text.unicodeScalars.map { isSpace($0) ? " " : $0 }
  while scalars.last == " " { scalars.removeLast() }
  scalars = Array(scalars.drop { $0 == " " })
  var sign = ""
  if let first = scalars.first, "+-−–".unicodeScalars.contains(first) {
    if first != "+" { sign = "-" }
    scalars = Array(scalars.dropFirst().drop { $0 == " " })
  }
  let parts = try numberParts(scalars, decimal: decimal, original: text)
  guard let value = Double(sign + parts), value.isFinite else { throw .notANumber(text) }
  return value
}

/// Every space that official tables use, the no-break and thin ones among them.
func isSpace(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x20, 0x09, 0xA0, 0x2000...0x200B, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: true
  default: false
  }
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

/// The number without sign and grouping, with a decimal point.
private func numberParts(
  _ scalars: [Unicode.Scalar], decimal: DecimalMark, original: String
) throws(NumberError) -> String {
  if let exponent = scalars.firstIndex(where: { $0 == "e" || $0 == "E" }) {
    // Only programs write exponents, and they write a decimal point.
    let digits = scalars[..<exponent]
    let power = scalars[(exponent + 1)...]
    guard digits.contains(where: isDigit), digits.allSatisfy({ isDigit($0) || $0 == "." }),
      power.contains(where: isDigit), power.allSatisfy({ isDigit($0) || $0 == "-" || $0 == "+" })
    else { throw .notANumber(original) }
    return string(scalars)
  }
  guard scalars.contains(where: isDigit),
    scalars.allSatisfy({ isDigit($0) || $0 == " " || $0 == "," || $0 == "." })
  else { throw .notANumber(original) }
  let mark = try decimalMark(scalars, decimal: decimal, original: original)
  guard let mark else { return try grouped(scalars[...], original: original) }
  let whole = try grouped(scalars[..<mark], original: original)
  let fraction = scalars[(mark + 1)...]
  guard !fraction.isEmpty, fraction.allSatisfy(isDigit) else { throw .notANumber(original) }
  return whole + "." + string(fraction)
}

/// Index of the decimal mark; `nil` when the number is whole.
private func decimalMark(
  _ scalars: [Unicode.Scalar], decimal: DecimalMark, original: String
) throws(NumberError) -> Int? {
  let commas = scalars.indices.filter { scalars[$0] == "," }
  let points = scalars.indices.filter { scalars[$0] == "." }
  switch decimal {
  case .point:
    guard points.count <= 1 else { throw .notANumber(original) }
    return points.first
  case .comma:
    guard commas.count <= 1 else { throw .notANumber(original) }
    return commas.first
  case .spreadsheet where !points.isEmpty:
    guard points.count == 1 else { throw .notANumber(original) }
    return points[0]
  case .automatic, .spreadsheet: break
  }
  switch (commas.count, points.count) {
  case (0, 0): return nil
  case (1, 0), (0, 1):
    let mark = commas.first ?? points[0]
    if canBeGrouping(scalars, mark) { throw .ambiguous(original) }
    return mark
  case (_, 0), (0, _): return nil
  default:
    let mark = max(commas.last ?? 0, points.last ?? 0)
    guard scalars.count(where: { $0 == scalars[mark] }) == 1 else { throw .notANumber(original) }
    return mark
  }
}

/// Whether a single mark could part thousands: one to three digits before, not a lone zero, exactly
/// three after.
private func canBeGrouping(_ scalars: [Unicode.Scalar], _ mark: Int) -> Bool {
  let before = scalars[..<mark]
  return scalars.count - mark - 1 == 3 && (1...3).contains(before.count)
    && before.allSatisfy(isDigit) && before.first != "0"
}

/// The digits of a whole number whose groups, if any, have three digits and one kind of separator.
private func grouped(
  _ scalars: ArraySlice<Unicode.Scalar>, original: String
) throws(NumberError) -> String {
  guard let separator = scalars.first(where: { !isDigit($0) }) else {
    guard !scalars.isEmpty else { throw .notANumber(original) }
    return string(scalars)
  }
  let groups = scalars.split(separator: separator, omittingEmptySubsequences: false)
  guard (1...3).contains(groups[0].count), groups.dropFirst().allSatisfy({ $0.count == 3 }),
    groups.allSatisfy({ $0.allSatisfy(isDigit) })
  else { throw .notANumber(original) }
  return groups.map { string($0) }.joined()
}

private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
  var result = ""
  result.unicodeScalars.append(contentsOf: scalars)
  return result
}
