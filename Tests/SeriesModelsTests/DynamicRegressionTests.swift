import Foundation
import Kernel
import SeriesModels
import Testing

@Suite struct DynamicRegressionTests {
  private func noise(_ n: Int, unit: String) -> [Double] {
    let key = StreamKey(seed: 8, stream: "test")
    return (0..<n).map { normalPair(key, unit: UnitKey(unit), draw: 0, time: $0).0 }
  }

  /// y = exp(2 + 0.8 ln w_t + 0.4 ln w_{t−1} + AR(1)): elasticities 0.8 at once and 1.2 in the end, within
  /// four standard errors.
  @Test func elasticitiesOfAKnownProcessAreFound() throws {
    let n = 200
    let wages = noise(n + 4, unit: "wages").map { exp(0.3 * $0) }
    var error = 0.0
    let shocks = noise(n, unit: "errors")
    let y = (0..<n).map { t -> Double in
      error = 0.5 * error + 0.05 * shocks[t]
      return exp(2 + 0.8 * log(wages[t]) + 0.4 * log(wages[max(0, t - 1)]) + error)
    }
    let model = DynamicRegression(
      order: ARIMAOrder(1, 0, 0, hasConstant: true),
      drivers: [Driver("wages", wages, lags: 0...1)], isLogarithmic: true)
    let series = TimeSeries("a", y, season: 1)
    let result = try model.fit(series)
    let response = result.responses[0]
    for (parameter, truth) in zip(response.lags + [response.longRun], [0.8, 0.4, 1.2]) {
      let deviation = try #require(parameter.standardError)
      #expect(abs(parameter.value - truth) < 4 * deviation, "\(parameter.name)")
      #expect(deviation < 0.05)
    }
    #expect(result.start == 1)
    #expect(result.fit.series.period(0) == series.period(1))

    // Wages of one per cent more in every step ahead: the median moves by the elasticities of the fit, to
    // rounding, since futures change no coefficient.
    let base = try model.forecast(result, of: series, futures: [[1, 1, 1, 1]], levels: [80])
    let more = try model.forecast(
      result, of: series, futures: [[1.01, 1.01, 1.01, 1.01]], levels: [80])
    let ratio = log(more.steps[3].median / base.steps[3].median) / log(1.01)
    #expect(abs(ratio - response.longRun.value) < 1e-11)
    let first = log(more.steps[0].median / base.steps[0].median) / log(1.01)
    #expect(abs(first - response.lags[0].value) < 1e-11)
    #expect(base.steps[0].period == series.period(n))
  }

  /// The lead of sales three steps before, as a regressor by hand and as a driver with a lag.
  @Test func aLagIsTheRegressorMovedByHand() throws {
    let x = noise(60, unit: "x")
    let y = (0..<60).map { (t: Int) -> Double in
      let driven = t >= 3 ? 2 * x[t - 3] : 0
      return driven + 5 + Double(t % 4) / 10
    }
    let order = ARIMAOrder(1, 0, 0, hasConstant: true)
    let result = try DynamicRegression(
      order: order, drivers: [Driver("x", x, lags: 3...3)], isLogarithmic: false
    ).fit(TimeSeries("a", y, season: 1))
    let byHand = try RegressionARIMAModel(
      order: order, regressors: [Regressor("x", Array(x))]
    ).estimate(TimeSeries("b", Array(y[3...]), season: 1))
    #expect(
      abs(result.responses[0].longRun.value - byHand.coefficientsOfRegressors[0].value) < 1e-9)
  }

  /// The Nile without its second value, differenced twice: the start takes up the first and the third, and
  /// Σ ln F∞ is 2 ln 2. Both filters count it, so that criteria with and without regressors are of one kind,
  /// and so does statsmodels 0.15.0: `SARIMAX(y, order=(0, 2, 1), use_exact_diffuse=True)`, its steady state
  /// switched off, at θ = −0.7 and σ² = 30,000; it takes ½ ln 2π off for both values besides.
  @Test func likelihoodsWithAndWithoutRegressorsAreOfOneKind() throws {
    var values = Reference.named("Nile").values
    values[1] = .nan
    let series = TimeSeries("Nile", values, season: 1)
    let order = ARIMAOrder(0, 2, 1, hasConstant: false)
    let coefficients = ARIMACoefficients(ma: [-0.7])
    let plain = try ARIMAModel(order: order).evaluate(series, coefficients)
    let other = try RegressionARIMAModel(order: order, regressors: [])
      .evaluate(series, coefficients, effects: nil)
    let best = try #require(other.logLikelihood)
    #expect(relativeDifference(try #require(plain.logLikelihood), best) < 1e-12)
    let ratio = other.variance / 30_000
    let likelihood = best - 0.5 * Double(other.used) * (ratio - 1 - log(ratio))
    #expect(relativeDifference(likelihood - log(2 * .pi), -652.705003558093) < 1e-10)
  }

  @Test func aDriverWithoutALogarithmIsNamed() {
    let series = TimeSeries("a", (1...20).map(Double.init), season: 1)
    #expect(
      throws: SeriesError.regressorMissing(series: "a", regressor: "ln oil", period: "2000-03")
    ) {
      _ = try DynamicRegression(
        order: ARIMAOrder(0, 0, 0, hasConstant: true),
        drivers: [Driver("oil", [1, 2, -1] + [Double](repeating: 3, count: 17))],
        isLogarithmic: true
      ).fit(series)
    }
  }
}
