import Demography

/// What a number format of a spreadsheet shows of a date.
enum DateStyle: Hashable {
  case day
  case time
  case both

  /// - Parameters:
  ///   - number: 14–22 and 45–47 are the built-in date and time formats, 27–36 and 50–58 those of
  ///     East Asian editions.
  ///   - code: of a format the workbook itself defines.
  /// - Returns: `nil` for a format of numbers.
  init?(number: Int, code: String?) {
    if let code {
      self.init(code: code)
      return
    }
    switch number {
    case 14...17, 27...31, 34...36, 50...58: self = .day
    case 18...21, 32...33, 45...47: self = .time
    case 22: self = .both
    default: return nil
    }
  }

  /// Letters of the code outside quotes, escapes and brackets: `y`, `d` show a day, `h`, `s` a time,
  /// `m` a month unless there is a time without a day.
  private init?(code: String) {
    var letters = ""
    var isQuoted = false
    var isBracketed = false
    var isEscaped = false
    for character in code.lowercased() {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch character {
      case "\\", "_", "*": isEscaped = !isQuoted
      case "\"": isQuoted.toggle()
      case "[" where !isQuoted: isBracketed = true
      case "]" where !isQuoted: isBracketed = false
      default: if !isQuoted, !isBracketed { letters.append(character) }
      }
    }
    if letters.contains("general") { return nil }
    let hasDay = letters.contains("y") || letters.contains("d")
    let hasTime = letters.contains("h") || letters.contains("s")
    switch (hasDay, hasTime) {
    case (true, true): self = .both
    case (true, false): self = .day
    case (false, true): self = .time
    case (false, false):
      guard letters.contains("m") else { return nil }
      self = .day
    }
  }
}

/// The ISO form of a spreadsheet's date number: days since 1899-12-30, or since 1904-01-01. Day 60 of
/// the 1900 count, which no calendar has, and days before it are off by one there and here alike.
/// - Returns: `nil` for a number outside the years 1900 to 9999.
func isoDate(_ number: Double, style: DateStyle, startsIn1904: Bool) -> String? {
  guard number.isFinite, number >= 0, number < 2_958_466 else { return nil }
  var seconds = Int((number * 86_400).rounded())
  let epoch = startsIn1904 ? Day(year: 1904, month: 1, day: 1) : Day(year: 1899, month: 12, day: 30)
  let day = Day(number: epoch.number + seconds / 86_400)
  seconds %= 86_400
  func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  switch style {
  case .day: return day.description
  case .time: return number < 1 ? clock : "\(day)T\(clock)"
  case .both: return seconds == 0 ? day.description : "\(day)T\(clock)"
  }
}
