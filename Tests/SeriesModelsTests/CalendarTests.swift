import Demography
import Kernel
import SeriesModels
import Testing

/// Working days, holidays and feasts as regressors.
@Suite struct CalendarTests {
  private static func first(_ feast: MovingFeast, in year: Int) throws -> Day {
    let days =
      (Day(year: year, month: 1, day: 1).number..<Day(year: year + 1, month: 1, day: 1).number)
      .map { Day(number: $0) }
    return try #require(days.first { feast.days(in: .day($0)) == 1 })
  }

  /// Published dates of Easter, as tables of both churches have them.
  @Test(arguments: [
    ("2000-04-23", "2000-04-30"), ("2008-03-23", "2008-04-27"), ("2010-04-04", "2010-04-04"),
    ("2013-03-31", "2013-05-05"), ("2019-04-21", "2019-04-28"), ("2021-04-04", "2021-05-02"),
    ("2024-03-31", "2024-05-05"), ("2025-04-20", "2025-04-20"), ("2038-04-25", "2038-04-25"),
  ])
  func easterIsWhenTheChurchesHaveIt(west: String, east: String) throws {
    for (feast, text) in [(MovingFeast.easter, west), (.orthodoxEaster, east)] {
      let sunday = try #require(Day(text))
      #expect(try Self.first(feast, in: sunday.year).number == sunday.number - 2)
      #expect(feast.days(in: .year(sunday.year)) == 4)
    }
  }

  /// First days by the calendar of Umm al-Qura; the arithmetic one is mostly within a day, at times two.
  @Test(arguments: [
    (MovingFeast.ramadan, "2010-08-11"), (.ramadan, "2015-06-18"), (.ramadan, "2020-04-24"),
    (.ramadan, "2022-04-02"), (.ramadan, "2023-03-23"), (.ramadan, "2024-03-11"),
    (.ramadan, "2025-03-01"), (.eidAlFitr, "2020-05-24"), (.eidAlFitr, "2023-04-21"),
    (.eidAlFitr, "2024-04-10"), (.eidAlAdha, "2016-09-11"), (.eidAlAdha, "2020-07-31"),
    (.eidAlAdha, "2022-07-09"),
    (.eidAlAdha, "2023-06-28"), (.eidAlAdha, "2024-06-16"),
  ])
  func feastsOfTheMoonAreTwoDaysAwayAtMost(feast: MovingFeast, text: String) throws {
    let day = try #require(Day(text))
    #expect(abs(try Self.first(feast, in: day.year).number - day.number) <= 2)
  }

