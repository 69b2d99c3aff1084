import Demography
import Foundation
import Kernel
import SeriesModels
import Testing

/// Intervals of forecasts from past errors alone.
@Suite struct ConformalIntervalsTests {
  /// A random walk with steps that lean upwards, and now and then far.
  private func walk(_ id: String, count: Int = 120) -> TimeSeries {
    var stream = RandomStream(seed: 5, stream: "conformal", unit: id, draw: 0, time: 0)
    var level = 100.0
    let values = (0..<count).map { _ -> Double in
      level += -3 * Foundation.log(stream.uniform()) - 1
      return level
    }
    return TimeSeries(id, values, season: 1)
  }

  private func run(
    _ series: [TimeSeries], _ kind: ConformalIntervals?, levels: [Double] = [80, 90],
    origins: Int = 60
  ) -> [ModelBatch.Outcome] {
    ModelBatch(
      NaiveModel(), horizon: 3, levels: levels, calibratedBy: kind == nil ? 0 : origins,
      conformal: kind, seed: 1
    ).run(series)
  }

  /// The half-width is the rank of the errors of naive forecasts, which are plain differences.
  @Test func splitWidthsAreRanksOfPastErrors() throws {
    let series = walk("a")
    let values = series.values
    let forecast = try run([series], .split)[0].result.get().forecast
    #expect(forecast.basis == .conformal)
    var widths = [0.0, 0.0]
    for h in 1...3 {
      // Sixty origins, the last one so that its third step is the last value.
      let last = values.count - 4
      let errors = (0..<60).map { abs(values[last - $0 + h] - values[last - $0]) }.sorted()
      let step = forecast.steps[h - 1]
      // ⌈61 · 0.8⌉ = 49 and ⌈61 · 0.9⌉ = 55; never narrower than a step before.
      for (k, rank) in [49, 55].enumerated() {
        widths[k] = max(widths[k], errors[rank - 1])
        let interval = try #require(step.interval([80, 90][k]))
        #expect(abs(interval.upper - step.median - widths[k]) < 1e-9)
        #expect(abs(step.median - interval.lower - widths[k]) < 1e-9)
      }
    }
  }

  @Test func signedWidthsLeanToTheSideOfTheErrors() throws {
    let forecast = try run([walk("a")], .signed, levels: [80])[0].result.get().forecast
    for step in forecast.steps {
      let interval = try #require(step.interval(80))
      #expect(interval.upper - step.median > 1.5 * (step.median - interval.lower))
    }
  }

  @Test(arguments: ConformalIntervals.names.filter { $0 != "enbpi" })
  func laterStepsAndHigherLevelsAreNeverNarrower(_ name: String) throws {
    let kind = try #require(ConformalIntervals(name))
    for outcome in run([walk("a"), walk("b")], kind, levels: [50, 80, 90]) {
      let steps = try outcome.result.get().forecast.steps
      for step in steps {
        let widths = step.intervals.map { $0.upper - $0.lower }
        #expect(widths == widths.sorted() && step.intervals.count == 3)
      }
      for (a, b) in zip(steps, steps.dropFirst()) {
        #expect(b.intervals[1].upper - b.median >= a.intervals[1].upper - a.median - 1e-9)
      }
    }
  }

  /// statsforecast prints 95 % from two windows; nine errors promise 90 % at most, so 95 is refused.
  @Test(arguments: ["split", "signed", "adaptive"])
  func aLevelThatFewErrorsCannotPromiseIsRefused(_ name: String) throws {
    let kind = try #require(ConformalIntervals(name))
    let found = run([walk("short", count: 30)], kind, levels: [95], origins: 9)[0].result
    guard case .failure(let error) = found else {
      Issue.record("95 % from nine errors")
      return
    }
    #expect(error.fault.code == "series.conformal")
    #expect(error.fault.arguments["errors"] == "9" && error.fault.arguments["series"] == "short")
    // Tails of 2.5 % take 39 errors, one of 5 % 19.
    #expect(error.fault.arguments["needed"] == (name == "signed" ? "39" : "19"))
    #expect(error.fault.arguments["level"] == "95")
    let fine = run([walk("short", count: 30)], kind, levels: [50], origins: 9)[0].result
    #expect((try? fine.get()) != nil)
  }

  /// Twenty short series together reach what none reaches alone.
  @Test func pooledErrorsReachWhatOneSeriesCannot() throws {
    let all = (0..<20).map { walk("s\($0)", count: 30) }
    let outcomes = run(all, .pooled, levels: [95], origins: 9)
    #expect(outcomes.allSatisfy { (try? $0.result.get()) != nil })
    let alone = run(all, .split, levels: [95], origins: 9)
    #expect(alone.allSatisfy { (try? $0.result.get()) == nil })
  }

