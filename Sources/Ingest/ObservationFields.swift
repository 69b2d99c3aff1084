import Demography

/// Why a cell cannot be the value of an observation's column.
enum FieldError: Error, Hashable {
  case blank
  case badPeriod
  case badInstant
  case badNumber
  case badFlag
  case badAge
  /// Not one of a fixed set of codes.
  case unknownCode(permitted: [String])
  case wrongFrequency(expected: String)
}

extension Observation {
  /// Puts the text of a cell into its column, as our own files write it.
  ///
  /// An empty text is the standard value where a column describes the value (`NOTE`, `LO`, …), an
  /// absent number in `OBS_VALUE`, and an error in a dimension.
  mutating func set(_ column: Column, _ text: String) throws(FieldError) {
    if text.isEmpty, column.isKey || column == .unit || column == .kind { throw .blank }
    switch column {
    case .period:
      guard let period = Period(text) else { throw .badPeriod }
      self.period = period
    case .vintage:
      if text.isEmpty { break }
      guard let vintage = Instant(text) else { throw .badInstant }
      self.vintage = vintage
    case .frequency: break  // Compared with the period when the whole row is known.
    case .cumulative:
      guard let flag = ["0": false, "1": true][text] else { throw .badFlag }
      isCumulative = flag
    case .status: if !text.isEmpty { status = try Self.code(text) }
    case .confidentiality: if !text.isEmpty { confidentiality = try Self.code(text) }
    case .kind: kind = try Self.code(text)
    case .value: value = try Self.number(text)
    case .lower: lower = try Self.number(text)
    case .upper: upper = try Self.number(text)
    case .level: level = try Self.number(text)
    case .roundBase: roundBase = try Self.number(text) ?? 0
    case .multiplier:
      guard text.isEmpty || Int(text) != nil else { throw .badNumber }
      multiplier = Int(text) ?? 0
    case .age:
      guard isAge(text) else { throw .badAge }
      age = text
    default: setText(column, text)
    }
  }

  /// The columns that hold any text.
  private mutating func setText(_ column: Column, _ text: String) {
    switch column {
    case .measure: measure = text
    case .reporter: reporter = text
    case .referenceArea: referenceArea = text
    case .origin: origin = text
    case .destination: destination = text
    case .sex: sex = text
    case .citizenship: citizenship = text
    case .birthPlace: birthPlace = text
    case .activity: activity = text
    case .occupation: occupation = text
    case .education: education = text
    case .permitType: permitType = text
    case .reason: reason = text
    case .concept: concept = text
    case .durationDefinition: durationDefinition = text
    case .event: event = text
    case .scope: scope = text
    case .geoVintage: geoVintage = text
    case .unit: unit = text
    case .source: source = text
    case .licence: licence = text.isEmpty ? licence : text
    case .lineage: lineage = text.isEmpty ? lineage : text
    case .note: note = text
    default: break
    }
  }

  private static func code<C: RawRepresentable & CaseIterable>(
    _ text: String
  ) throws(FieldError) -> C where C.RawValue == String {
    guard let code = C(rawValue: text) else {
      throw .unknownCode(permitted: C.allCases.map(\.rawValue))
    }
    return code
  }

  /// A number as our files write it, with a decimal point and without grouping.
  private static func number(_ text: String) throws(FieldError) -> Double? {
    if text.isEmpty { return nil }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isPlain, let number = Double(text), number.isFinite else { throw .badNumber }
    return number
  }

  /// - Throws: when `text` is a frequency other than the period's own. A stock on a day and a span of
  ///   months may be stated under any frequency.
  func check(frequency text: String) throws(FieldError) {
    let permitted = ["A", "S", "Q", "M", "W", "D", "_O", "_Z"]
    guard permitted.contains(text) else { throw .unknownCode(permitted: permitted) }
    let own = period.frequency
    if ["A", "Q", "M"].contains(own), text != own { throw .wrongFrequency(expected: own) }
  }
}

/// Whether a text is an age: `Y25`, `Y0T4`, `Y_GE100`, `Y_LT15`, `_T`, `_U`, `_O`, `_Z`.
func isAge(_ text: String) -> Bool {
  if generalCodes.contains(text) { return true }
  guard text.hasPrefix("Y") else { return false }
  let rest = text.dropFirst()
  if rest.hasPrefix("_GE") || rest.hasPrefix("_LT") { return years(rest.dropFirst(3)) != nil }
  let bounds = rest.split(separator: "T", omittingEmptySubsequences: false)
  let numbers = bounds.compactMap(years)
  guard numbers.count == bounds.count else { return false }
  return numbers.count == 1 || (numbers.count == 2 && numbers[0] <= numbers[1])
}

private func years(_ text: Substring) -> Int? {
  guard (1...3).contains(text.utf8.count),
    text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
  else { return nil }
  return Int(text)
}
