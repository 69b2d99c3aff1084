import Kernel
import SeriesModels
import Testing

@Suite struct EffectTests {
  private let level = StructuralForm(hasSlope: false, seasonal: .none)

  private func noise(_ n: Int, unit: String) -> [Double] {
    (0..<n).map {
      normalPair(StreamKey(seed: 5, stream: "test"), unit: UnitKey(unit), draw: 0, time: $0).0
    }
  }

  private func changed(by size: Double, at start: Int, n: Int = 60, unit: String) -> TimeSeries {
    TimeSeries(
      "a", noise(n, unit: unit).enumerated().map { 100 + $1 + ($0 >= start ? size : 0) }, season: 1)
  }

  @Test func coursesOfInterventions() {
    #expect((0..<6).map { Intervention("a", .pulse, start: 2).value($0) } == [0, 0, 1, 0, 0, 0])
    #expect(
      (0..<6).map { Intervention("a", .pulse, start: 2, end: 4).value($0) } == [0, 0, 1, 1, 1, 0])
    #expect((0..<5).map { Intervention("a", .step, start: 3).value($0) } == [0, 0, 0, 1, 1])
    #expect((0..<5).map { Intervention("a", .ramp, start: 1).value($0) } == [0, 1, 2, 3, 4])
    #expect(
      (0..<5).map { Intervention("a", .ramp, start: 1, end: 2).value($0) } == [0, 1, 2, 2, 2])
    #expect(
      (0..<4).map { Intervention("a", .decay(ratio: 0.5), start: 1).value($0) } == [
        0, 1, 0.5, 0.25,
      ])
  }

  /// Both ways find a planted effect; counterfactual and effect add up to what was seen, the last sum is
  /// the number of steps times the average.
  @Test func aPlantedEffectIsFoundAndAddsUp() throws {
    let series = changed(by: -12, at: 48, unit: "planted")
    let declared = try InterventionEffect.declared(
      [Intervention("rule", .step, start: 48)], in: series, form: level, levels: [80, 95])
    let free = try InterventionEffect.counterfactual(
      from: 48, in: series, form: level, levels: [80, 95])
    for effect in [declared, free] {
      #expect(effect.steps.count == 12)
      #expect(effect.steps[0].period == series.period(48))
      for step in effect.steps {
        #expect(abs(step.counterfactual.value + step.effect.value - step.observed) < 1e-9)
        #expect(step.effect.intervals[0].lower > step.effect.intervals[1].lower)
      }
      let interval = effect.average.intervals[1]
      #expect(interval.lower < -12 && -12 < interval.upper && interval.upper < -8)
      let total = try #require(effect.total)
      #expect(relativeDifference(total.value, 12 * effect.average.value) < 1e-12)
      #expect(relativeDifference(total.deviation, 12 * effect.average.deviation) < 1e-12)
    }
    let share = try #require(free.placeboShare)
    #expect(share < 0.1)
    #expect(declared.placeboShare == nil)
  }

  /// The 95 per cent interval of the average holds the truth in 95 of 100 series, within three standard
  /// errors of that share over 200 of them: 190 ± 9.2.
  @Test func intervalsOfEffectsHoldTheTruth() throws {
    var held = 0
    for k in 0..<200 {
      let effect = try InterventionEffect.counterfactual(
        from: 30, in: changed(by: 2, at: 30, n: 36, unit: "coverage\(k)"), form: level,
        levels: [95])
      let interval = effect.average.intervals[0]
      if interval.lower <= 2, 2 <= interval.upper { held += 1 }
    }
    #expect(held >= 181 && held <= 199, "\(held) of 200")
  }

  /// Effects are the forecast's errors, so they reach as far: Student's t, not the normal.
  @Test func effectsReachAsFarAsTheForecastOfTheSameFit() throws {
    let series = changed(by: 2, at: 14, n: 20, unit: "reach")
    let effect = try InterventionEffect.counterfactual(
      from: 14, in: series, form: level, levels: [80, 95])
    let before = TimeSeries("a", Array(series.values.prefix(14)), season: 1)
    let ahead = try StructuralModel(form: level).fit(before)
      .forecast(6, levels: [80, 95], seed: 1)
    for (ours, theirs) in zip(effect.steps, ahead.steps) {
      for (a, b) in zip(ours.counterfactual.intervals, theirs.intervals) {
        #expect(relativeDifference(a.lower, b.lower) < 1e-12)
        #expect(relativeDifference(a.upper, b.upper) < 1e-12)
      }
    }
  }

  /// What would have been is known where nothing was observed; the effect is not.
  @Test func theCounterfactualOfAMissingValueIsKnown() throws {
    let whole = changed(by: 2, at: 30, n: 36, unit: "gap")
    var values = whole.values
    values[32] = .nan
    let effects = try [whole, TimeSeries("a", values, season: 1)].map {
      try InterventionEffect.counterfactual(from: 30, in: $0, form: level, levels: [95]).steps
    }
    #expect(effects[1][2].counterfactual == effects[0][2].counterfactual)
    #expect(!effects[0][2].counterfactual.value.isNaN)
    #expect(effects[1][2].effect.value.isNaN)
    #expect(effects[1][2].cumulative.value == effects[1][1].cumulative.value)
  }

  /// One value in five lies √5 = 2.24 standard deviations off, outside an interval of 2.02, but the first of
  /// them, when the mean rests on four values: 36 of 44 are held, and a model that misses so much has no say
  /// on what would have followed.
  @Test func aModelThatMissesItsPastIsRefused() throws {
    let values = (0..<50).map { t -> Double in
      guard t % 5 == 4 else { return 100 }
      return t % 2 == 0 ? 101 : 99
    }
    let series = TimeSeries("a", values, season: 1)
    do {
      _ = try InterventionEffect.counterfactual(
        from: 45, in: series, form: level, levels: [95])
      Issue.record("not refused")
    } catch {
      guard
        case .coverageLow("a", "structural(level)", let share, InterventionEffect.leastCoverage) =
          error
      else {
        Issue.record("\(error)")
        return
      }
      #expect(abs(share - 36.0 / 44) < 1e-12)
    }
  }

  @Test func tooLittleBeforeOrAfterIsRefused() {
    let series = changed(by: 1, at: 2, n: 20, unit: "short")
    #expect(
      throws: SeriesError.effectUnknown(series: "a", before: 4, after: 16, needed: 8)
    ) {
      _ = try InterventionEffect.counterfactual(from: 4, in: series, form: level, levels: [95])
    }
    #expect(
      throws: SeriesError.effectUnknown(series: "a", before: 20, after: 0, needed: 3)
    ) {
      _ = try InterventionEffect.declared(
        [Intervention("rule", .step, start: 20)], in: series, form: level, levels: [95])
    }
  }
}
