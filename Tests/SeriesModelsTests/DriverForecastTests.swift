import Demography
import Foundation
import Kernel
import SeriesModels
import Testing

/// Models that take regressors, on drivers of any kind.
@Suite struct DriverForecastTests {
  private static func noise(_ n: Int, unit: String) -> [Double] {
    let key = StreamKey(seed: 12, stream: "test.driver")
    return (0..<n).map { normalPair(key, unit: UnitKey(unit), draw: 0, time: $0).0 }
  }

  private static func series(_ values: [Double]) -> TimeSeries {
    TimeSeries(id: "a", clock: .periods(first: .year(1900)), values: values, season: 1)
  }

  private static func regression(
    _ name: String, plain: Set<String> = []
  ) throws -> DriverRegression {
    try #require(DriverRegression(try SeriesCatalogue.model(named: name), plain: plain))
  }

  /// ln y = 2 + 0.8 ln w + 0.4 ln w₋₁ − 0.3 law + noise: elasticity 1.2 for wages in the end, at both kinds of
  /// errors within four standard errors; a law has none that is the same everywhere.
  @Test(arguments: ["log:arima(1,0,0)+mean", "log:local-level"])
  func elasticitiesOfAKnownProcessAreFound(_ name: String) throws {
    let n = 160
    let wages = Self.noise(n, unit: "wage").map { exp(0.3 * $0) }
    let law = (0..<n).map { $0 >= 100 ? 1.0 : 0 }
    let own = Self.noise(n, unit: "own")
    let y = (0..<n).map { (t: Int) -> Double in
      let wages = 0.8 * log(wages[t]) + 0.4 * log(wages[max(0, t - 1)])
      return exp(2 + wages - 0.3 * law[t] + 0.03 * own[t])
    }
    let found = try Self.regression(name, plain: ["law"]).fit(
      Self.series(y), drivers: [Driver("wage", wages, lags: 0...1), Driver("law", law)])
    let wage = found.responses[0]
    for (parameter, truth) in zip(
      wage.lags + [wage.longRun, wage.elasticity], [0.8, 0.4, 1.2, 1.2])
    {
      let deviation = try #require(parameter.standardError)
      #expect(abs(parameter.value - truth) < 4 * deviation && deviation < 0.03, "\(parameter)")
    }
    #expect(wage.isConstant && !found.responses[1].isConstant)
    let effect = found.responses[1]
    #expect(abs(effect.longRun.value + 0.3) < 4 * (effect.longRun.standardError ?? 0))
    // One step is lost to the lag; 60 of the others have the law.
    let share: Double = 60.0 / 159
    #expect(abs(effect.elasticity.value - effect.longRun.value * share) < 1e-12)
    #expect(found.start == 1 && found.limit?.steps == 0)
  }

  /// On values the elasticity at the means is β x̄/ȳ; both kinds of models agree with least squares where
  /// nothing else moves.
  @Test func elasticitiesAtTheMeansFollowFromTheCoefficient() throws {
    let x = Self.noise(50, unit: "x").map { 10 + $0 }
    let own = Self.noise(50, unit: "own")
    let y = zip(x, own).map { 5 + 3 * $0 + 0.1 * $1 }
    let found = try Self.regression("arima(0,0,0)+mean").fit(
      Self.series(y), drivers: [Driver("x", x)])
    let slope = Statistics.covariance(x, y) / Statistics.variance(x)
    let response = found.responses[0]
    #expect(abs(response.longRun.value - slope) < 1e-9)
    let expected = slope * Statistics.mean(x) / Statistics.mean(y)
    #expect(abs(response.elasticity.value - expected) < 1e-9)
    #expect(!response.isConstant)
  }

  @Test(arguments: ["arima(1,0,0)+mean", "local-level"])
  func futuresMoveTheForecastByTheCoefficientAndEndWhereTheyEnd(_ name: String) throws {
    let x = Self.noise(60, unit: "x")
    let own = Self.noise(60, unit: "own")
    let y = zip(x, own).map { 20 + 2 * $0 + 0.2 * $1 }
    let model = try Self.regression(name)
    let low = try model.fit(Self.series(y), drivers: [Driver("x", x + [0, 0, 0])])
    let high = try model.fit(Self.series(y), drivers: [Driver("x", x + [0, 1, 5])])
    let a = try low.forecast(3, levels: [80], seed: 1)
    let b = try high.forecast(3, levels: [80], seed: 1)
    let slope = low.responses[0].longRun.value
    #expect(slope == high.responses[0].longRun.value)
    for (step, by) in [0.0, 1, 5].enumerated() {
      #expect(abs(b.steps[step].mean - a.steps[step].mean - by * slope) < 1e-9)
    }
    #expect(
      throws: SeriesError.regressorMissing(series: "a", regressor: "x", period: "1963")
    ) {
      try low.forecast(4, levels: [80], seed: 1)
    }
  }

  /// A driver that goes three steps before, as a regressor by hand and as a lag.
  @Test func aLagIsTheRegressorMovedByHand() throws {
    let x = Self.noise(60, unit: "x")
    let y = (0..<60).map { (t: Int) -> Double in
      let driven = t >= 3 ? 2 * x[t - 3] : 0
      return driven + 5 + Double(t % 4) / 10
    }
    let found = try Self.regression("arima(1,0,0)+mean").fit(
      Self.series(y), drivers: [Driver("x", x, lags: 3...3)])
    let byHand = try RegressionARIMAModel(
      order: ARIMAOrder(1, 0, 0, hasConstant: true), regressors: [Regressor("x", x)]
    ).estimate(TimeSeries("b", Array(y[3...]), season: 1))
    let expected = byHand.coefficientsOfRegressors[0].value
    #expect(abs(found.responses[0].longRun.value - expected) < 1e-9)
  }

  /// The last value of a driver that acts a step later is read by no step of the past.
  @Test func aValueWithoutALogarithmStopsNoFitThatDoesNotReadIt() throws {
    let x = Self.noise(30, unit: "x").map { exp($0) }
    let y = Self.noise(30, unit: "own").map { exp($0) }
    let model = try Self.regression("log:arima(0,0,0)+mean")
    let whole = try model.fit(Self.series(y), drivers: [Driver("x", x, lags: 1...1)])
    let cut = try model.fit(
      Self.series(y), drivers: [Driver("x", x.dropLast() + [0], lags: 1...1)])
    #expect(cut.responses == whole.responses)
    #expect(
      throws: SeriesError.regressorMissing(series: "a", regressor: "ln x.lag1", period: "1930")
    ) {
      try cut.forecast(1, levels: [80], seed: 1)
    }
  }

  @Test func modelsWithoutRegressorsAreNone() throws {
    for name in ["auto-ets", "naive", "log:ingarch", "log:theta"] {
      #expect(DriverRegression(try SeriesCatalogue.model(named: name)) == nil, "\(name)")
    }
    #expect(
      throws: SeriesError.regressorMissing(series: "a", regressor: "ln x", period: "1902")
    ) {
      try Self.regression("log:arima(0,0,0)+mean").fit(
        Self.series([1, 2, 3, 4, 5, 6, 7, 8]),
        drivers: [Driver("x", [1, 2, 0, 4, 5, 6, 7, 8])])
    }
  }
}
