import SeriesModels
import Testing

/// Automatic ARIMA once put three values near a hundred at a forecast of zero: its corrected criterion is
/// infinite for a mean.
@Suite struct ThreeValuesTests {
  @Test(arguments: [[97.0, 104, 101], [1e12, 1.01e12, 0.99e12], [-50, -48, -52]])
  func automaticARIMAOfThreeValuesStaysAtTheirLevel(values: [Double]) throws {
    let fit = try AutoARIMAModel().fit(TimeSeries("a", values, season: 12))
    let mean = (values[0] + values[1] + values[2]) / 3
    for median in fit.predictive(3, seed: 1).medians { #expect(abs(median / mean - 1) < 0.1) }
  }
}
