import SeriesModels
import Testing

/// Means and deviations of exponential smoothing against simulated futures of the same model.
@Suite struct ETSMomentTests {
  /// Over two turns of the season, with errors of a quarter of the mean, each within four standard errors
  /// of 20,000 draws.
  @Test(arguments: ["M,N,M", "M,A,M", "M,Ad,M", "M,N,N", "M,A,A", "A,Ad,A"])
  func momentsAreThoseOfSimulatedFutures(_ name: String) throws {
    let form = try #require(ETSForm(name))
    let cycle = [0.8, 1.1, 0.7, 1.4]
    let errors = [1.35, 0.75, 0.9]
    let values: [Double] = (0..<40).map { t in
      let line: Double = 50 + 0.5 * Double(t)
      return line * cycle[t % 4] * errors[t % 3]
    }
    let isProduct = form.season == .multiplicative
    var seasons: [Double] = isProduct ? cycle : cycle.map { (s: Double) -> Double in 50 * (s - 1) }
    if form.season == .none { seasons = [] }
    let series = TimeSeries("a", values, season: 4)
    let fit = ETSModel(form: form).evaluate(
      series,
      ETSSmoothing(
        alpha: 0.4, beta: form.trend == .none ? 0 : 0.1, gamma: seasons.isEmpty ? 0 : 0.35,
        phi: form.trend == .damped ? 0.9 : 1),
      from: ETSStates(level: 50, slope: form.trend == .none ? 0 : 0.5, seasons: seasons))
    #expect(fit.variance > (form.error == .multiplicative ? 0.04 : 16))
    let ahead = fit.predictive(11, seed: 1)
    #expect(!ahead.isSimulated)
    let draws = 20_000
    let paths = fit.paths(11, draws: draws, seed: 3)
    let n = Double(draws)
    for step in 0..<11 {
      let y: [Double] = paths.map { $0[step] }
      let mean: Double = y.reduce(0, +) / n
      let squares: [Double] = y.map { (v: Double) -> Double in (v - mean) * (v - mean) }
      let variance: Double = squares.reduce(0, +) / n
      let fourth: Double = squares.reduce(0) { $0 + $1 * $1 } / n
      let ofMean = (variance / n).squareRoot()
      let ofVariance = ((fourth - variance * variance) / n).squareRoot()
      let ours: Double = ahead.deviations[step]
      #expect(abs(ahead.means[step] - mean) < 4 * ofMean, "\(name) \(step)")
      #expect(abs(ours * ours - variance) < 4 * ofVariance, "\(name) \(step)")
    }
  }

  /// A relative error of 1e-9 leaves digits: the variance is no difference of squares.
  @Test func smallErrorsKeepTheirDeviation() throws {
    let cycle = [0.8, 1.1, 0.7, 1.4]
    let values: [Double] = (0..<24).map { t in
      let factor: Double = t % 2 == 0 ? 1 + 1e-9 : 1 - 1e-9
      return 50 * cycle[t % 4] * factor
    }
    let states = ETSStates(level: 50, seasons: cycle)
    let smoothing = ETSSmoothing(alpha: 0.3, gamma: 0.2)
    let fit = ETSModel(form: ETSForm(.multiplicative, .none, .multiplicative)).evaluate(
      TimeSeries("a", values, season: 4), smoothing, from: states)
    let sigma = fit.variance.squareRoot()
    let ahead = fit.predictive(5, seed: 1)
    #expect(sigma > 5e-10 && sigma < 2e-9)
    // Four steps move the level, the one a season before moves level and season.
    let scale = (1 + 3 * 0.09 + 0.25).squareRoot()
    #expect(abs(ahead.deviations[4] / (sigma * ahead.means[4] * scale) - 1) < 1e-6)
    let flat = ETSModel(form: ETSForm(.multiplicative, .none, .none)).evaluate(
      TimeSeries("b", values.indices.map { values[$0] / cycle[$0 % 4] }, season: 1), smoothing,
      from: ETSStates(level: 50))
    let deviations = flat.predictive(2, seed: 1).deviations
    #expect(abs(deviations[1] / deviations[0] / 1.09.squareRoot() - 1) < 1e-6)
  }
}
