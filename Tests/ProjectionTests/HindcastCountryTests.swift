import Projection
import Testing

/// What component lines reach in three countries. Windows and shares for a country are those the other
/// two prefer, and nothing after a launch enters a forecast or its interval. Figures are pinned to the
/// digits shown, so that a change of any is seen.
@Suite struct HindcastCountryTests {
  private static let finnishLaunches = Array(2000...2020)
  private static let australianLaunches = Array(1994...2011)
  private static let kazakhLaunches = Array(2010...2018)

  private func result(
    _ totals: RegionalTotals, _ launches: [Int], _ horizons: [Int], _ rates: ComponentRates,
    breaks: Hindcast.Breaks = .declared, target: Hindcast.Target = .published
  ) throws -> Hindcast.Result {
    try Hindcast.run(
      Hindcast.Specification(
        launches: launches, horizons: horizons,
        lines: TotalsLine.benchmarks + [.components(rates)], breaks: breaks,
        target: target),
      on: totals)
  }

  private func chosen(_ trials: [Hindcast.Trial]) throws -> ComponentRates {
    let ranked = try Hindcast.ranked(
      HindcastCountries.candidates, beside: .linear(years: 10), on: trials)
    #expect(zip(ranked, ranked.dropFirst()).allSatisfy { $0.measure <= $1.measure })
    return try #require(ranked.first).rates
  }

  private func expect(
    _ score: Hindcast.Score?, mape: Double, inside80: Double, inside95: Double,
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let score = try #require(score, sourceLocation: place)
    #expect(abs(score.mape - mape) <= 0.0051, "\(score)", sourceLocation: place)
    let inside = try #require(score.coverage80, sourceLocation: place)
    let wide = try #require(score.coverage95, sourceLocation: place)
    #expect(abs(inside - inside80) <= 0.051, "\(score)", sourceLocation: place)
    #expect(abs(wide - inside95) <= 0.051, "\(score)", sourceLocation: place)
  }

