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

  @Test(arguments: ConformalIntervals.names)
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
    // Tails of 2.5 % take 39 errors, one of 5 % 19; the level followed nine hits by 9 · 0.02 · 0.05.
    let needed = ["split": "19", "signed": "39", "adaptive": "16"][name]
    #expect(error.fault.arguments["needed"] == needed)
    #expect(error.fault.arguments["level"] == (name == "adaptive" ? "94.1" : "95"))
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
}
