import Foundation
import Kernel
import SeriesModels
import Testing

@Suite struct RegressionARIMALikelihoodTests {
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
}
