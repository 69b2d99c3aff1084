import Foundation
import Kernel
import SeriesModels
import Testing

/// The Poisson level model.
@Suite struct PoissonLevelTests {
  private let counts: [Double] = [
    3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3,
  ]

  /// Laplace's likelihood is that of the Gaussian model with the same mode and curvature, corrected at the mode
  /// (Durbin and Koopman 2012, 11.6): here by the Kalman filter, in the model itself by a tridiagonal system.
  @Test func theLikelihoodIsThatOfTheApproximatingGaussianModel() throws {
    let q = 0.05
    let fit = try PoissonLevelModel().evaluate(TimeSeries("a", counts, season: 1), variance: q)
    let means = fit.smoothedMeans
    let rows = means.map { Matrix(rows: 1, columns: 1, values: [$0.squareRoot()]) }
    let system = StateSpace(
      transition: .identity(1), selection: .identity(1), noise: [q], loadings: rows, errors: [1],
      start: StateSpace.Start(mean: [0], covariance: Matrix(rows: 1, columns: 1), diffuse: [1]))
    var filter = KalmanFilter(system, keeps: true)
    let pseudo = zip(counts, means).map { y, w in w.squareRoot() * (log(w) + (y - w) / w) }
    filter.run([pseudo])
    var expected = filter.sums.logLikelihood
    for (y, w) in zip(counts, means) {
      let error = (y - w) / w
      expected += 0.5 * log(w)
      expected += Poisson(mean: w).logDensity(y)
      expected += 0.5 * (log(2 * .pi) - log(w)) + 0.5 * error * error * w
    }
    let likelihood = try #require(fit.logLikelihood)
    #expect(relativeDifference(likelihood, expected) < 1e-9)
    let smooth = KalmanSmoother(filter)
    for (state, w) in zip(smooth.states, means) { #expect(abs(state[0] - log(w)) < 1e-8) }
  }

  @Test func noVarianceNearbyIsBetter() throws {
    let series = TimeSeries("a", counts, season: 1)
    let model = PoissonLevelModel()
    let best = try model.estimate(series)
    let greatest = try #require(best.logLikelihood)
    for factor in [0.5, 0.9, 1.1, 2] {
      let other = try model.evaluate(series, variance: best.variance * factor)
      #expect(try #require(other.logLikelihood) <= greatest + 1e-9, "\(factor)")
    }
  }

  /// With a level that hardly moves it is a Poisson regression on a constant: the mean of the counts.
  @Test func aStandingLevelIsTheMean() throws {
    let fit = try PoissonLevelModel().evaluate(
      TimeSeries("a", counts, season: 1), variance: 1e-8)
    let mean = counts.reduce(0, +) / Double(counts.count)
    for value in fit.smoothedMeans { #expect(relativeDifference(value, mean) < 1e-4) }
  }

  @Test func aStepIsFoundAndMissingCountsArePassedOver() throws {
    var values = counts.enumerated().map { $1 + ($0 >= 14 ? 20 : 0) }
    values[5] = .nan
    let step = Regressor(Intervention("law", .step, start: 14))
    let fit = try PoissonLevelModel(regressors: [step]).estimate(
      TimeSeries("a", values, season: 1))
    let effect = try #require(fit.coefficients.first)
    let before = values[..<14].filter { !$0.isNaN }.reduce(0, +) / 13
    let after = values[14...].reduce(0, +) / 14
    let error = try #require(effect.standardError)
    #expect(abs(effect.value - log(after / before)) < 2 * error)
    #expect(effect.value > 3 * error)
    #expect(fit.fittedValues[5].isNaN && fit.smoothedMeans[5] > 0)
  }

  @Test func whatCannotBeCountedIsRefused() throws {
    #expect(
      throws: SeriesError.notFitted(series: "a", model: "poisson-level")
    ) {
      _ = try PoissonLevelModel().fit(
        TimeSeries("a", [Double](repeating: 0, count: 12), season: 1))
    }
    #expect(
      throws: SeriesError.notACount(
        series: "a", model: "poisson-level", period: "2000-02", value: 1.5)
    ) {
      _ = try PoissonLevelModel().fit(TimeSeries("a", [1, 1.5, 2, 3, 4, 5], season: 1))
    }
  }

  /// One mover and then none for sixty years was forecast with a mean of 99 million: the variance of the level's steps
  /// was likeliest at the largest looked at.
  @Test func aVarianceAtTheBorderIsNoFit() {
    let rare = TimeSeries("rare", [1] + [Double](repeating: 0, count: 59), season: 1)
    #expect(throws: SeriesError.notFitted(series: "rare", model: "poisson-level")) {
      _ = try PoissonLevelModel().fit(rare)
    }
  }
}
