import Demography
import Kernel
import SeriesModels
import Testing

/// Resampled autoregressions and the intervals that rest on what their parts had not seen.
@Suite struct BaggedAutoregressionTests {
  private static func walk(_ n: Int, unit: String, memory: Double) -> [Double] {
    let key = StreamKey(seed: 31, stream: "test")
    let unit = UnitKey(unit)
    var y = 0.0
    return (0..<(n + 50)).map { t -> Double in
      y = memory * y + normalPair(key, unit: unit, draw: 0, time: t).0
      return 20 + y
    }.suffix(n)
  }

  private static func errors(_ values: [Double], _ horizon: Int) throws -> [[Double]] {
    let fit = try BaggedAutoregressionModel().fit(TimeSeries("a", values, season: 1))
    return try #require(fit.leaveOneOutErrors(horizon))
  }

  /// The last value explains nothing and is explained once: members that did not see it expect the same whatever it
  /// is.
  @Test func errorsAreOfMembersThatHadNotSeenTheValue() throws {
    let values = Self.walk(60, unit: "seen", memory: 0.6)
    var moved = values
    moved[59] += 7
    let (a, b) = (try Self.errors(values, 3), try Self.errors(moved, 3))
    for step in 0..<3 {
      let (x, y) = (try #require(a[step].last), try #require(b[step].last))
      #expect(abs(y - x - 7) < 1e-9, "\(step)")
    }
    #expect(zip(a[0].dropLast(), b[0].dropLast()).contains { $0 != $1 })
  }

  @Test func theLineOfASeasonIsFound() throws {
    func line(_ t: Int) -> Double {
      let season = 9 * Double(t % 4)
      return 100 + 2 * Double(t) + season
    }
    let values = (0..<48).map(line)
    let fit = try BaggedAutoregressionModel().fit(TimeSeries("a", values, season: 4))
    // Slopes are drawn a little to those of the last value going on.
    for (step, median) in fit.predictive(8, seed: 1).medians.enumerated() {
      #expect(abs(median - line(48 + step)) < 4, "\(step): \(median)")
    }
  }

  /// Shares of 400 series of 80 values whose next values lie inside; four standard errors are 0.08 at 80 per cent.
  @Test(arguments: [0.0, 0.5, 0.9]) func intervalsHoldTheShareTheyPromise(memory: Double) throws {
    var inside = [0, 0]
    let conformal = try #require(ConformalIntervals("enbpi"))
    let all = (0..<400).map { k in
      TimeSeries("s\(k)", Self.walk(84, unit: "s\(k)", memory: memory), season: 1)
    }
    let batch = ModelBatch(
      BaggedAutoregressionModel(), horizon: 4, levels: [80], conformal: conformal, seed: 1)
    for (series, outcome) in zip(all, batch.run(all.map { $0.prefix(80) })) {
      let steps = try outcome.result.get().forecast.steps
      for (place, step) in [0, 3].enumerated() {
        let interval = try #require(steps[step].interval(80))
        let y = series.values[80 + step]
        if interval.lower <= y && y <= interval.upper { inside[place] += 1 }
      }
    }
    for share in inside.map({ Double($0) / 400 }) {
      #expect(share > 0.72 && share < 0.88, "\(share)")
    }
  }

  /// Bounds of a model of logarithms are above zero, and widths grow with the level.
  @Test func boundsAreThoseOfTheScale() throws {
    let values = Self.walk(60, unit: "log", memory: 0.9).map { ($0 - 18) * ($0 - 18) + 0.01 }
    let model = try SeriesCatalogue.model(named: "log:bagged-ar")
    let steps = try ModelBatch(
      model, horizon: 3, levels: [50, 90], conformal: .ensemble, seed: 1
    ).run([TimeSeries("a", values, season: 1)])[0].result.get().forecast.steps
    for step in steps {
      #expect(step.intervals[1].lower > 0)
      #expect(step.intervals[1].lower <= step.intervals[0].lower)
      #expect(step.intervals[0].upper <= step.intervals[1].upper)
    }
  }

  @Test func aLevelOutOfReachIsRefused() throws {
    let series = TimeSeries("a", Self.walk(14, unit: "short", memory: 0.5), season: 1)
    let batch = ModelBatch(
      BaggedAutoregressionModel(), horizon: 2, levels: [95], conformal: .ensemble, seed: 1)
    guard
      case .failure(
        .levelUnreachable(
          series: "a", isPooled: false, .unreachable(level: 95, errors: _, needed: 19))) =
        batch.run([series])[0].result
    else { return #expect(Bool(false), "12 errors promise no 95 per cent") }
  }

  @Test func otherModelsHaveNoParts() throws {
    let series = TimeSeries("a", Self.walk(40, unit: "naive", memory: 0.5), season: 1)
    let batch = ModelBatch(
      NaiveModel(), horizon: 2, levels: [80], conformal: .ensemble, seed: 1)
    guard case .failure(.noParts(series: "a", model: _)) = batch.run([series])[0].result else {
      return #expect(Bool(false), "a line has no parts")
    }
  }

  /// Steps count from the last known value.
  @Test func missingValuesAtTheEndArePassed() throws {
    let values = Self.walk(60, unit: "end", memory: 0.8)
    let model = BaggedAutoregressionModel()
    let whole = try model.fit(TimeSeries("a", values, season: 1)).predictive(5, seed: 1)
    let later = try model.fit(TimeSeries("a", values + [.nan, .nan], season: 1))
    #expect(later.predictive(3, seed: 1).medians == Array(whole.medians.suffix(3)))
  }
}
