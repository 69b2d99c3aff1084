import SeriesModels
import Testing

/// Holt and Winters by least squares against R 4.2.2 `HoltWinters`, from the shared golden files.
@Suite struct HoltWintersTests {
  /// R's search stops at a local optimum or early: ours is no worse and close by. Means of the
  /// product form are those of 5,000 simulated futures, R's are the filter's line.
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