  /// The bars: 2.9 % at 5 years and 6.2 % at 10, 75 to 85 % inside the 80 % interval. Ten years ahead
  /// four launches with 64 dependent cases lie in it a little too often on the published level.
  @Test(arguments: [
    (Hindcast.Breaks.declared, Hindcast.Target.published, [2.19, 77.1, 91.0], [3.64, 87.5, 95.3]),
    (.found, .published, [2.19, 77.1, 91.0], [3.64, 87.5, 95.3]),
    (.declared, .onLevelOfLaunch, [2.02, 81.3, 95.1], [3.57, 84.4, 95.3]),
    (.none, .published, [2.73, 88.9, 97.2], [6.08, 95.3, 96.9]),
    (.none, .onLevelOfLaunch, [2.58, 94.4, 97.9], [6.00, 95.3, 98.4]),
  ])
  func kazakhstanIsBelowTheBarsWithAndWithoutRevisions(
    breaks: Hindcast.Breaks, target: Hindcast.Target, near: [Double], far: [Double]
  ) throws {
    let totals = try HindcastCountries.kazakhstan()
    let line = TotalsLine.components(.standard)
    func score(_ launches: [Int], _ horizon: Int) throws -> Hindcast.Score? {
      try result(
        totals, launches, [horizon], .standard, breaks: breaks, target: target
      ).score(line, horizon: horizon)
    }
    let five = try score(Self.kazakhLaunches, 5)
    let ten = try score(Array(2010...2013), 10)
    #expect(five?.cases == 144 && ten?.cases == 64)
    try expect(five, mape: near[0], inside80: near[1], inside95: near[2])
    try expect(ten, mape: far[0], inside80: far[1], inside95: far[2])
    #expect((five?.mape ?? .nan) <= 2.9 && (ten?.mape ?? .nan) <= 6.2)
    if breaks != .none { #expect((75...85).contains(five?.coverage80 ?? .nan)) }
  }

  @Test func kazakhstanBeatsEveryBenchmarkInErrorAndScore() throws {
    let totals = try HindcastCountries.kazakhstan()
    for (launches, h) in [(Self.kazakhLaunches, 5), (Array(2010...2013), 10)] {
      let result = try result(totals, launches, [h], .standard)
      let ours = try #require(result.score(.components(.standard), horizon: h))
      for line in TotalsLine.benchmarks {
        let theirs = try #require(result.score(line, horizon: h))
        #expect(ours.mape < theirs.mape, "\(line) \(theirs)")
        if let crps = theirs.crps { #expect((ours.crps ?? .nan) < crps, "\(line) \(theirs)") }
      }
    }
  }

  @Test func theStandardIsWhatFinlandAndAustraliaPrefer() throws {
    guard let finland = try HindcastCountries.finland(),
      let australia = try HindcastCountries.australia()
    else { return }
    let trials = [
      HindcastCountries.trial(finland, Self.finnishLaunches),
      HindcastCountries.trial(australia, Self.australianLaunches),
    ]
    #expect(try chosen(trials) == .standard)
    let line = TotalsLine.components(.standard)
    for (totals, launches, inside) in [
      (finland, Self.finnishLaunches, [80.0, 79]),
      (australia, Self.australianLaunches, [83.0, 80]),
    ] {
      let result = try result(totals, launches, [5, 10], .standard)
      for (h, share) in zip([5, 10], inside) {
        let found = try #require(result.score(line, horizon: h)?.coverage80)
        #expect(abs(found - share) <= 0.5, "\(h) \(found)")
      }
    }
  }

  /// Cohort model of gc13: 1.44, 2.40, 3.73 %; linear line: 1.163, 2.307, 2.728 %.
  @Test func finlandIsBelowCohortModelAndLinearLine() throws {
    guard let finland = try HindcastCountries.finland(),
      let australia = try HindcastCountries.australia()
    else { return }
    let rates = try chosen([
      HindcastCountries.trial(australia, Self.australianLaunches),
      HindcastCountries.trial(try HindcastCountries.kazakhstan(), Self.kazakhLaunches),
    ])
    #expect(rates == ComponentRates(naturalYears: 5, migrationWindows: [5, 15], ownShare: 0.8))
    let result = try result(finland, [2004, 2009, 2014, 2019], [5, 10, 15], rates)
    let line = TotalsLine.components(rates)
    for (h, bar) in [(5, 1.163), (10, 2.307), (15, 2.728)] {
      #expect((result.score(line, horizon: h)?.mape ?? .nan) < bar)
    }
    try expect(result.score(line, horizon: 5), mape: 1.03, inside80: 80.3, inside95: 88.2)
    try expect(result.score(line, horizon: 10), mape: 2.10, inside80: 75.4, inside95: 94.7)
    try expect(result.score(line, horizon: 15), mape: 2.38, inside80: 92.1, inside95: 100)
  }

  /// Bars: cohort model of gc14 2.022 and 4.488 %, linear line 2.413 and 4.546 %; at 15 and 20 years
  /// the linear line, 5.51 and 4.75 %. The totals alone miss the first (2.17 %); their plain mean with
  /// the cohort model meets it. Neither reaches the linear line at 15 and 20 years,
  /// which rest on two launches and on one.
  @Test func australiaIsBelowTheBarsToTenYearsTogetherWithTheCohortModel() throws {
    guard let finland = try HindcastCountries.finland(),
      let australia = try HindcastCountries.australia(),
      let cohorts = try HindcastCountries.shared(
        "gc14_australia_8state_hindcast/expected_hindcast.csv")
    else { return }
    let rates = try chosen([
      HindcastCountries.trial(finland, Self.finnishLaunches),
      HindcastCountries.trial(try HindcastCountries.kazakhstan(), Self.kazakhLaunches),
    ])
    #expect(rates == ComponentRates(naturalYears: 1, migrationWindows: [15], ownShare: 0.7))
    let result = try result(australia, [1996, 2001, 2006, 2011], [5, 10, 15, 20], rates)
    let line = TotalsLine.components(rates)
    try expect(result.score(line, horizon: 5), mape: 2.17, inside80: 84.4, inside95: 93.8)
    try expect(result.score(line, horizon: 10), mape: 4.23, inside80: 75, inside95: 95.8)
    try expect(result.score(line, horizon: 15), mape: 5.79, inside80: 93.8, inside95: 100)
    try expect(result.score(line, horizon: 20), mape: 6.75, inside80: 87.5, inside95: 100)
    var errors: [Int: [Double]] = [:]
    for row in cohorts.rows where row["method"] == "multiregional_OD" {
      let launch = try #require(Int(row["launch"] ?? ""))
      let h = try #require(Int(row["year"] ?? "")) - launch
      let state = try #require(australia.regions.firstIndex(of: row["state"] ?? ""))
      let one = try #require(
        result.cases.first {
          $0.line == line && $0.launch == launch && $0.horizon == h && $0.region == state
        })
      let cohort = try #require(Double(row["projected"] ?? ""))
      let mean = (one.forecast + cohort) / 2
      errors[h, default: []].append(abs(100 * (mean / one.actual - 1)))
    }
    for (h, mape) in [(5, 1.97), (10, 4.01), (15, 5.68), (20, 6.40)] {
      let found = try #require(errors[h])
      #expect(abs(found.reduce(0, +) / Double(found.count) - mape) <= 0.0051)
    }
  }
}