  /// By the rule of the calendar itself: 1 Muharram 1 is 19 July 622, and thirty years have 10,631 days.
  @Test func thirtyLunarYearsHaveTheirDays() throws {
    let first = try Self.first(.ramadan, in: 1995)
    let later = try #require(
      (0...60).map { Day(number: first.number + 10_631 - 30 + $0) }.first {
        MovingFeast.ramadan.days(in: .day($0)) == 1
      })
    #expect(later.number - first.number == 10_631)
  }

  /// Dates on the first or last of a month are of the month, as 2012-03 is.
  @Test func datesOfMonthsAndQuartersAreTheirPeriods() throws {
    func series(_ dates: [String]) throws -> TimeSeries {
      try TimeSeries(
        id: "a", points: dates.map { (period: try #require(Period($0)), value: 1) }, season: nil)
    }
    let months = try series(["2012-01-01", "2012-02-01", "2012-03-01"])
    #expect(months.stretch(2) == .month(2012, 3) && months.stretch(12) == .month(2013, 1))
    let ends = try series(["2012-01-31", "2012-02-29", "2012-03-31"])
    #expect(ends.stretch(1) == .month(2012, 2))
    let quarters = try series(["2012-03-31", "2012-06-30", "2012-09-30"])
    #expect(quarters.stretch(0) == .quarter(2012, 1) && quarters.stretch(3) == .quarter(2012, 4))
    let days = try series(["2012-03-01", "2012-03-02", "2012-03-03", "2012-03-04"])
    #expect(days.stretch(1) == Period("2012-03-02"))
    // Weeks and the fifteenth of every month do not say which days they are for.
    #expect(try series(["2012-03-05", "2012-03-12", "2012-03-19"]).stretch(0) == nil)
    #expect(try series(["2012-03-15", "2012-04-15", "2012-05-15"]).stretch(0) == nil)
  }

  @Test(arguments: MovingFeast.allCases) func daysOfAYearAreThoseOfItsParts(feast: MovingFeast) {
    for year in 1960...2060 {
      let whole = feast.days(in: .year(year))
      #expect((1...4).reduce(0) { $0 + feast.days(in: .quarter(year, $1)) } == whole)
      #expect((1...12).reduce(0) { $0 + feast.days(in: .month(year, $1)) } == whole)
    }
    // The lunar year is eleven days shorter: one solar year in some thirty-three has two of a feast.
    let all = (1960..<2060).reduce(0) { $0 + feast.days(in: .year($1)) }
    switch feast {
    case .ramadan: #expect(abs(all - 3090) <= 30)
    case .eidAlFitr, .eidAlAdha: #expect(abs(all - 309) <= 3)
    case .easter, .orthodoxEaster: #expect(all == 400)
    }
  }

  @Test func workingDaysAreMondayToFridayLessHolidays() throws {
    let plain = WorkingCalendar()
    #expect(plain.value(.workingDays, in: .month(2024, 5)) == 23)
    #expect(plain.value(.workingDays, in: .year(2024)) == 262)
    func day(_ text: String) throws -> Day { try #require(Day(text)) }
    let calendar = WorkingCalendar(
      holidays: [
        try day("2024-05-01"): "unity", try day("2024-05-07"): "defender",
        try day("2024-05-11"): "saturday",
      ], worked: [try day("2024-05-04")])
    #expect(calendar.value(.workingDays, in: .month(2024, 5)) == 22)
    #expect(calendar.value(.named("unity"), in: .quarter(2024, 2)) == 1)
    #expect(calendar.value(.named("unity"), in: .month(2024, 6)) == 0)
    // A year without a row is unknown, not one without holidays.
    #expect(calendar.value(.workingDays, in: .month(2025, 5)).isNaN)
    #expect(calendar.value(.named("unity"), in: .month(2023, 5)).isNaN)
    let sparse = WorkingCalendar(
      holidays: [try day("2012-01-01"): "a", try day("2014-01-01"): "a"])
    #expect(sparse.value(.workingDays, in: .year(2013)).isNaN)
    #expect(sparse.value(.workingDays, in: .year(2014)) == 260)
    #expect(calendar.value(.feast(.ramadan), in: .month(2025, 3)) == 30)
  }

  /// Drawn with an effect of 3 a working day and −2 a day of Ramadan about a season and noise of 4.
  @Test func effectsOfTheCalendarAreFound() throws {
    let calendar = WorkingCalendar()
    let periods = (0..<144).map { Period.month(2010, 1).advanced(by: $0) }
    let key = StreamKey(seed: 5, stream: "test")
    func columns(_ periods: [Period]) -> [[Double]] {
      [.workingDays, .feast(.ramadan)].map { column in
        periods.map { calendar.value(column, in: $0) }
      }
    }
    let x = columns(periods)
    let values = periods.indices.map { t -> Double in
      let noise = normalPair(key, unit: UnitKey("calendar"), draw: 0, time: t).0
      let effects = 3 * x[0][t] - 2 * x[1][t]
      return 500 + 10 * Double(t % 12) + effects + 4 * noise
    }
    let series = try TimeSeries(
      id: "a", points: zip(periods, values).map { (period: $0, value: $1) }, season: 12)
    let regression = try #require(
      DriverRegression(StructuralModel(form: StructuralForm(hasSlope: false, seasonal: .dummy))))
    let ahead = columns(periods + (0..<24).map { periods[143].advanced(by: $0 + 1) })
    let fit = try regression.fit(
      series, drivers: [Driver("working-days", ahead[0]), Driver("ramadan", ahead[1])])
    for (response, truth) in zip(fit.responses, [3.0, -2.0]) {
      let lag = response.lags[0]
      #expect(abs(lag.value - truth) < 4 * lag.standardError!, "\(response.driver) \(lag.value)")
      #expect(lag.standardError! < 0.8)
    }
    #expect(try fit.forecast(24, levels: [80], seed: 1).steps.count == 24)
    // A holiday of the same month every year is nothing but season.
    let spring = periods.map { $0.firstDay.month == 3 ? 3.0 : 0 }
    let search = try #require(DriverRegression(AutoARIMAModel()))
    #expect(
      throws: SeriesError.regressorsDependent(
        series: "a", model: "arima(0,0,0)(0,1,0)", names: "nowruz")
    ) {
      _ = try search.fit(
        series, drivers: [Driver("working-days", ahead[0]), Driver("nowruz", spring)])
    }
    #expect(
      try search.fit(series, drivers: [Driver("working-days", ahead[0])]).fit.label.contains(
        "(0,1,"))
    #expect(
      throws: SeriesError.regressorsDependent(series: "a", model: "seasonal-level", names: "nowruz")
    ) { _ = try regression.fit(series, drivers: [Driver("nowruz", spring)]) }
  }
}
