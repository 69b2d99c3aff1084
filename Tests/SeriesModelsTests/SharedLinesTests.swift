import SeriesModels
import Testing

/// The naive family against R 4.2.2 with forecast 8.20, from the shared golden files.
@Suite struct SharedLinesTests {
  @Test func linesAndTheirErrorsAreThoseOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("r_naive_family")
    else { return }
    let models: [(String, any SeriesModel)] = [
      ("naive", NaiveModel()), ("snaive", SeasonalNaiveModel()), ("rwdrift", DriftModel()),
    ]
    for key in peers.keys {
      let series = TimeSeries(key, of: used)
      for (name, model) in models {
        let golden = peers[key][name]
        let means = golden.numbers("mean")
        let ahead = try model.fit(series).predictive(means.count, seed: 1)
        for step in means.indices {
          #expect(relativeDifference(ahead.means[step], means[step]) < 1e-9, "\(key) \(name)")
          let theirs = (golden.numbers("hi95")[step] - golden.numbers("lo95")[step]) / 2
          #expect(
            relativeDifference(ahead.deviations[step] * 1.959963984540054, theirs) < 1e-9,
            "\(key) \(name)")
        }
      }
      let golden = peers[key]["meanf"]
      let steps = golden.numbers("mean").count
      let forecast = try MeanModel().fit(series).forecast(steps, levels: [80, 95], seed: 1)
      for (step, ours) in forecast.steps.enumerated() {
        #expect(relativeDifference(ours.mean, golden.numbers("mean")[step]) < 1e-9, "\(key)")
        for (level, name) in [(80.0, "80"), (95.0, "95")] {
          let interval = try #require(ours.interval(level))
          let theirs = golden.numbers("lo\(name)")[step]
          #expect(abs(interval.lower - theirs) < 1e-9 * abs(ours.mean - theirs), "\(key)")
        }
      }
    }
  }
}
