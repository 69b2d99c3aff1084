import Foundation
import Kernel
import SeriesModels
import Testing

/// Panels made for it, and the net migration rates of the UN's areas.
struct PooledPanelTests {
  static let key = StreamKey(seed: 16, stream: "test.pooled")
  static let units = (0..<60).map { "U\($0)" }

  /// Sixty units whose innovations differ fiftyfold, each with every tenth ten times as wide.
  static let rates: [[Double]] = {
    var stream = RandomStream(key, unit: UnitKey("rates"), draw: 0, time: 0)
    return units.indices.map { c in
      let scale = 0.0002 * Glibc.pow(50, Double(c) / 59)
      var r = 0.0
      return (0..<48).map { _ in
        r = 0.7 * r + scale * (stream.uniform() < 0.1 ? 10 : 1) * stream.normal()
        return r
      }
    }
  }()

  static func seen(_ count: Int) -> [[Double]] { rates.map { Array($0.prefix(count)) } }

  /// Intervals hold what they promise at eight later origins, of narrow and of wide units alike.
  @Test func intervalsHoldInNarrowAndInWideUnits() throws {
    var inside = [[0.0, 0.0], [0.0, 0.0]]
    for origin in stride(from: 30, to: 46, by: 2) {
      let model = try PooledRegression(
        units: Self.units, values: Self.seen(origin), horizon: 2)
      for c in Self.units.indices {
        for step in 1...2 {
          let y = Self.rates[c][origin + step - 1]
          for (k, tail) in [0.1, 0.025].enumerated()
          where model.quantile(unit: c, step: step, tail) <= y
            && y <= model.quantile(unit: c, step: step, 1 - tail)
          { inside[c < 30 ? 0 : 1][k] += 1 }
        }
      }
    }
    // Some 480 values each, neighbouring steps alike: three standard errors are 0.055 and 0.03.
    for half in inside {
      #expect(abs(half[0] / 480 - 0.8) < 0.055, "\(half)")
      #expect(abs(half[1] / 480 - 0.95) < 0.03, "\(half)")
    }
  }

  @Test func quantilesGoWithTheUnitOfMeasure() throws {
    let heads = try PooledRegression(units: Self.units, values: Self.seen(40), horizon: 3)
    let thousands = try PooledRegression(
      units: Self.units, values: Self.seen(40).map { $0.map { $0 * 1024 } }, horizon: 3)
    for c in [0, 31, 59] {
      for p in [0.025, 0.5, 0.9] {
        // A power of two: the same bits throughout.
        #expect(
          heads.quantile(unit: c, step: 3, p) * 1024 == thousands.quantile(unit: c, step: 3, p))
      }
    }
  }

  @Test func unitsThatEndEarlyHaveNoForecastAndStillTeach() throws {
    var values = Self.seen(40)
    values[3][39] = .nan
    values[4][38] = .nan
    for t in 0..<35 { values[5][t] = .nan }
    let model = try PooledRegression(units: Self.units, values: values, horizon: 1)
    #expect(model.leftOut == ["U3", "U4", "U5"])
    #expect(model.units.count == 57)
  }

  /// Of eight values the sixth and the seventh have five before them and one after.
  @Test func whatCannotBeLearntIsSaid() {
    #expect(
      throws: SeriesError.panelTooSmall(model: "pooled-regression", found: 120, needed: 150)
    ) { try PooledRegression(units: Self.units, values: Self.seen(8), horizon: 2) }
    let still = Self.units.map { _ in [Double](repeating: 0.001, count: 30) }
    #expect(throws: SeriesError.panelTooSmall(model: "pooled-regression", found: 0, needed: 150)) {
      try PooledRegression(units: Self.units, values: still, horizon: 1)
    }
  }

  /// The quantiles of the draws are the average of those of both models, and a draw keeps its rank.
  @Test func drawsAverageTheQuantilesOfBothModels() throws {
    let plan = SamplingPlan(chains: 2, warmup: 100, draws: 100)
    let model = try NetRateForecast(
      units: Self.units, rates: Self.seen(40), horizon: 4, plan: plan, key: Self.key)
    let pooled = try PooledRegression(units: Self.units, values: Self.seen(40), horizon: 4)
    for c in [7, 50] {
      let draws = model.paths(unit: c)
      let own = (0..<200).map {
        model.posterior.path(unit: c, draw: $0, horizon: 4, key: Self.key)
      }
      for h in 0..<4 {
        let sorted = draws.map { $0[h] }.sorted()
        let theirs = own.map { $0[h] }.sorted()
        for rank in [0, 60, 100, 199] {
          let p = (Double(rank) + 0.5) / 200
          let average = 0.75 * pooled.quantile(unit: c, step: h + 1, p) + 0.25 * theirs[rank]
          #expect(abs(sorted[rank] - average) <= 1e-15)
        }
        let first = own.indices.min { own[$0][h] < own[$1][h] }
        #expect(first.map { draws[$0][h] } == sorted[0])
      }
    }
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let plan = SamplingPlan(chains: 2, warmup: 20, draws: 20)
    func paths(_ threads: Int) throws -> [[Double]] {
      try NetRateForecast(
        units: Self.units, rates: Self.seen(40), horizon: 3, plan: plan, key: Self.key,
        threads: threads
      ).paths(unit: 11)
    }
    #expect(try paths(1) == paths(4))
  }

  /// Rates per thousand of 236 areas from 1950 on, forecast ten years from 1993, 1998, …, 2013: mean CRPS below
  /// 4.6 and 95 per cent intervals with a mean score below 72 that hold between 0.93 and 0.97 (the hierarchy
  /// alone 4.90, 78.8 and 0.88). What the model is was chosen at origins up to 1988.
  @Test func netMigrationOfTheWorldIsForecastSharplyAndHonestly() throws {
    guard let lines = Golden.lines("wpp/wpp2024_netmig_1950_2023_all.csv") else { return }
    var areas: [String: [Double]] = [:]
    for line in lines.dropFirst() {
      areas[line[0], default: []].append((line.last.flatMap { Double($0) } ?? .nan) / 1000)
    }
    let names = areas.keys.sorted()
    #expect(names.count == 236)
    var (score, interval, narrow, wide, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for origin in [1993, 1998, 2003, 2008, 2013] {
      let length = origin - 1949
      let model = try NetRateForecast(
        units: names, rates: names.map { Array((areas[$0] ?? []).prefix(length)) }, horizon: 10,
        plan: SamplingPlan(chains: 2, warmup: 300, draws: 400), key: Self.key)
      for (c, name) in model.units.enumerated() {
        let paths = model.paths(unit: c)
        for h in 0..<10 {
          let draws = paths.map { 1000 * $0[h] }
          let y = 1000 * (areas[name]?[length + h] ?? .nan)
          let q = Statistics.quantiles(draws, [0.025, 0.1, 0.9, 0.975])
          score += SampleScores.rankedProbability(observed: y, samples: draws)
          interval += q[3] - q[0] + 40 * (max(q[0] - y, 0) + max(y - q[3], 0))
          if q[1] <= y, y <= q[2] { narrow += 1 }
          if q[0] <= y, y <= q[3] { wide += 1 }
          count += 1
        }
      }
    }
    #expect(count == 11_800)
    #expect(score / count < 4.6)
    #expect(interval / count < 72)
    #expect(abs(wide / count - 0.95) < 0.02)
    print(
      "UN areas: CRPS \(score / count), interval score \(interval / count), coverage of 80 and 95 per cent "
        + "\(narrow / count), \(wide / count)")
  }
}
