public import Demography

/// When the values of a regular series stand: a first period or date, and the step to the next.
public enum SeriesClock: Hashable, Sendable {
  /// Successive periods of one length: years, quarters, months.
  case periods(first: Period)
  /// The same day of the month every so many months (stocks at a date). A first date that ends its
  /// month means month ends throughout.
  case dates(first: Day, months: Int)
  /// A day every so many days.
  case days(first: Day, every: Int)

  /// The period of value `t`; `t` may lie outside the series.
  public func period(_ t: Int) -> Period {
    switch self {
    case .periods(let first): first.advanced(by: t)
    case .dates(let first, let months): .day(Self.date(first, months: t * months))
    case .days(let first, let every): .day(Day(number: first.number + t * every))
    }
  }

  /// The stretch of time that value `t` is of: its period, the day of daily values, and of dates by the month the
  /// month, quarter or year that they begin or end; `nil` for days further apart and for other days of a month, which
  /// do not say which days they are for.
  func stretch(_ t: Int) -> Period? {
    switch self {
    case .periods: return period(t)
    case .days(_, let every): return every == 1 ? period(t) : nil
    case .dates(let first, let months):
      let day = Self.date(first, months: t * months)
      let month = Period.month(day.year, day.month)
      if first.day == 1 {
        return Period(start: month.start, length: months, unit: .month)
      }
      let isEnd = Period.month(first.year, first.month).endDay.number == first.number + 1
      return isEnd ? Period(start: month.start - months + 1, length: months, unit: .month) : nil
    }
  }

  /// The same clock from value `t` on.
  func starting(at t: Int) -> SeriesClock {
    switch self {
    case .periods: .periods(first: period(t))
    case .dates(_, let months): .dates(first: period(t).firstDay, months: months)
    case .days(_, let every): .days(first: period(t).firstDay, every: every)
    }
  }

  /// Seasons in a year, or days in a week for daily values; 1 when there is nothing to repeat.
  public var naturalSeason: Int {
    switch self {
    case .periods(let first) where first.unit == .month: Self.seasons(first.length)
    case .periods(let first): first.length == 1 ? 7 : 1
    case .dates(_, let months): Self.seasons(months)
    case .days(_, let every): every == 1 ? 7 : 1
    }
  }

  /// The index of a period on this clock; `nil` when it does not stand on it.
  func index(of other: Period) -> Int? {
    switch self {
    case .periods(let first):
      guard other.unit == first.unit, other.length == first.length else { return nil }
      let distance = other.start - first.start
      return distance % first.length == 0 ? distance / first.length : nil
    case .dates(let first, let months):
      guard other.unit == .day, other.length == 1 else { return nil }
      let distance = Self.month(other.firstDay) - Self.month(first)
      guard distance % months == 0, period(distance / months) == other else { return nil }
      return distance / months
    case .days(let first, let every):
      guard other.unit == .day, other.length == 1 else { return nil }
      let distance = other.start - first.number
      return distance % every == 0 ? distance / every : nil
    }
  }

  /// The clock on which all of `periods` stand; `nil` when there is none. A clock derived from the
  /// distances may not have more holes than values.
  /// - Parameters:
  ///   - periods: sorted, without duplicates, at least one.
  ///   - frequency: SDMX code A, Q, M, W or D of dates; `nil` derives it from their distances.
  static func common(_ periods: [Period], frequency: String?) -> SeriesClock? {
    let first = periods[0]
    guard first.unit == .day, first.length == 1 else {
      return checked(.periods(first: first), periods, holes: .max)
    }
    let start = first.firstDay
    switch frequency {
    case "A": return checked(.dates(first: start, months: 12), periods, holes: .max)
    case "Q": return checked(.dates(first: start, months: 3), periods, holes: .max)
    case "M": return checked(.dates(first: start, months: 1), periods, holes: .max)
    case "W": return checked(.days(first: start, every: 7), periods, holes: .max)
    case "D": return checked(.days(first: start, every: 1), periods, holes: .max)
    default: break
    }
    let months = periods.map { month($0.firstDay) }
    let monthly = divisor(zip(months, months.dropFirst()).map { $1 - $0 })
    let spaced = SeriesClock.dates(first: start, months: monthly == 0 ? 12 : monthly)
    if let clock = checked(spaced, periods, holes: periods.count) {
      return clock
    }
    let days = divisor(zip(periods, periods.dropFirst()).map { $1.start - $0.start })
    return days == 0
      ? nil : checked(.days(first: start, every: days), periods, holes: periods.count)
  }

  private static func checked(
    _ clock: SeriesClock, _ periods: [Period], holes: Int
  ) -> SeriesClock? {
    let indices = periods.map { clock.index(of: $0) }
    guard !indices.contains(nil), let last = indices.last ?? nil else { return nil }
    return last + 1 - periods.count <= holes ? clock : nil
  }

  private static func seasons(_ months: Int) -> Int {
    months < 12 && 12 % months == 0 ? 12 / months : 1
  }

  private static func month(_ day: Day) -> Int { day.year * 12 + day.month - 1 }

  private static func date(_ first: Day, months: Int) -> Day {
    let endsMonth = Day(number: first.number + 1).day == 1
    let start = Period(start: month(first) + months, length: 1, unit: .month)
    if endsMonth { return Day(number: start.endDay.number - 1) }
    return Day(number: start.firstDay.number + first.day - 1)
  }

  /// Greatest common divisor; 0 for no distances or none but zeros.
  private static func divisor(_ distances: [Int]) -> Int {
    distances.reduce(0) { a, b in
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }
  }
}
