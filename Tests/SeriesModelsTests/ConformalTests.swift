import Demography
import Kernel
import SeriesModels
import Testing

@Suite struct ConformalTests {
  @Test func theWidthIsTheOrderStatisticOfTheRule() throws {
    let errors = (1...19).map { Double($0) * ($0 % 2 == 0 ? 1 : -1) }
    #expect(try SplitConformal.halfWidth(errors, level: 95) == 19)
    #expect(try SplitConformal.halfWidth(errors, level: 90) == 18)
    #expect(try SplitConformal.halfWidth(errors + [.nan], level: 80) == 16)
  }

  /// statsforecast 2.1.1 answers 95 % from five windows, whose errors promise at most 5/6.
  @Test func aLevelOutOfReachIsRefused() {
    let errors = [3.0, -1, 4, 1, -5]
    #expect(throws: ConformalError.unreachable(level: 95, errors: 5, needed: 19)) {
      try SplitConformal.halfWidth(errors, level: 95)
    }
    #expect(throws: ConformalError.unreachable(level: 80, errors: 5, needed: 9)) {
      try SplitConformal.signed(errors, level: 80)
    }
    let fault = ConformalError.unreachable(level: 95, errors: 5, needed: 19).fault
    #expect(fault.code == "conformal.level" && fault.arguments["needed"] == "19")
  }

  /// 5 windows without overlap, seasonal naive: the peer's ends are interpolated quantiles of ± the absolute errors; the
  /// 80 % the five errors can promise is wider.
  @Test func thePeersIntervalsAreQuantilesOfMirroredErrors() throws {
    guard let used = try Golden.expected("series_used"),
      let golden = try Golden.expected("py_statsforecast")
    else { return }
    for (name, season) in [("mig_KZ", 1), ("AirPassengers_raw", 12)] {
      let y = used[name].numbers("y")
      let entry = golden["conformal_snaive_\(name)"]
      let horizon = 4
      let mean = entry.numbers("mean")
      for step in 0..<horizon {
        let errors = (0..<5).map { window in
          let origin = y.count - horizon * (window + 1)
          return y[origin + step] - y[origin + step - season * (step / season + 1)]
        }
        let ends = errors.flatMap { [mean[step] - abs($0), mean[step] + abs($0)] }
        for (level, low, high) in [("80", 0.1, 0.9), ("95", 0.025, 0.975)] {
          let theirs = (entry.numbers("lo-\(level)")[step], entry.numbers("hi-\(level)")[step])
          #expect(abs(Statistics.quantile(ends, low) - theirs.0) < 1e-9, "\(name) \(step)")
          #expect(abs(Statistics.quantile(ends, high) - theirs.1) < 1e-9, "\(name) \(step)")
        }
        let honest = try SplitConformal.halfWidth(errors, level: 80)
        #expect(honest >= entry.numbers("hi-80")[step] - mean[step])
      }
    }
  }

  @Test func coverageIsAtLeastThePromisedOne() throws {
    // 400 trials of 30 errors and one more value; standard error 0.02.
    var inside = 0
    for draw in 0..<400 {
      var stream = RandomStream(
        seed: 9, stream: "test.conformal", unit: "split", draw: draw, time: 0)
      let all = stream.normals(31)
      let width = try SplitConformal.halfWidth(Array(all.prefix(30)), level: 80)
      if abs(all[30]) <= width { inside += 1 }
    }
    #expect(abs(Double(inside) / 400 - 25.0 / 31) < 0.06)
  }

  @Test func poolingReachesLevelsThatOneSeriesCannot() throws {
    let errors = [[1.0, -2, 3], [10, 20, -30], [0.1, -0.2, 0.3]]
    let deviations = [[1.0, 1, 1], [10, 10, 10], [0.1, 0.1, 0.1]]
    let widths = try SplitConformal.pooled(
      errors: errors, deviations: deviations, ahead: [2, 5], level: 90)
    #expect(widths.count == 2)
    #expect(abs(widths[0] - 6) < 1e-9 && abs(widths[1] - 15) < 1e-9)
  }

  @Test func theAdaptiveLevelHoldsThroughADrift() {
    var adaptive = AdaptiveConformal(level: 90, rate: 0.05)
    var stream = RandomStream(seed: 2, stream: "test.adaptive", unit: "drift", draw: 0, time: 0)
    var inside = 0
    let count = 1000
    for (t, z) in stream.normals(count).enumerated() {
      if adaptive.observe(error: z * (1 + 4 * Double(t) / Double(count))) { inside += 1 }
    }
    // |misses / T − α| ≤ (max(α₁, 1 − α₁) + γ) / (γ T) (Gibbs and Candès 2021, proposition 4.1).
    #expect(abs(Double(inside) / Double(count) - 0.9) <= (0.9 + 0.05) / (0.05 * 1000))
  }

  @Test func theEnsembleUsesErrorsOfUnseenValuesAndTheShortestSpan() throws {
    let values = [1.0, 2, 3]
    let ensemble = EnsembleConformal(
      values: values, fitted: [[0, 0, 0], [1, 1, 1]],
      seen: [[true, false, true], [true, false, false]])
    #expect(ensemble.errors == [1.5, 2])
    let whole = EnsembleConformal(
      values: (0..<9).map { $0 == 8 ? 100 : Double($0) },
      fitted: [[Double](repeating: 0, count: 9)],
      seen: [[Bool](repeating: false, count: 9)])
    let reach = try whole.reach(80)
    #expect(reach.below == 0 && reach.above == 7)
    #expect(throws: ConformalError.self) { try whole.reach(95) }
    var later = whole
    later.observe(error: -3)
    #expect(later.errors.count == 9 && later.errors.last == -3)
  }
}
