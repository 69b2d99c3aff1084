public import Demography

/// Feasts and fasts that move through the year of the Gregorian calendar.
///
/// The Islamic ones are those of the arithmetic (civil) calendar. The moon as it is seen, and so a country's own dates,
/// are mostly within a day of it and at times two. Reingold and Dershowitz (2018), Calendrical Calculations, 4th
/// edition.
public enum MovingFeast: String, CaseIterable, Hashable, Sendable {
  /// The month of fasting.
  case ramadan
  /// Three days from the first of Shawwal.
  case eidAlFitr = "eid-al-fitr"
  /// Three days from the tenth of Dhu al-Hijja (Kurban Ait).
  case eidAlAdha = "eid-al-adha"
  /// Good Friday to Easter Monday.
  case easter
  /// The same of the Orthodox church.
  case orthodoxEaster = "orthodox-easter"

  /// Its days within a stretch of time.
  public func days(in period: Period) -> Int {
    let (first, end) = (period.firstDay.number, period.endDay.number)
    var count = 0
    for start in starts(from: period.firstDay.year - 1, to: period.endDay.year + 1) {
      let stop = start + length(start)
      count += max(0, min(stop, end) - max(start, first))
    }
    return count
  }

  /// Numbers of the first days of those that begin in some years.
  private func starts(from first: Int, to last: Int) -> [Int] {
    switch self {
    case .ramadan, .eidAlFitr, .eidAlAdha:
      let (month, day) =
        self == .ramadan ? (9, 1) : self == .eidAlFitr ? (10, 1) : (12, 10)
      // An Islamic year has 354 or 355 days.
      let from = (first - 622) * 33 / 32 - 1
      let to = (last - 621) * 33 / 32 + 2
      return (from...to).map { Self.islamic($0, month, day) }
    case .easter: return (first...last).map { Self.easter($0) - 2 }
    case .orthodoxEaster: return (first...last).map { Self.orthodoxEaster($0) - 2 }
    }
  }

  private func length(_ start: Int) -> Int {
    switch self {
    case .ramadan: 30
    case .eidAlFitr, .eidAlAdha: 3
    case .easter, .orthodoxEaster: 4
    }
  }

  /// Odd months have 30 days and even ones 29; eleven years of thirty have a day more.
  private static func islamic(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // The first day of the calendar is 19 July 622 of the Gregorian one.
    let start = Day(year: 622, month: 7, day: 19).number
    return start + (year - 1) * 354 + (3 + 11 * year) / 30 + 29 * (month - 1)
      + month / 2 + day - 1
  }

  private static func easter(_ year: Int) -> Int {
    let golden = year % 19
    let century = year / 100
    let epact =
      (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
    let weekday = (32 + 2 * (century % 4) + 2 * (year % 100 / 4) - epact - year % 100 % 4) % 7
    let shift = (golden + 11 * epact + 22 * weekday) / 451
    let place = epact + weekday - 7 * shift + 114
    return Day(year: year, month: place / 31, day: place % 31 + 1).number
  }

  private static func orthodoxEaster(_ year: Int) -> Int {
    let moon = (19 * (year % 19) + 15) % 30
    let weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    let place = moon + weekday + 114
    let julian = Day(year: year, month: place / 31, day: place % 31 + 1).number
    return julian + year / 100 - year / 400 - 2
  }
}
