public import Demography

/// The days of a country on which people do not work, by name, and the Saturdays and Sundays on which they do.
public struct WorkingCalendar: Hashable, Sendable {
  /// What a calendar tells of a period.
  public enum Column: Hashable, Sendable {
    /// Mondays to Fridays that are no holidays, and days off that are worked.
    case workingDays
    case feast(MovingFeast)
    /// Days of the table with this name.
    case named(String)
  }

  private let holidays: [Int: String]
  private let worked: Set<Int>
  /// Years of which the table has a day; `nil` without a table, when there are no holidays.
  private let years: Set<Int>?

  /// Mondays to Fridays alone.
  public init() {
    holidays = [:]
    worked = []
    years = nil
  }

  /// - Parameters:
  ///   - holidays: names by number of the day.
  ///   - worked: days off that are worked.
  public init(holidays: [Day: String], worked: Set<Day> = []) {
    years = Set((Array(holidays.keys) + worked).map(\.year))
    self.holidays = Dictionary(uniqueKeysWithValues: holidays.map { ($0.key.number, $0.value) })
    self.worked = Set(worked.map(\.number))
  }

  /// Names of the table, each once, in alphabetical order.
  public var names: [String] { Set(holidays.values).sorted() }

  /// Days of a column in a period. NaN of what the table tells, in years without a row: they are not years without
  /// holidays.
  /// - Complexity: O(days of the period).
  public func value(_ column: Column, in period: Period) -> Double {
    if case .feast(let feast) = column { return Double(feast.days(in: period)) }
    let days = period.firstDay.number..<period.endDay.number
    let last = Day(number: days.upperBound - 1).year
    if let years, !(period.firstDay.year...last).allSatisfy(years.contains) { return .nan }
    switch column {
    case .named(let name): return Double(days.count { holidays[$0] == name })
    case .workingDays, .feast:
      return Double(
        days.count { day in
          // Day 0, 1 January 1970, was a Thursday.
          let isWeekday = ((day + 3) % 7 + 7) % 7 < 5
          return worked.contains(day) || isWeekday && holidays[day] == nil
        })
    }
  }
}