  /// Of values that came after, about as many lie inside as promised: within four binomial deviations of 80 in 100.
  @Test(arguments: ["split", "pooled"])
  func asManyValuesLieInsideAsPromised(_ name: String) throws {
    let kind = try #require(ConformalIntervals(name))
    let all = (0..<200).map { walk("v\($0)", count: 81) }
    let known = all.map { TimeSeries($0.id, Array($0.values.dropLast()), season: 1) }
    let outcomes = run(known, kind, levels: [80], origins: 40)
    let inside = try zip(all, outcomes).count { series, outcome in
      let interval = try #require(outcome.result.get().forecast.steps[0].interval(80))
      return (interval.lower...interval.upper).contains(series.values[80])
    }
    #expect(abs(Double(inside) - 160) < 4 * (200 * 0.8 * 0.2).squareRoot(), "\(inside) of 200")
  }

  /// More past forecasts never turn an answer into a refusal.
  @Test func theAdaptiveLevelIsPromisedFromAsManyErrorsAsTheSplitOne() {
    for origins in 15...24 {
      let found = run([walk("n", count: 60)], .adaptive(rate: 0.02), levels: [95], origins: origins)
      #expect(((try? found[0].result.get()) != nil) == (origins >= 19), "\(origins)")
    }
  }

  /// After misses on end the level asks for all values; the largest error stands in and is told.
  @Test func anAdaptiveLevelBeyondReachIsAsWideAsTheLargestError() throws {
    // Steps that grow: each is larger than all before it.
    let growing = TimeSeries("g", (0..<60).map { Double($0 * $0) }, season: 1)
    let fitted = try run([growing], .adaptive(rate: 0.05), levels: [90], origins: 40)[0].result
      .get()
    #expect(fitted.isWidest)
    let step = fitted.forecast.steps[0]
    // The last step of one ahead with three to compare: 57² − 56².
    #expect(step.intervals[0].upper - step.median == 57 * 57 - 56 * 56)
    #expect(try !run([walk("a")], .adaptive(rate: 0.02))[0].result.get().isWidest)
  }

  /// Where the last six values are missing, the next forecast is seven steps ahead and as unsure as that.
  @Test(arguments: ["split", "signed", "adaptive"])
  func missingLastValuesMakeTheStepsAheadLater(_ name: String) throws {
    let kind = try #require(ConformalIntervals(name))
    let values = walk("late").values
    let known = Array(values.dropLast(6))
    let late = TimeSeries("late", known + [Double](repeating: .nan, count: 6), season: 1)
    let found = try run([late], kind, levels: [80])[0].result.get().forecast.steps[0]
    let ahead = try ModelBatch(
      NaiveModel(), horizon: 9, levels: [80], calibratedBy: 60, conformal: kind, seed: 1
    ).run([TimeSeries("late", known, season: 1)])[0].result.get().forecast
    // A width is that of its own step here, no longer the least of those before it.
    let widths = ahead.steps.map { $0.intervals[0].upper - $0.intervals[0].lower }
    let width = found.intervals[0].upper - found.intervals[0].lower
    #expect(width <= widths[6] + 1e-9 && width > widths[0], "\(width) of \(widths)")
  }

  /// Errors of a model of logarithms are errors of logarithms: no bound below zero, widths that grow with the level.
  @Test(arguments: ConformalIntervals.names.filter { $0 != "enbpi" })
  func boundsOfALogarithmicModelArePositive(_ name: String) throws {
    let kind = try #require(ConformalIntervals(name))
    let plain = walk("a")
    let positive = plain.values.map { Foundation.exp($0 / 20) }
    let model = try SeriesCatalogue.model(named: "log:naive")
    let steps = try ModelBatch(
      model, horizon: 3, levels: [90], calibratedBy: 60, conformal: kind, seed: 1
    ).run([TimeSeries("a", positive, season: 1)])[0].result.get().forecast.steps
    let linear = try ModelBatch(
      NaiveModel(), horizon: 3, levels: [90], calibratedBy: 60, conformal: kind, seed: 1
    ).run([TimeSeries("a", plain.values.map { $0 / 20 }, season: 1)])[0].result.get().forecast.steps
    for (step, line) in zip(steps, linear) {
      #expect(step.intervals[0].lower > 0)
      #expect(abs(Foundation.log(step.intervals[0].lower) - line.intervals[0].lower) < 1e-9)
      #expect(abs(Foundation.log(step.intervals[0].upper) - line.intervals[0].upper) < 1e-9)
    }
  }

