import Demography
import Kernel
import SeriesModels
import Testing

/// Whole hierarchies from series to coherent forecasts.
@Suite struct ReconciliationTests {
  /// Four series moved by one shock and by their own, quarterly.
  static func bottom(common: Double, count: Int = 60) -> [TimeSeries] {
    let names = ["a/1", "a/2", "b/1", "b/2"]
    var shared = RandomStream(seed: 5, stream: "test.hierarchy", unit: "all", draw: 0, time: 0)
    let shocks = shared.normals(count)
    return names.map { name in
      var own = RandomStream(seed: 5, stream: "test.hierarchy", unit: name, draw: 0, time: 0)
      var level = 200.0
      let values = zip(shocks, own.normals(count)).map { all, single in
        level += common * all + single
        return level
      }
      return TimeSeries(
        id: name, clock: .periods(first: .quarter(2008, 1)), values: values, season: 4)
    }
  }

  static func tree() throws -> Hierarchy {
    try Hierarchy.nested(bottom(common: 0).map(\.id), separator: "/", total: "total")
  }

  static func forecaster(
    _ method: Reconciliation.Method, model: String = "auto-ets", draws: Int = 200,
    isNonNegative: Bool = false
  ) throws -> HierarchyForecaster {
    HierarchyForecaster(
      try tree(), model: try SeriesCatalogue.model(named: model), method: method,
      middle: method == .middleOut ? ["a", "b"] : [], isNonNegative: isNonNegative, horizon: 3,
      levels: [80, 95], draws: draws, seed: 1)
  }

  /// With noise of four sizes upon the walks, so that each series is smoothed in its own way.
  static func noisy() -> [TimeSeries] {
    bottom(common: 1).enumerated().map { k, series in
      var own = RandomStream(seed: 6, stream: "test.noise", unit: series.id, draw: 0, time: 0)
      let noise = own.normals(series.count).map { Double(k + 1) * $0 }
      return TimeSeries(
        id: series.id, clock: series.clock, values: zip(series.values, noise).map { $0 + $1 },
        season: 4)
    }
  }

  @Test(arguments: Reconciliation.Method.allCases)
  func everyMethodAddsUpInMeansAndDraws(_ method: Reconciliation.Method) throws {
    let found = try Self.forecaster(method).run(Self.noisy())
    #expect(found.gaps.base > 1e-3 && found.gaps.history < 1e-9)
    #expect(found.isCoherent, "\(found.gaps)")
    #expect(found.periods.map(\.description) == ["2023-Q1", "2023-Q2", "2023-Q3"])
    #expect((found.intensity(of: method) != nil) == (method == .shrunk))
    let intervals = try #require(found.intervals)
    for (i, steps) in intervals.enumerated() {
      for (h, step) in steps.enumerated() {
        #expect(step[1].lower < step[0].lower && step[0].upper < step[1].upper)
        #expect(step[1].lower < found.means[i, h] && found.means[i, h] < step[1].upper)
      }
    }
  }

