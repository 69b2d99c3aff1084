public import Words

/// Numbers as a reader of the language writes them: `45 000,5` with a narrow no-break space in
/// Kazakh and Russian, `45,000.5` in English, a true minus sign everywhere.
public struct NumberFormat: Sendable {
  public let language: Language
  private let words: Wordbook

  public init(_ language: Language) {
    self.language = language
    words = Wordbook(language)
  }

  public var decimalMark: String { language == .en ? "." : "," }
  public var groupMark: String { language == .en ? "," : "\u{202F}" }
  private var percentSign: String { language == .en ? "%" : "\u{202F}%" }

  /// Rounded to a whole number: `1 234 567`.
  public func whole(_ value: Double) -> String { decimal(value, 0) }

  /// With a fixed number of places; half away from zero. No sign is left on a zero.
  /// - Precondition: at most 6 places.
  public func decimal(_ value: Double, _ places: Int) -> String {
    precondition((0...6).contains(places), "\(places) places")
    guard value.isFinite, abs(value) < 1e12 else { return "–" }
    let scale = Int(repeating: 10, to: places)
    let units = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && units > 0 ? "\u{2212}" : ""
    let fraction = String(units % scale)
    let padded = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
    return sign + grouped(units / scale) + (places > 0 ? decimalMark + padded : "")
  }

  /// With its sign, also a plus: `+1 200`, `−31`; zero has none.
  public func signed(_ value: Double, _ places: Int = 0) -> String {
    let text = decimal(value, places)
    let isZero = !text.contains { $0.isNumber && $0 != "0" }
    return value > 0 && !isZero ? "+" + text : text
  }

  /// A share of one as per cent: `0.125` is `12,5 %`.
  public func percent(_ share: Double, _ places: Int = 0) -> String {
    decimal(share * 100, places) + percentSign
  }

  /// A share of one as per cent with its sign.
  public func signedPercent(_ share: Double, _ places: Int = 1) -> String {
    signed(share * 100, places) + percentSign
  }

  /// Three significant digits with `thousand` or `million` in words: `2,01 млн`.
  public func short(_ value: Double, isSigned: Bool = false) -> String {
    let (divisor, key): (Double, String?) =
      switch abs(value) {
      case 999_500...: (1e6, "units.million.short")
      case 9_995...: (1e3, "units.thousand.short")
      default: (1, nil)
      }
    let scaled = value / divisor
    let places = divisor == 1 ? 0 : abs(scaled) < 9.995 ? 2 : abs(scaled) < 99.95 ? 1 : 0
    let text = isSigned ? signed(scaled, places) : decimal(scaled, places)
    return key.map { "\(text)\u{A0}\(words($0))" } ?? text
  }

  /// Three significant digits, as a sentence has them: `12 300`, `1,23 млн`, `0,412`, `0,000412`; with a power of ten
  /// below that, `6,70e−13`.
  public func significant(_ value: Double, isSigned: Bool = false) -> String {
    let size = abs(value)
    guard size.isFinite else { return "–" }
    if size >= 999_500 { return short(value, isSigned: isSigned) }
    if size >= 99.95 {
      let unit: Double = size >= 99_950 ? 1000 : size >= 9_995 ? 100 : size >= 999.5 ? 10 : 1
      let rounded = (value / unit).rounded() * unit
      return isSigned ? signed(rounded) : whole(rounded)
    }
    if size > 0, size < 0.999_5e-4 {
      return isSigned && value > 0 ? "+" + power(value) : power(value)
    }
    let places = [9.995, 0.9995, 0.099_95, 0.009_995, 0.000_999_5].count { size < $0 } + 1
    let text = isSigned ? signed(value, places) : decimal(value, places)
    // Whole numbers, such as a handful of people, need no zeros after the mark.
    guard value == value.rounded() else { return text }
    return isSigned ? signed(value) : whole(value)
  }

  /// A number for a table cell: whole from a thousand on, otherwise as many places as three to four
  /// significant digits need; with a power of ten where neither would say anything, `6.7e−13`.
  public func cell(_ value: Double) -> String {
    let size = abs(value)
    if size > 0, size < 1e-4 || size >= 1e12, size.isFinite { return power(value) }
    if value == value.rounded() || size >= 1000 { return whole(value) }
    return decimal(value, size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 5)
  }

  /// Three significant digits and a power of ten.
  private func power(_ value: Double) -> String {
    var mantissa = abs(value)
    var exponent = 0
    while mantissa >= 9.995 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 0.9995 {
      mantissa *= 10
      exponent -= 1
    }
    let sign = value < 0 ? "\u{2212}" : ""
    return sign + decimal(mantissa, 2) + "e" + (exponent < 0 ? "\u{2212}" : "") + "\(abs(exponent))"
  }

  private func grouped(_ value: Int) -> String {
    let digits = Array(String(value))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { result += groupMark }
      result.append(digit)
    }
    return result
  }
}

extension Int {
  fileprivate init(repeating base: Int, to power: Int) {
    self = (0..<power).reduce(1) { product, _ in product * base }
  }
}
