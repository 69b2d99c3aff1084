import Demography
import Foundation
import Kernel
import Projection
import Testing

/// What holds of a hindcast whatever the numbers.
@Suite struct HindcastLawTests {
  /// Three regions over 21 years: constant rates, and noise on them where it is asked for.
  private func totals(
    noise: Double, regions: [String] = ["a", "b", "c"], breaks: Set<Int> = [], jump: Double = 0
  ) throws -> RegionalTotals {
    var population: [Double] = []
    var natural: [Double] = []
    for region in regions {
      let offset = Double(region.utf8.first ?? 0) - 97
      var p = 1000 * (offset + 1)
      for year in 2000...2020 {
        population.append(p)
        natural.append(0.01 * p)
        var stream = RandomStream(seed: 5, stream: "law", unit: region, draw: 0, time: year)
        let rate = 0.01 + 0.004 * offset + noise * stream.normal()
        p *= 1 + rate + (breaks.contains(year) ? jump : 0)
      }
    }
    return try RegionalTotals(
      regions: regions, firstYear: 2000, population: population, naturalIncrease: natural,
      breaks: breaks)
  }

  private func specification(
    _ lines: [TotalsLine], target: Hindcast.Target = .published, breaks: Hindcast.Breaks = .declared
  ) -> Hindcast.Specification {
    Hindcast.Specification(
      launches: [2010, 2012, 2014], horizons: [1, 5], lines: lines,
      breaks: breaks, target: target)
  }

  private static let own = TotalsLine.components(
    ComponentRates(naturalYears: 3, migrationWindows: [8], ownShare: 1))

  @Test func constantRatesGrowGeometrically() throws {
    let result = try Hindcast.run(
      specification([Self.own, .geometric(years: 5)]), on: try totals(noise: 0))
    for one in result.cases { #expect(abs(one.percentError) < 1e-10, "\(one)") }
    #expect(result.cases.count == 36)
  }

  @Test func withoutMigrationOnlyNaturalIncreaseIsLeft() throws {
    let totals = try totals(noise: 0)
    let path = try TotalsLine.noMigration(years: 5).path(totals, launch: 2010, horizon: 4)
    for r in 0..<3 {
      let expected = totals.population(r, 2010) * pow(1.01, 4)
      #expect(abs(path[r * 5 + 4] / expected - 1) < 1e-12)
    }
  }

  @Test func noOwnShareGivesAllRegionsOneMigrationRate() throws {
    let totals = try totals(noise: 0.01)
    let line = TotalsLine.components(
      ComponentRates(naturalYears: 3, migrationWindows: [8], ownShare: 0))
    let path = try line.path(totals, launch: 2012, horizon: 1)
    let growth = (0..<3).map { path[2 * $0 + 1] / path[2 * $0] }
    #expect(abs(growth[0] - growth[1]) < 1e-12 && abs(growth[0] - growth[2]) < 1e-12)
  }

  @Test func aBreakLeftOutDoesNotMoveTheForecast() throws {
    let calm = try totals(noise: 0)
    let revised = try totals(noise: 0, breaks: [2008], jump: 0.1)
    for launch in [2010, 2014] {
      let one = try Self.own.path(calm, launch: launch, horizon: 3)
      let other = try Self.own.path(revised, launch: launch, horizon: 3)
      let counted = try Self.own.path(revised.ignoringBreaks(), launch: launch, horizon: 3)
      for r in 0..<3 {
        let growth = one[r * 4 + 3] / one[r * 4]
        #expect(abs(other[r * 4 + 3] / other[r * 4] - growth) < 1e-12)
        #expect(counted[r * 4 + 3] / counted[r * 4] > growth + 0.01)
      }
    }
  }

  @Test func anOutcomeOnTheLevelOfTheLaunchHasNoRevisionInIt() throws {
    let revised = try totals(noise: 0, breaks: [2013], jump: 0.1)
    let published = try Hindcast.run(specification([Self.own]), on: revised)
    let level = try Hindcast.run(
      specification([Self.own], target: .onLevelOfLaunch), on: revised)
    let far = try #require(published.score { $0.launch == 2012 && $0.horizon == 5 })
    #expect(far.bias < -8)
    for one in level.cases { #expect(abs(one.percentError) < 1e-10) }
  }

  @Test func laterYearsDoNotEnterAForecastOrItsSpread() throws {
    let all = try totals(noise: 0.01)
    let short = try RegionalTotals(
      regions: all.regions, firstYear: 2000,
      population: (0..<3).flatMap { r in (2000...2012).map { all.population(r, $0) } },
      naturalIncrease: (0..<3).flatMap { r in (2000...2012).map { 0.01 * all.population(r, $0) } },
      breaks: [])
    for line in TotalsLine.benchmarks + [Self.own] {
      #expect(
        try line.path(all, launch: 2012, horizon: 5) == line.path(short, launch: 2012, horizon: 5))
      #expect(
        try ForecastSpread(line, all, launch: 2012) == ForecastSpread(line, short, launch: 2012))
    }
  }

