import Foundation
import Kernel
import SeriesModels
import Testing

/// Drivers in models whose orders are chosen, and in models of counts.
@Suite struct DriverModelsTests {
  private func noise(_ n: Int, _ name: String) -> [Double] {
    let key = StreamKey(seed: 5, stream: "test")
    return (0..<n).map { normalPair(key, unit: UnitKey(name), draw: 0, time: $0).0 }
  }

  private func regression(_ name: String) throws -> DriverRegression {
    try #require(DriverRegression(try SeriesCatalogue.model(named: name)))
  }

  /// The chosen order is at least as good as those by hand, the effect that of the regression with its order.
  @Test func anOrderIsChosenWithTheDriverInIt() throws {
    let x = noise(80, "x").map { 3 * $0 }
    let shocks = noise(80, "own")
    var errors: [Double] = []
    for shock in shocks { errors.append(0.7 * (errors.last ?? 0) + shock) }
    let y = zip(x, errors).map { 20 + 2 * $0 + $1 }
    let series = TimeSeries("a", y, season: 1)
    let regressors = [Regressor("x", x + [0, 0])]
    let chosen = try AutoARIMAModel().select(series, regressors: regressors)
    let chosenAICc = try #require(chosen.aicc)
    for order in [
      ARIMAOrder(1, 0, 0, hasConstant: true), ARIMAOrder(0, 0, 1, hasConstant: true),
      ARIMAOrder(2, 0, 0, hasConstant: true), ARIMAOrder(1, 0, 1, hasConstant: true),
    ] {
      let other = try RegressionARIMAModel(order: order, regressors: regressors).estimate(series)
      #expect(chosenAICc <= (try #require(other.aicc)) + 1e-6, "\(order)")
    }
    let found = try regression("auto-arima").fit(series, drivers: [Driver("x", x + [0, 0])])
    let effect = try #require(found.responses.first?.longRun)
    let error = try #require(effect.standardError)
    #expect(abs(effect.value - 2) < 4 * error && error < 0.2)
    #expect(effect.value == chosen.coefficientsOfRegressors[0].value)
    #expect(try found.forecast(2, levels: [80], seed: 1).steps.count == 2)
  }

  /// Without a regressor the search is the one without regressors.
  @Test func noDriverIsTheModelItself() throws {
    let series = Reference.named("lh")
    let plain = try AutoARIMAModel().select(series)
    let same = try AutoARIMAModel().select(series, regressors: [])
    #expect(plain.order == same.model.order)
    #expect(
      abs((try #require(plain.logLikelihood)) - (try #require(same.logLikelihood))) < 1e-6)
  }

  /// A lasting unit of a driver is carried on by past counts and means: η/(1 − Σβ − Σα).
  @Test func countsCarryADriverOn() throws {
    let x = (0..<120).map { $0 % 30 < 15 ? 0.0 : 1.0 }
    let shocks = noise(120, "counts")
    let y = zip(x, shocks).map { max(0, (20 + 8 * $0 + 4 * $1).rounded()) }
    let series = TimeSeries("a", y, season: 1)
    let found = try regression("ingarch").fit(series, drivers: [Driver("x", x)])
    let own = try #require(found.responses.first)
    let weights = found.fit.parameters.filter { $0.name == "beta1" || $0.name == "alpha1" }
    let sum = weights.reduce(0) { $0 + $1.value }
    #expect(sum > 0)
    #expect(relativeDifference(own.longRun.value, own.lags[0].value / (1 - sum)) < 1e-9)
    let error = try #require(own.longRun.standardError)
    #expect(abs(own.longRun.value - 8) < 4 * error && error < 4)
    // The elasticity of an effect on the mean itself: at the means of both.
    let elasticity = own.longRun.value * Statistics.mean(x) / Statistics.mean(y)
    #expect(relativeDifference(own.elasticity.value, elasticity) < 1e-9)
  }

  /// An effect on the logarithm of the mean does not hang on the size of the counts.
  @Test func aPoissonLevelTakesDrivers() throws {
    let x = (0..<60).map { $0 < 30 ? 0.0 : 1.0 }
    let y: [Double] = (0..<60).map { t in
      let wave = Double((t * 7) % 5) - 2
      return t < 30 ? 10 + wave : 20 + wave
    }
    let found = try regression("poisson-level").fit(
      TimeSeries("a", y, season: 1), drivers: [Driver("x", x)])
    let own = try #require(found.responses.first)
    #expect(abs(own.longRun.value - log(2)) < 3 * (try #require(own.longRun.standardError)))
    let elasticity = own.longRun.value * Statistics.mean(x)
    #expect(relativeDifference(own.elasticity.value, elasticity) < 1e-9)
  }
}
