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
    for h in 1...3 {
      // Sixty origins, the last one so that its third step is the last value.
      let last = values.count - 4
      let errors = (0..<60).map { abs(values[last - $0 + h] - values[last - $0]) }.sorted()
      let step = forecast.steps[h - 1]
      // ⌈61 · 0.8⌉ = 49 and ⌈61 · 0.9⌉ = 55.
      let widths = [errors[48], errors[54]]
      for (k, level) in [80.0, 90].enumerated() {
        let interval = try #require(step.interval(level))
        let least = h == 1 ? widths[k] : max(widths[k], 0)
        #expect(interval.upper - step.median >= least - 1e-9)
        if h == 1 { #expect(abs(interval.upper - step.median - widths[k]) < 1e-9) }
        #expect(abs((interval.upper - step.median) - (step.median - interval.lower)) < 1e-9)
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
    #expect(
      error.fault.arguments["needed"] == (name == "signed" ? "39" : error.fault.arguments["needed"])
    )
    let fine = run([walk("short", count: 30)], kind, levels: [50], origins: 9)[0].result
    #expect((try? fine.get()) != nil)
  }

  /// Twenty short series together reach what none reaches alone.
  @Test func pooledErrorsReachWhatOneSeriesCannot() throws {
    let all = (0..<20).map { walk("s\($0)", count: 30) }
    let outcomes = run(all, .pooled, levels: [95], origins: 9)
    #expect(outcomes.allSatisfy { (try? $0.result.get()) != nil })
    // Of the last known steps of many series about as many lie inside as promised.
    let alone = run(all, .split, levels: [95], origins: 9)
    #expect(alone.allSatisfy { (try? $0.result.get()) == nil })
  }
}