  /// The total of four random walks with a common shock: its variance is the sum of all covariances, several
  /// times that of independent ones. With 4,000 draws a bound at 97.5 % has a relative error of
  /// √(0.975 · 0.025 / 4000)/φ(1.96)/1.96 = 2.2 %, half the width of both 1.5 %: the bar is four of these.
  @Test(arguments: [Reconciliation.Method.bottomUp, .ols, .structural, .variances, .shrunk])
  func widthsAreThoseOfTheProjectedCovariance(_ method: Reconciliation.Method) throws {
    let series = Self.bottom(common: 1.5)
    let found = try Self.forecaster(method, model: "naive", draws: 4000).run(series)
    let tree = found.hierarchy
    let errors = Matrix(found.fits.map(\.residuals))
    let W = try ErrorCovariance.shrunk(errors).covariance
    func halves(_ step: Int) -> [Double] {
      found.base.map { ($0.steps[step].intervals[1].upper - $0.steps[step].intervals[1].lower) / 2 }
    }
    let intervals = try #require(found.intervals)
    for step in 0..<3 {
      let joint = ErrorCovariance.rescaled(W, deviations: halves(step))
      let expected: [Double]
      switch method {
      case .bottomUp:
        let part = joint.selectingRows(tree.bottom).selectingColumns(tree.bottom)
        let whole = tree.summing.times(part).timesTranspose(tree.summing)
        expected = whole.diagonal.map { $0.squareRoot() }
      case .ols:
        expected = try Reconciler(tree, covariance: .identity(7)).deviations(of: joint)
      case .structural:
        expected = try Reconciler(tree, covariance: ErrorCovariance.structural(tree))
          .deviations(of: joint)
      case .variances:
        expected = try Reconciler(tree, covariance: ErrorCovariance.variances(errors))
          .deviations(of: joint)
      default: expected = try Reconciler(tree, covariance: W).deviations(of: joint)
      }
      for i in tree.names.indices {
        let ours = (intervals[i][step][1].upper - intervals[i][step][1].lower) / 2
        #expect(abs(ours / expected[i] - 1) < 0.06, "\(method) \(tree.names[i]) step \(step)")
      }
    }
    let parts = tree.bottom.map { halves(0)[$0] }
    let independent = parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let total = (intervals[0][0][1].upper - intervals[0][0][1].lower) / 2
    #expect(total > 1.5 * independent)
  }

  @Test func theSameBitsForAnyNumberOfThreads() throws {
    let forecaster = try Self.forecaster(.shrunk)
    let one = try forecaster.run(Self.bottom(common: 1), threads: 1)
    let two = try forecaster.run(Self.bottom(common: 1), threads: 2)
    #expect(one.means == two.means && one.intervals == two.intervals)
  }

  @Test func boundsHoldInEveryDraw() throws {
    let low = Self.bottom(common: 1).map { series in
      TimeSeries(
        id: series.id, clock: series.clock, values: series.values.map { ($0 - 200) / 2 }, season: 4)
    }
    let free = try Self.forecaster(.variances).run(low)
    let bounded = try Self.forecaster(.variances, isNonNegative: true).run(low)
    func lowest(_ found: HierarchyForecast) -> Double {
      let intervals = found.intervals ?? []
      return found.hierarchy.bottom.flatMap { i in intervals[i].map { $0[1].lower } }.min() ?? .nan
    }
    #expect(lowest(free) < 0 && lowest(bounded) == 0)
    #expect(bounded.isCoherent)
  }

  @Test func sumsThatDoNotAddUpInThePastAreSaid() throws {
    var series = Self.bottom(common: 1)
    let total = series[0].values.indices.map { t in
      series.reduce(0) { $0 + $1.values[t] } + (t == 7 ? 3 : 0)
    }
    series.append(
      TimeSeries(id: "total", clock: series[0].clock, values: total, season: 4))
    let found = try Self.forecaster(.ols).run(series)
    #expect(abs(found.gaps.history - 3) < 1e-9)
    #expect(found.isCoherent)
  }

  @Test func aMissingPartLeavesOnlyItsOwnSumsMissing() throws {
    let series = Self.bottom(common: 1).map { one in
      var values = one.values
      if one.id == "a/1" { values[30] = .nan }
      return TimeSeries(id: one.id, clock: one.clock, values: values, season: 4)
    }
    let found = try Self.forecaster(.ols, model: "arima(0,1,1)").run(series)
    let missing = found.fits.filter { $0.series.hasGaps }.map(\.series.id)
    #expect(missing == ["total", "a", "a/1"])
  }

  @Test func whatIsMissingAndUnknownIsToldTogether() throws {
    var series = Array(Self.bottom(common: 1).dropFirst())
    series.append(
      TimeSeries(
        id: "totl", clock: series[0].clock, values: series[0].values, season: 4))
    let faults = try #require(throws: Faults.self) { try Self.forecaster(.ols).run(series) }
    #expect(faults.all.map(\.code) == ["hierarchy.unknown", "hierarchy.missing"])
  }
}

extension HierarchyForecast {
  fileprivate func intensity(of method: Reconciliation.Method) -> Double? {
    reconciliation.method == method ? reconciliation.intensity : nil
  }
}
