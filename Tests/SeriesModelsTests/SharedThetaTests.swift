import SeriesModels
import Testing

/// The Theta models against statsforecast 2.1.1 and R's forecast 8.20, from the shared golden files.
@Suite struct SharedThetaTests {
  /// How far forecasts are apart, in the peer's value or, where larger, the deviation of the series.
  private func distance(_ ours: [Double], _ theirs: [Double], in series: TimeSeries) -> Double {
    let mean = series.values.reduce(0, +) / Double(series.count)
    let spread = series.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (spread / Double(series.count - 1)).squareRoot()
    return zip(ours, theirs).reduce(0) { max($0, abs($1.0 - $1.1) / max(abs($1.1), deviation)) }
  }

  /// One per cent, 8 for Kazakhstan and Russia, as in the list of tolerances.
  private func bar(_ key: String) -> Double { ["mig_KZ", "mig_RU"].contains(key) ? 0.08 : 0.01 }

  /// Season by moving averages, first three errors not counted. Tajikistan's static model is not compared
  /// here: the surface is flat, and the peer stopped above its least squares (the next test).
  @Test func forecastsAreThoseOfStatsforecast() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("py_statsforecast")
    else { return }
    var compared = 0
    for key in peers.keys where used.keys.contains(key) {
      for (name, isDynamic) in [("DOT", true), ("OptTheta", false)]
      where key != "mig_TJ" || isDynamic {
        let expected = peers[key][name].numbers("mean")
        let series = TimeSeries(
          key, used[key].numbers("y"), season: max(1, Int(peers[key].number("m"))))
        guard !expected.isEmpty, !series.hasGaps else { continue }
        let means = try ThetaLineModel.asPublished(isDynamic: isDynamic, isOptimised: true)
          .fit(series).predictive(expected.count, seed: 1).means
        #expect(distance(means, expected, in: series) < bar(key), "\(key) \(name)")
        compared += 1
      }
    }
    #expect(compared >= 30)
  }

  /// Where forecasts differ the fit with the smaller squares is right: at the peer's α, θ and level our
  /// recursion gives the peer's forecasts, and a larger sum than at ours.
  @Test func squaresAreLessThanAtTheParametersOfThePeer() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("py_statsforecast")
    else { return }
    let series = TimeSeries("mig_TJ", used["mig_TJ"].numbers("y"), season: 1)
    let peer = peers["mig_TJ"]["OptTheta"]
    let given = peer["par"]
    let theirs = staticTheta(
      series.values, alpha: given.number("alpha"), theta: given.number("theta"),
      level: given.number("initial_smoothed"), horizon: 10)
    for (a, b) in zip(theirs.ahead, peer.numbers("mean")) {
      #expect(relativeDifference(a, b) < 1e-9)
    }
    let fit = try ThetaLineModel.asPublished(isDynamic: false, isOptimised: true).fit(series)
    let own = Dictionary(uniqueKeysWithValues: fit.parameters.map { ($0.name, $0.value) })
    let ours = staticTheta(
      series.values, alpha: try #require(own["alpha"]), theta: try #require(own["theta"]),
      level: try #require(own["level0"]), horizon: 10)
    for (a, b) in zip(ours.ahead, fit.predictive(10, seed: 1).means) {
      #expect(relativeDifference(a, b) < 1e-9)
    }
    print("mig_TJ squares", ours.squares, "at the peer's parameters", theirs.squares)
    #expect(ours.squares < theirs.squares)
  }

  /// The static model by its own equations: squares of the errors from the fourth on, and forecasts.
  private func staticTheta(
    _ values: [Double], alpha: Double, theta: Double, level: Double, horizon: Int
  ) -> (squares: Double, ahead: [Double]) {
    let n = Double(values.count)
    let centre = (n + 1) / 2
    let mean = values.reduce(0, +) / n
    var (product, spread) = (0.0, 0.0)
    for (t, y) in values.enumerated() {
      product += (Double(t + 1) - centre) * (y - mean)
      spread += (Double(t + 1) - centre) * (Double(t + 1) - centre)
    }
    let slope = product / spread
    let intercept = mean - slope * centre
    var (level, power, squares) = (level, 1.0, 0.0)
    func next() -> Double {
      level + (1 - 1 / theta)
        * (power * intercept + (1 - power * (1 - alpha)) / alpha * slope)
    }
    for (t, y) in values.enumerated() {
      if t >= 3 { squares += (y - next()) * (y - next()) }
      level = alpha * y + (1 - alpha) * level
      power *= 1 - alpha
    }
    var ahead: [Double] = []
    for _ in 0..<horizon {
      ahead.append(next())
      level = alpha * next() + (1 - alpha) * level
      power *= 1 - alpha
    }
    return (squares, ahead)
  }

  /// R's `thetaf`: season by moving averages where the autocorrelation shows one. The list of tolerances
  /// allows one per cent; method and optimum are the same, so a thousandth is asked.
  @Test func forecastsAreThoseOfR() throws {
    guard let used = try Golden.expected("series_used"),
      let peers = try Golden.expected("r_thetaf")
    else { return }
    for key in peers.keys {
      let series = TimeSeries(
        key, used[key].numbers("y"), season: max(1, Int(used[key].number("frequency"))))
      let expected = peers[key].numbers("mean")
      let fit = try ThetaModel.asPublished.fit(series)
      let means = fit.predictive(expected.count, seed: 1).means
      #expect(distance(means, expected, in: series) < 1e-3, "\(key)")
    }
    #expect(peers.keys.count == 37)
  }
}
