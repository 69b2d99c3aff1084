/// A span of calendar time: a start, a length and the unit both are counted in.
///
/// Annual, quarterly and monthly periods count months since year 0; days count days since 1970-01-01.
/// Written and read in the SDMX form: `2024`, `2024-Q1`, `2024-03`, `2024-03-01`, and
/// `2024-01-01/P8M` for a span of another length (year-to-date releases).
public struct Period: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// What `start` and `length` are counted in.
  public enum Unit: UInt8, Hashable, Sendable {
    case day, month
  }

  /// Months since January of year 0, or days since 1970-01-01.
  public let start: Int
  /// Number of units, at least 1.
  public let length: Int
  public let unit: Unit

  public init(start: Int, length: Int, unit: Unit) {
    precondition(length >= 1, "a period of length \(length)")
    self.start = start
    self.length = length
    self.unit = unit
  }

  public static func year(_ year: Int) -> Period {
    Period(start: year * 12, length: 12, unit: .month)
  }

  /// - Parameter quarter: 1 to 4.
  public static func quarter(_ year: Int, _ quarter: Int) -> Period {
    precondition((1...4).contains(quarter), "quarter \(quarter)")
    return Period(start: year * 12 + (quarter - 1) * 3, length: 3, unit: .month)
  }

  /// - Parameter month: 1 to 12.
  public static func month(_ year: Int, _ month: Int) -> Period {
    precondition((1...12).contains(month), "month \(month)")
    return Period(start: year * 12 + month - 1, length: 1, unit: .month)
  }

  public static func day(_ day: Day) -> Period {
    Period(start: day.number, length: 1, unit: .day)
  }

  /// The first day of the period.
  public var firstDay: Day {
    unit == .day
      ? Day(number: start)
      : Day(year: start.floorDivided(by: 12), month: start.floorRemainder(by: 12) + 1, day: 1)
  }

  /// The day after the last day of the period.
  public var endDay: Day {
    guard unit == .month else { return Day(number: start + length) }
    let end = start + length
    return Day(year: end.floorDivided(by: 12), month: end.floorRemainder(by: 12) + 1, day: 1)
  }

  /// The calendar year of the first day.
  public var year: Int { firstDay.year }

  /// SDMX frequency code: A, Q, M, D, or `_O` for another length.
  public var frequency: String {
    switch (unit, length) {
    case (.day, 1): "D"
    case (.month, 1): "M"
    case (.month, 3) where start.floorRemainder(by: 3) == 0: "Q"
    case (.month, 12) where start.floorRemainder(by: 12) == 0: "A"
    default: "_O"
    }
  }

  /// The period of the same length that follows at once.
  public var next: Period { advanced(by: 1) }

  public func advanced(by steps: Int) -> Period {
    Period(start: start + steps * length, length: length, unit: unit)
  }

  /// Whether every day of `other` lies in this period.
  public func contains(_ other: Period) -> Bool {
    firstDay <= other.firstDay && other.endDay <= endDay
  }

  /// By first day, then by end.
  public static func < (a: Period, b: Period) -> Bool {
    (a.firstDay, a.endDay) < (b.firstDay, b.endDay)
  }

  public var description: String {
    switch frequency {
    case "A": return fourDigits(start / 12)
    case "Q": return "\(fourDigits(start / 12))-Q\(start % 12 / 3 + 1)"
    case "M": return "\(fourDigits(start / 12))-\(twoDigits(start % 12 + 1))"
    case "D": return firstDay.description
    default: return "\(firstDay)/P\(length)\(unit == .month ? "M" : "D")"
    }
  }

  /// Reads the SDMX form; `nil` when the text is none of them or names no day of the calendar.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    if halves.count == 2 {
      guard let day = Day(String(halves[0])), halves[1].hasPrefix("P"),
        let count = Int(halves[1].dropFirst().dropLast()), (1...100_000).contains(count)
      else { return nil }
      switch halves[1].last {
      case "M" where day.day == 1:
        self.init(start: day.year * 12 + day.month - 1, length: count, unit: .month)
      case "Y" where day.day == 1:
        self.init(start: day.year * 12 + day.month - 1, length: 12 * count, unit: .month)
      case "D":
        self.init(start: day.number, length: count, unit: .day)
      default: return nil
      }
      return
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 3, parts[0].count == 4, let year = Int(parts[0]), year >= 0 else {
      return nil
    }
    switch parts.count {
    case 1: self = .year(year)
    case 2 where parts[1].hasPrefix("Q"):
      guard parts[1].count == 2, let quarter = Int(parts[1].dropFirst()), (1...4).contains(quarter)
      else { return nil }
      self = .quarter(year, quarter)
    case 2:
      guard parts[1].count == 2, let month = Int(parts[1]), (1...12).contains(month) else {
        return nil
      }
      self = .month(year, month)
    default:
      guard let day = Day(text) else { return nil }
      self = .day(day)
    }
  }
}

extension Int {
  /// Quotient rounded towards minus infinity.
  func floorDivided(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  /// Remainder in `0 ..< divisor`.
  func floorRemainder(by divisor: Int) -> Int {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
func fourDigits(_ value: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
}
