import Kernel
import SeriesModels
import Testing

@Suite struct CountTests {
  /// Counts of a known process, by inversion of keyed uniforms.
  private func simulated(
    _ n: Int, intercept: Double, count: Double, mean: Double, size: Double?,
    shift: (start: Int, by: Double) = (.max, 0)
  ) -> [Double] {
    var y: [Double] = []
    var level = intercept / (1 - count - mean)
    for t in 0..<n {
      level =
        intercept + count * (y.last ?? level) + mean * level + (t >= shift.start ? shift.by : 0)
      var stream = RandomStream(seed: 9, stream: "test", unit: "counts", draw: 0, time: t)
      let u = stream.uniform()
      y.append(
        size.map { NegativeBinomial(mean: level, size: $0).sample(u) }
          ?? Poisson(mean: level).sample(u))
    }
    return y
  }

  /// Four standard errors of their own, over 2,000 steps.
  @Test func parametersOfAKnownProcessAreFound() throws {
    let series = TimeSeries(
      "a", simulated(2_000, intercept: 3, count: 0.4, mean: 0.3, size: 5), season: 1)
    let fit = try CountModel(link: .identity, isOverdispersed: true).estimate(series)
    for (parameter, truth) in zip(fit.parameters, [3, 0.4, 0.3]) {
      let error = try #require(parameter.standardError)
      #expect(abs(parameter.value - truth) < 4 * error, "\(parameter.name)")
    }
    #expect(abs(fit.size - 5) < 1)
  }

  /// A negative binomial fitted to Poisson counts has a variance near their own, and its size is large or
  /// infinite; the interval is never narrower than the Poisson one by more than the grain of counts.
  @Test func poissonCountsNeedNoLargerVariance() throws {
    let series = TimeSeries(
      "a", simulated(1_000, intercept: 3, count: 0.4, mean: 0.3, size: nil), season: 1)
    let fit = try CountModel(link: .identity, isOverdispersed: true).estimate(series)
    #expect(fit.size > 50)
  }

  @Test func futuresAreWholeNumbersFromZeroOn() throws {
    let series = TimeSeries(
      "a", simulated(80, intercept: 0.5, count: 0.3, mean: 0.3, size: 2), season: 1)
    for name in ["ingarch", "ingarch-nb", "ingarch-log", "ingarch-log-nb"] {
      let fit = try SeriesCatalogue.model(named: name).fit(series)
      for path in fit.paths(6, draws: 50, seed: 1) {
        #expect(path.allSatisfy { $0 >= 0 && $0 == $0.rounded() }, "\(name)")
      }
    }
  }

  @Test func whatIsNoCountIsRefusedWithItsPeriod() throws {
    #expect(
      throws: SeriesError.notACount(
        series: "a", model: "ingarch", period: "2000-02", value: 1.5)
    ) {
      _ = try SeriesCatalogue.model(named: "ingarch").fit(
        TimeSeries("a", [1, 1.5, 2, 3, 4, 3, 2, 1, 2, 3], season: 1))
    }
    #expect(
      throws: SeriesError.negative(series: "a", model: "tsb", period: "2000-03", value: -2)
    ) {
      _ = try SeriesCatalogue.model(named: "tsb").fit(TimeSeries("a", [1, 0, -2, 0], season: 1))
    }
  }

  /// Squares of such sizes overflow, so no weight is best: said, instead of the lowest weight taken.
  @Test(arguments: ["croston-optimised", "adida", "imapa"])
  func aSearchWithoutAnEndIsNoFit(name: String) {
    #expect(throws: SeriesError.notFitted(series: "a", model: name)) {
      _ = try SeriesCatalogue.model(named: name).fit(
        TimeSeries("a", [1e200, 0, 3e200, 2e200, 0, 5e200], season: 1))
    }
  }

  /// A planted shift has the largest score at its date.
  @Test func aShiftOfCountsIsFoundWhereItIs() throws {
    let y = simulated(120, intercept: 4, count: 0.3, mean: 0.2, size: nil, shift: (70, 12))
    let fit = try CountModel(link: .identity, isOverdispersed: false).estimate(
      TimeSeries("a", y, season: 1))
    let starts = Array(10..<110)
    let scores = fit.interventionScores(starts: starts) { Intervention("s", .step, start: $0) }
    let best = try #require(scores.indices.max { scores[$0] < scores[$1] })
    #expect(abs(starts[best] - 70) <= 1)
  }

  /// What has ended fades under `tsb` and stays under `croston`.
  @Test func endedDemandFadesOnlyUnderTSB() throws {
    let active: [Double] = [0, 3, 0, 0, 4, 0, 2, 0, 0, 5]
    let ended = active + [Double](repeating: 0, count: 30)
    func mean(_ name: String, _ values: [Double]) throws -> Double {
      try SeriesCatalogue.model(named: name).fit(TimeSeries("a", values, season: 1))
        .predictive(1, seed: 1).means[0]
    }
    #expect(try mean("croston", ended) == mean("croston", active))
    #expect(try mean("tsb", ended) < 0.1 * mean("tsb", active))
    #expect(try mean("tsb", [0, 0, 0, 0]) == 0)
  }
}
