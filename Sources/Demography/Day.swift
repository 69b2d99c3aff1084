/// A day of the proleptic Gregorian calendar.
///
/// The conversion is Howard Hinnant's `days_from_civil` (chrono-compatible low-level date algorithms).
public struct Day: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public let number: Int

  public init(number: Int) { self.number = number }

  /// - Parameters:
  ///   - month: 1 to 12.
  ///   - day: 1 to 31; a day past the month's end runs into the next month.
  public init(year: Int, month: Int, day: Int) {
    let y = month <= 2 ? year - 1 : year
    let era = y.floorDivided(by: 400)
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = era * 146_097 + dayOfEra - 719_468
  }

  /// Reads `2024-03-31`; `nil` for anything else and for days no month has.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
    guard self.month == month else { return nil }
  }

  private var civil: (year: Int, month: Int, day: Int) {
    let z = number + 719_468
    let era = z.floorDivided(by: 146_097)
    let dayOfEra = z - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }

  public var year: Int { civil.year }
  /// 1 to 12.
  public var month: Int { civil.month }
  /// 1 to 31.
  public var day: Int { civil.day }

  public static func < (a: Day, b: Day) -> Bool { a.number < b.number }

  public var description: String {
    let (year, month, day) = civil
    return "\(fourDigits(year))-\(twoDigits(month))-\(twoDigits(day))"
  }
}

/// A moment of universal time, to the second: the vintage of an observation, the reading of a store.
public struct Instant: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int

  public init(seconds: Int) { self.seconds = seconds }

  /// Midnight at the start of `day`, universal time.
  public init(_ day: Day) { seconds = day.number * 86_400 }

  /// Reads `2024-03-01T12:30:00Z` or `2024-03-01` (midnight); `nil` for anything else.
  public init?(_ text: String) {
    guard text.count > 10 else {
      guard let day = Day(text) else { return nil }
      self.init(day)
      return
    }
    guard text.count == 20, text.hasSuffix("Z"), let day = Day(String(text.prefix(10))) else {
      return nil
    }
    let clock = text.dropFirst(10)
    let parts = clock.dropFirst().dropLast().split(separator: ":")
    guard clock.first == "T", parts.count == 3, let hour = Int(parts[0]),
      let minute = Int(parts[1]),
      let second = Int(parts[2]), (0...23).contains(hour), (0...59).contains(minute),
      (0...59).contains(second)
    else { return nil }
    self.init(seconds: day.number * 86_400 + hour * 3600 + minute * 60 + second)
  }

  public var day: Day { Day(number: seconds.floorDivided(by: 86_400)) }

  public static func < (a: Instant, b: Instant) -> Bool { a.seconds < b.seconds }

  public var description: String {
    let rest = seconds.floorRemainder(by: 86_400)
    return "\(day)T\(twoDigits(rest / 3600)):\(twoDigits(rest / 60 % 60)):\(twoDigits(rest % 60))Z"
  }
}
