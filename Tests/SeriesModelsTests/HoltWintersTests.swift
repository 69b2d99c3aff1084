import Kernel
import SeriesModels
import Testing

/// Holt and Winters by least squares against R 4.2.2 `HoltWinters`, from the shared golden files.
@Suite struct HoltWintersTests {
  /// R's search stops at a local optimum or early: ours is no worse and close by. Means of the
  /// product form are those of level times season, R's are the filter's line.
  static func compare(
    _ fit: HoltWintersFit, _ golden: Golden, _ name: String, within tolerance: Double
  ) {
    let squares = golden.number("SSE")
    #expect(fit.squares <= squares * (1 + 1e-9) && fit.squares > squares * (1 - 1e-5), "\(name)")
    let ours = [fit.weights.level, fit.weights.slope, fit.weights.season]
    for (a, b) in zip(ours, ["alpha", "beta", "gamma"].map { golden.number($0) }) {
      #expect(abs(a - b) < 1e-3, "\(name)")
    }
    for (a, b) in zip(fit.predictive(12, seed: 1).means, golden.numbers("pred12")) {
      #expect(abs(a / b - 1) < tolerance, "\(name)")
    }
  }

  @Test func leastSquaresAreAtMostThoseOfR() throws {
    guard let golden = try Golden.expected("r_holtwinters"),
      let used = try Golden.expected("series_used")
    else { return }
    let co2 = try HoltWintersModel().estimate(TimeSeries("co2", of: used))
    Self.compare(co2, golden["co2_add"], "co2", within: 1e-5)
    let air = try HoltWintersModel(isMultiplicative: true).estimate(
      TimeSeries("AirPassengers_raw", of: used))
    Self.compare(air, golden["AirPassengers_mult"], "air", within: 0.01)
  }

  /// A line that rises and falls, a season that wanders and normal errors, all in proportion.
  private static func drawn(_ n: Int, deviation: Double) -> [Double] {
    let key = StreamKey(seed: 5, stream: "test.winters")
    let cycle = [0.8, 1.1, 0.7, 1.4]
    var season = cycle
    return (0..<n).map { (t: Int) -> Double in
      let line: Double = 100 + 4 * Double(t % 40 < 20 ? t % 20 : 20 - t % 20)
      let (first, second) = normalPair(key, unit: UnitKey("a"), draw: 0, time: t)
      season[t % 4] *= 1 + 0.15 * second
      return line * season[t % 4] * (1 + deviation * first)
    }
  }

  /// Over two turns of the season, each within four standard errors of 40,000 draws of the filter itself.
  @Test func momentsOfAProductAreThoseOfSimulatedFutures() throws {
    let series = TimeSeries("a", Self.drawn(160, deviation: 0.06), season: 4)
    let fit = try HoltWintersModel(isMultiplicative: true).estimate(series)
    #expect(fit.weights.level > 0.05 && fit.weights.level < 0.9)
    #expect(fit.weights.slope > 0.01)
    #expect(fit.weights.season > 0.05)
    let ahead = fit.predictive(11, seed: 1)
    let isSimulated = ahead.isSimulated
    #expect(!isSimulated)
    let draws = 40_000
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
      #expect(abs(ahead.means[step] - mean) < 4 * ofMean, "\(step)")
      #expect(abs(ours * ours - variance) < 4 * ofVariance, "\(step)")
    }
  }

  /// Where 1 + α ε may be 0 the season's moments do not exist: quantiles of futures, and the basis says so.
  @Test func errorsBeyondTheProductsMomentsAreSimulated() throws {
    // Three years at one level, three at another fifty times as high.
    let values: [Double] = (0..<72).map { (t: Int) -> Double in
      let level: Double = t / 12 % 2 == 0 ? 1 : 50
      return level * (t % 4 == 0 ? 1.1 : 1)
    }
    let fit = try HoltWintersModel(isMultiplicative: true).estimate(
      TimeSeries("a", values, season: 4))
    let sigma = try #require(fit.parameters.first { $0.name == "sigma2" }).value.squareRoot()
    #expect(fit.weights.level * sigma > 0.315)
    let forecast = fit.forecast(4, levels: [80], seed: 1)
    #expect(forecast.basis == .simulated)
  }

  @Test func aLineGoesOn() throws {
    let values: [Double] = [2, 4, 6, 8, 10, 12, 14]
    let fit = try HoltWintersModel().estimate(TimeSeries("a", values, season: 1))
    #expect(fit.label == "Holt" && fit.squares < 1e-20)
    let ahead = fit.predictive(3, seed: 1)
    for (step, value) in [16.0, 18, 20].enumerated() {
      #expect(abs(ahead.medians[step] - value) < 1e-9)
    }
  }

  @Test func whatCannotBeFittedIsRefused() throws {
    #expect(
      throws: SeriesError.tooShort(series: "a", model: "holt-winters", observed: 10, needed: 11)
    ) {
      _ = try HoltWintersModel().fit(TimeSeries("a", [Double](repeating: 1, count: 10), season: 4))
    }
    #expect(throws: SeriesError.missingValues(series: "a", model: "holt-winters", count: 1)) {
      _ = try HoltWintersModel().fit(TimeSeries("a", [1, 2, .nan, 4, 5, 6], season: 1))
    }
    #expect(throws: SeriesError.self) {
      _ = try HoltWintersModel(isMultiplicative: true).fit(
        TimeSeries("a", [1, 2, 0, 4, 5, 6], season: 1))
    }
  }
}