  @Test func theOrderOfRegionsIsOfNoConsequence() throws {
    let forward = try Hindcast.run(specification([Self.own]), on: try totals(noise: 0.01))
    let backward = try Hindcast.run(
      specification([Self.own]), on: try totals(noise: 0.01, regions: ["c", "b", "a"]))
    for one in forward.cases {
      let other = try #require(
        backward.cases.first {
          $0.launch == one.launch && $0.horizon == one.horizon && $0.region == 2 - one.region
        })
      #expect(abs(one.forecast / other.forecast - 1) < 1e-12)
      #expect(abs((one.deviation ?? .nan) / (other.deviation ?? .nan) - 1) < 1e-12)
    }
  }

  @Test func regionsSumToTheirCountryAndKeepTheirShares() throws {
    let totals = try totals(noise: 0.01)
    let path = try Self.own.path(totals, launch: 2012, horizon: 5)
    let nation = try Self.own.path(totals.together(named: "all"), launch: 2012, horizon: 5)
    let constraint = try NationalConstraint(path: path, nation: nation)
    #expect(abs(constraint.factors[0] - 1) < 1e-12 && abs(constraint.factors[5] - 1) > 1e-6)
    for t in 0...5 {
      let sum = (0..<3).reduce(0) { $0 + constraint.path[$1 * 6 + t] }
      #expect(abs(sum / nation[t] - 1) < 1e-12)
      let before = path[t] / path[6 + t]
      #expect(abs(constraint.path[t] / constraint.path[6 + t] / before - 1) < 1e-12)
    }
    #expect(throws: ProjectionError.outOfRange(input: "population", value: 0)) {
      try NationalConstraint(path: [1, 2], nation: [0])
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let totals = try totals(noise: 0.01)
    let lines = TotalsLine.benchmarks + [.components(.standard)]
    let one = try Hindcast.run(specification(lines), on: totals, threads: 1)
    #expect(try Hindcast.run(specification(lines), on: totals, threads: 2) == one)
    #expect(try Hindcast.run(specification(lines), on: totals, threads: 7) == one)
  }

  @Test func intervalsOfIndependentShocksCoverWhatTheySay() throws {
    var inside = [0.0, 0.0]
    var count = 0.0
    for k in 0..<40 {
      let names = (0..<25).map { "r\(k)-\($0)" }
      var population: [Double] = []
      for name in names {
        var level = 1000.0
        for year in 2000...2030 {
          population.append(level)
          var stream = RandomStream(seed: 9, stream: "walk", unit: name, draw: k, time: year)
          level *= exp(0.01 * stream.normal())
        }
      }
      let totals = try RegionalTotals(
        regions: names, firstYear: 2000, population: population,
        naturalIncrease: population.map { _ in .nan }, breaks: [])
      let result = try Hindcast.run(
        Hindcast.Specification(
          launches: [2020, 2025], horizons: [1, 5], lines: [.noChange], breaks: .declared,
          target: .published),
        on: totals)
      for one in result.cases {
        count += 1
        if one.isInside(0.8) ?? false { inside[0] += 1 }
        if one.isInside(0.95) ?? false { inside[1] += 1 }
      }
    }
    // A region's variance rests on its own 15 or 20 shocks in overlapping sums; were they worth six
    // independent ones only, coverage would be that of Student's t with 6 degrees. The standard error
    // of a share of 4,000 cases in 1,000 independent regions is below 1.3 points.
    for (k, level) in [0.8, 0.95].enumerated() {
      let reach = normalQuantile(0.5 + level / 2)
      let lowest = 1 - 2 * StudentT(degrees: 6).complementary(reach)
      let found = inside[k] / count
      #expect(found > lowest - 0.026 && found < level + 0.026, "\(found) of \(level)")
    }
  }

  @Test func aLaunchTooEarlyIsRefusedAndOneWithoutOriginsHasNoIntervals() throws {
    let totals = try totals(noise: 0.01)
    let early = Hindcast.Specification(
      launches: [2003], horizons: [1], lines: [.linear(years: 5)], breaks: .declared,
      target: .published)
    #expect(throws: ProjectionError.tooFewYears(launch: 2003, years: 3, needed: 5)) {
      try Hindcast.run(early, on: totals)
    }
    let bare = Hindcast.Specification(
      launches: [2004], horizons: [1], lines: [Self.own], breaks: .declared,
      target: .published)
    let score = try #require(try Hindcast.run(bare, on: totals).score(Self.own, horizon: 1))
    #expect(score.crps == nil && score.coverage80 == nil)
  }

  @Test func tablesHaveARowForEveryGroup() throws {
    let lines = TotalsLine.benchmarks + [Self.own]
    let result = try Hindcast.run(specification(lines), on: try totals(noise: 0.01))
    #expect(result.scoreTable().rowCount == 12)
    #expect(result.launchTable().rowCount == 36)
    #expect(result.regionTable().rowCount == 36)
    #expect(result.forecastTable().rowCount == 108)
    #expect(result.scoreTable().texts("line").first == "no_change")
  }
}