  /// A model without a width gives no unit to count errors in: told, not [0, 0] and not infinite.
  @Test func pooledErrorsOfNoWidthAreRefused() throws {
    let jumping = (0..<30).map { k in
      TimeSeries("c\(k)", (0..<60).map { $0 < 57 ? 5.0 : Double($0) }, season: 1)
    }
    for outcome in run(jumping, .pooled, levels: [80], origins: 20) {
      guard case .failure(let error) = outcome.result else {
        Issue.record("80 % of nothing")
        continue
      }
      #expect(error.fault.code == "series.unbounded" && error.fault.arguments["level"] == "80")
    }
    #expect(
      run(jumping, .split, levels: [80], origins: 20).allSatisfy { (try? $0.result.get()) != nil })
  }

  /// Counts are never below zero, and neither is what is promised of them.
  @Test func boundsOfCountsAreCounts() throws {
    let series = TimeSeries("n", (0..<60).map { Double([0, 2, 1, 0, 0, 3][$0 % 6]) }, season: 1)
    let steps = try ModelBatch(
      PoissonLevelModel(), horizon: 2, levels: [90], calibratedBy: 30, conformal: .split, seed: 1
    ).run([series])[0].result.get().forecast.steps
    #expect(steps.allSatisfy { $0.intervals[0].lower == 0 && $0.intervals[0].upper >= 2 })
  }

  /// Sizes and shares of demand are never below zero either, whichever way intervals are made.
  @Test(arguments: ["split", "signed", "pooled", "adaptive"])
  func boundsOfIntermittentModelsAreNotNegative(_ name: String) throws {
    let series = TimeSeries(
      "n", (0..<60).map { [0, 0, 5.5, 0, 1.25, 0, 0][$0 % 7] }, season: 1)
    for method in IntermittentModel.Method.allCases {
      let steps = try ModelBatch(
        IntermittentModel(method), horizon: 2, levels: [90], calibratedBy: 30,
        conformal: ConformalIntervals(name), seed: 1
      ).run([series])[0].result.get().forecast.steps
      #expect(
        steps.allSatisfy { $0.intervals[0].lower >= 0 && $0.intervals[0].upper > 1 },
        "\(method) \(steps.map(\.intervals))")
    }
  }

  /// A level that is out of reach of all errors together is not answered by advice to take them together.
  @Test func adviceIsNotWhatWasDoneAlready() throws {
    for (kind, code) in [
      (ConformalIntervals.split, "series.conformal"), (.pooled, "series.conformal.all"),
    ] {
      let outcome = run([walk("a")], kind, levels: [99.9], origins: 20)[0]
      let error = try #require(throws: SeriesError.self) { try outcome.result.get() }
      #expect(error.fault.code == code)
    }
  }

  /// A model that fails at the first origins has the errors of the others; blanks in front of a series count for nothing.
  @Test func originsThatFailLeaveTheOthers() throws {
    let late = TimeSeries(
      "late", [Double](repeating: .nan, count: 10) + walk("late", count: 50).values, season: 1)
    let own = TimeSeries("late", walk("late", count: 50).values, season: 1)
    for origins in [20, 49] {
      let a = try run([late], .split, levels: [80], origins: origins)[0].result.get().forecast
      let b = try run([own], .split, levels: [80], origins: origins)[0].result.get().forecast
      #expect(a.steps.map(\.intervals) == b.steps.map(\.intervals))
    }
    let zeros = TimeSeries(
      "z", [Double](repeating: 0, count: 22) + (0..<38).map { Double($0 % 5) }, season: 1)
    let found = ModelBatch(
      PoissonLevelModel(), horizon: 1, levels: [80], calibratedBy: 48, conformal: .split, seed: 1
    ).run([zeros])[0].result
    #expect((try? found.get()) != nil)
  }

  /// A power that the model chooses anew at every origin does not mix the scales of errors.
  @Test(arguments: ["split", "signed"])
  func errorsOfAChosenPowerCountOnTheLastScale(_ name: String) throws {
    let kind = try #require(ConformalIntervals(name))
    let values = walk("p", count: 70).values.enumerated().map { t, v in
      t < 50 ? 20 + v / 20 : Foundation.exp((v - 60) / 30)
    }
    let free = try SeriesCatalogue.model(named: "boxcox:naive")
    let found = try ModelBatch(
      free, horizon: 1, levels: [80], calibratedBy: 20, conformal: kind, seed: 1
    ).run([TimeSeries("p", values, season: 1)])[0].result.get()
    // The errors are those of the values, whatever the scale: a naive forecast is the value before.
    let interval = found.forecast.steps[0].intervals[0]
    let last = values[69]
    #expect(interval.lower < last && last < interval.upper)
    let steps = (50..<70).map { abs(Foundation.log(values[$0] / values[$0 - 1])) }
    let widest = try #require(steps.max())
    #expect(Foundation.log(interval.upper / last) < 3 * widest)
    #expect(Foundation.log(last / interval.lower) < 3 * widest)
  }

  /// Series that stand still come true without a width, and say nothing of the widths of others.
  @Test func constantSeriesLeavePooledWidthsAlone() throws {
    let moving = (0..<10).map { walk("m\($0)", count: 40) }
    let still = (0..<20).map { TimeSeries("s\($0)", [Double](repeating: 0, count: 40), season: 1) }
    let alone = try run(moving, .pooled, levels: [80], origins: 10).map { try $0.result.get() }
    let beside = try run(moving + still, .pooled, levels: [80], origins: 10).prefix(10).map {
      try $0.result.get()
    }
    #expect(alone.map(\.forecast) == beside.map(\.forecast))
  }
}
