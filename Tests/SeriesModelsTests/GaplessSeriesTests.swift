import SeriesModels
import Testing

/// Series without gaps take shorter ways than those with a step without a value, to the same numbers.
@Suite struct GaplessSeriesTests {
  private static let values: [Double] = (0..<90).map { t in
    let season = [8.0, 3, -2, -9, -12, -4, 1, 6, 10, 7, -1, -7][t % 12]
    return 120 + 0.7 * Double(t) + season + Double((5 * t * t + 11 * t) % 17) * 0.6
  }
  private static let gapless = TimeSeries("a", values, season: 12)
  /// The same values behind a step without one: the filter has the differences in its state.
  private static let late = TimeSeries("a", [.nan] + values, season: 12)
  /// The same values before such a step: every column of the states is made for itself.
  private static let early = TimeSeries("a", values + [.nan], season: 12)

  @Test(arguments: [
    (
      ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), hasConstant: false),
      ARIMACoefficients(ma: [-0.4], seasonalMA: [-0.6])
    ),
    (
      ARIMAOrder(2, 0, 1, seasonal: (1, 0, 0), hasConstant: true),
      ARIMACoefficients(ar: [0.9, -0.2], ma: [0.3], seasonalAR: [0.5], constant: 150)
    ),
    (
      ARIMAOrder(1, 1, 2, hasConstant: true),
      ARIMACoefficients(ar: [0.6], ma: [-0.8, 0.3], constant: 0.7)
    ),
    (
      ARIMAOrder(0, 2, 2, hasConstant: false), ARIMACoefficients(ma: [-1.2, 0.4])
    ),
  ])
  func theFilterOverDifferencesIsTheOneWithThemInItsState(
    order: ARIMAOrder, coefficients: ARIMACoefficients
  ) throws {
    let model = ARIMAModel(order: order)
    let short = try model.evaluate(Self.gapless, coefficients)
    let long = try model.evaluate(Self.late, coefficients)
    #expect(short.used == long.used)
    #expect(relativeDifference(short.variance, long.variance) < 1e-10)
    let (a, b) = (try #require(short.logLikelihood), try #require(long.logLikelihood))
    #expect(relativeDifference(a, b) < 1e-10)
    for t in Self.values.indices {
      let (x, y) = (short.fittedValues[t], long.fittedValues[t + 1])
      #expect(x.isNaN == y.isNaN)
      if !x.isNaN { #expect(relativeDifference(x, y) < 1e-9, "\(order) \(t)") }
    }
    let (ahead, beyond) = (short.predictive(30, seed: 1), long.predictive(30, seed: 1))
    for step in 0..<30 {
      #expect(relativeDifference(ahead.means[step], beyond.means[step]) < 1e-9, "\(order) \(step)")
      #expect(
        relativeDifference(ahead.deviations[step], beyond.deviations[step]) < 1e-9,
        "\(order) \(step)")
    }
  }

  @Test(arguments: ["A,N,A", "A,A,A", "A,Ad,A", "M,A,A", "M,N,M", "M,A,M"])
  func oneColumnForAllSeasonsFindsTheOptimumOfAllColumns(form: String) throws {
    let model = ETSModel(form: try #require(ETSForm(form)))
    let short = try model.estimate(Self.gapless)
    let long = try model.estimate(Self.early)
    let (a, b) = (try #require(short.logLikelihood), try #require(long.logLikelihood))
    #expect(abs(a - b) < 1e-6, "\(form)")
    #expect(abs(short.smoothing.alpha - long.smoothing.alpha) < 1e-3)
  }
}
