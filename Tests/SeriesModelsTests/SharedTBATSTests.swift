import Foundation
import SeriesModels
import Testing

/// TBATS against R 4.2.2 with forecast 8.20, from the shared golden files.
@Suite struct SharedTBATSTests {
  private let forms = [
    "USAccDeaths": TBATSForm(seasons: [TBATSForm.Season(period: 12, harmonics: 5)]),
    "woolyrnq": TBATSForm(p: 2, q: 2),
  ]

  /// R searches with the states of a first guess; ours are at their best for every parameter. So in R's own
  /// form our n ln Σ ε² is below R's, and the chosen form's criterion at most that of R's form.
  @Test func squaresAndForecastsAreAtLeastThoseOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("r_tbats")
    else { return }
    for (key, form) in forms {
      let series = TimeSeries(key, of: used)
      let peer = peers[key]
      let same = try TBATSModel(form: form).estimate(series)
      let criterion = Double(series.count) * log(same.squares)
      print(key, same.label, criterion, "R", peer.number("lik"), same.parameters)
      #expect(criterion <= peer.number("lik") + 1e-6, "\(key)")
      let start = ContinuousClock.now
      let chosen = try TBATSModel().estimate(series)
      print(key, chosen.label, chosen.aicc ?? .nan, same.aicc ?? .nan, start.duration(to: .now))
      let chosenAICc = try #require(chosen.aicc)
      let sameAICc = try #require(same.aicc)
      #expect(chosenAICc <= sameAICc + 1e-6, "\(key)")
      // The class of the list of tolerances: 8 per cent of the value or of the series' deviation.
      let values = series.values
      let mean = values.reduce(0, +) / Double(values.count)
      let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (spread / Double(values.count - 1)).squareRoot()
      for fit in [same, chosen] {
        let means = fit.predictive(12, seed: 1).means
        let worst = zip(means, peer.numbers("mean")).reduce(0) {
          max($0, abs($1.0 - $1.1) / max(abs($1.1), deviation))
        }
        print(key, fit.label, "forecasts apart", worst)
        #expect(worst < 0.08, "\(key) \(fit.label)")
      }
    }
  }
}
