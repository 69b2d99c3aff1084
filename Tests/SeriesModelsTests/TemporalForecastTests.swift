import Demography
import Kernel
import SeriesModels
import Testing

/// Forecasts that add up in time, and in time and across series at once.
@Suite struct TemporalForecastTests {
  private static func months(_ id: String, shift: Double) -> TimeSeries {
    let base = Reference.named("USAccDeaths").values
    return TimeSeries(id, base.map { $0 / 100 + shift }, season: 12)
  }

  private func forecaster(
    _ hierarchy: Hierarchy, _ method: Reconciliation.Method = .structural,
    isNonNegative: Bool = false
  ) -> TemporalForecaster {
    TemporalForecaster(
      hierarchy, factors: [12, 3, 1], model: SeasonalNaiveModel(), method: method,
      isNonNegative: isNonNegative, cycles: 2, levels: [80, 95], draws: 200, seed: 3)
  }

  @Test func monthsAddUpToQuartersAndYears() throws {
    let found = try forecaster(.single("a")).run([Self.months("a", shift: 0)])
    #expect(found.isCoherent)
    #expect(found.rows.count == 2 * (1 + 4 + 12))
    let (years, quarters, months) = (
      found.rows.filter { $0.length == 12 }, found.rows.filter { $0.length == 3 },
      found.rows.filter { $0.length == 1 }
    )
    for (y, year) in years.enumerated() {
      let parts = quarters[(4 * y)..<(4 * y + 4)].reduce(0) { $0 + $1.mean }
      #expect(relativeDifference(year.mean, parts) < 1e-9)
      #expect(year.first == quarters[4 * y].first && year.last == quarters[4 * y + 3].last)
    }
    for (q, quarter) in quarters.enumerated() {
      let parts = months[(3 * q)..<(3 * q + 3)].reduce(0) { $0 + $1.mean }
      #expect(relativeDifference(quarter.mean, parts) < 1e-9)
      let inner = try #require(quarter.intervals.first)
      let outer = try #require(quarter.intervals.last)
      #expect(outer.lower <= inner.lower && inner.upper <= outer.upper)
      #expect(inner.lower < quarter.mean && quarter.mean < inner.upper)
    }
    // The series of months begins in 2000 and has six years.
    #expect("\(months[0].first)" == "2006-01" && "\(years[1].last)" == "2007-12")
  }

  /// The seasonal naive forecast of every length repeats the last year, so that it adds up by itself and
  /// reconciliation leaves it alone.
  @Test func whatAddsUpAlreadyIsLeftAlone() throws {
    let series = Self.months("a", shift: 0)
    let found = try forecaster(.single("a")).run([series])
    for row in found.rows where row.length < 12 {
      #expect(relativeDifference(row.base, row.mean) < 1e-9)
    }
    #expect(found.gaps.base < 1e-9 * series.values.reduce(0, +))
  }

  @Test func timeAndSeriesAddUpAtOnce() throws {
    let parts = [Self.months("a", shift: 0), Self.months("b", shift: 30)]
    let hierarchy = try Hierarchy(
      names: ["total", "a", "b"], summing: Matrix([[1, 1], [1, 0], [0, 1]]))
    let found = try TemporalForecaster(
      hierarchy, factors: [12, 1], model: DriftModel(), method: .structural, cycles: 1,
      levels: [80], draws: 100, seed: 1
    ).run(parts)
    #expect(found.isCoherent)
    #expect(found.gaps.base > 1e-3)
    func mean(_ series: String, _ length: Int, _ k: Int) -> Double {
      found.rows.filter { $0.series == series && $0.length == length }[k].mean
    }
    for k in 0..<12 {
      #expect(
        relativeDifference(mean("total", 1, k), mean("a", 1, k) + mean("b", 1, k)) < 1e-9)
    }
    let year = (0..<12).reduce(0) { $0 + mean("a", 1, $1) + mean("b", 1, $1) }
    #expect(relativeDifference(mean("total", 12, 0), year) < 1e-9)
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let series = Self.months("a", shift: 0)
    let one = try forecaster(.single("a")).run([series], threads: 1)
    let two = try forecaster(.single("a")).run([series], threads: 2)
    #expect(one.rows == two.rows)
  }

  @Test func lessThanTwoOfTheLongestSpanIsRefused() {
    let short = Self.months("a", shift: 0).prefix(23)
    #expect(throws: Fault.self) { try forecaster(.single("a")).run([short]) }
  }
}
