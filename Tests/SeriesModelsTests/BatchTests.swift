import Demography
import Foundation
import SeriesModels
import Testing

@Suite struct BatchTests {
  private func plan(origins: Int, candidates: [String] = ["naive", "drift", "auto-ets"])
    -> SeriesPlan
  {
    var plan = SeriesPlan(
      id: "test", model: "naive", frequency: "Q", season: 4, horizon: 4, levels: [80, 95])
    plan.candidates = candidates
    plan.origins = origins
    plan.minimumTrain = 12
    plan.isCalibrated = true
    return plan
  }

  private func wave(_ n: Int, _ phase: Int) -> [Double] {
    (0..<n).map { t in
      let noise = Double((t &* 7919 &+ phase &* 104_729) % 101) / 25
      return 200 + 2 * Double(t) + 9 * Double(t % 4) + noise
    }
  }

  @Test func everyLengthHasItsRungAndReason() {
    let lengths = [0, 1, 2, 3, 7, 8, 12, 13, 40]
    let series = lengths.map { TimeSeries("s\(100 + $0)", wave($0, $0), season: 4) }
    let outcomes = forecastBatch(series, plan: plan(origins: 3), seed: 1, threads: 1)
    #expect(
      outcomes.map(\.rung) == [
        .none, .lastValue, .lastValue, .pooled, .pooled, .nonSeasonal, .nonSeasonal, .full, .full,
      ])
    #expect(
      outcomes.map(\.reason).prefix(7) == [
        "empty", "short", "short", "short", "short", "season-unknown", "season-unknown",
      ])
    #expect(outcomes[7].reason == "no-backtest")
    #expect(["best", "naive-not-beaten"].contains(outcomes[8].reason))
    for outcome in outcomes.dropFirst() {
      #expect(outcome.forecast.steps.count == 4)
      #expect(outcome.forecast.steps.allSatisfy { $0.median.isFinite })
    }
  }

  @Test func withoutAnythingToLearnFromThereIsNoInterval() {
    let series = ["a", "b"].map { TimeSeries($0, [7], season: 1) }
    for outcome in forecastBatch(series, plan: plan(origins: 0), seed: 1, threads: 1) {
      #expect(outcome.reason == "no-scale")
      #expect(outcome.forecast.basis == .none)
      #expect(outcome.forecast.steps.allSatisfy { $0.intervals.isEmpty && $0.median == 7 })
    }
  }

  @Test func siblingsLendTheirSpreadToAShortSeries() throws {
    let long = (0..<5).map { TimeSeries("s\($0)", wave(30, $0), season: 4) }
    let short = TimeSeries("z", [200, 210], season: 4)
    let outcomes = forecastBatch(long + [short], plan: plan(origins: 2), seed: 1, threads: 2)
    let last = try #require(outcomes.last)
    #expect(last.rung == .lastValue)
    let interval = try #require(last.forecast.steps[0].interval(80))
    #expect(interval.lower < 210 && interval.upper > 210)
  }

  @Test func threadsAndOrderChangeNoBit() {
    let series = (0..<7).map { TimeSeries("s\($0)", wave(34, $0), season: 4) }
    let one = forecastBatch(series, plan: plan(origins: 4), seed: 1, threads: 1)
    let more = forecastBatch(series.reversed(), plan: plan(origins: 4), seed: 1, threads: 2)
    #expect(one == more)
  }

  @Test func aLineIsForecastByALine() throws {
    let line = (0..<30).map { t -> Double in
      let ripple = 0.01 * Double(t % 3)
      return 5 + 3 * Double(t) + ripple
    }
    let series = TimeSeries("a", line, season: 1)
    let scores = backtest(
      series, models: [NaiveModel(), DriftModel(), LinearTrendModel(), MeanModel()], horizon: 3,
      origins: 6, minimumTrain: 10, reselectEvery: 1, seed: 1)
    let chosen = try #require(scores.first { $0.chosen })
    #expect(["drift", "linear"].contains(chosen.model))
    #expect(chosen.relativeToNaive < 0.1)
    #expect(scores.allSatisfy { $0.origins == 6 })
    let naive = try #require(scores.first { $0.model == "naive" })
    #expect(abs(naive.mae - 6) < 0.1)
    #expect(naive.relativeToNaive == 1)
  }

  @Test func theTablesHaveTheColumnsOfARun() {
    let series = [TimeSeries("a", wave(30, 1), season: 4), TimeSeries("b", wave(2, 1), season: 4)]
    let plan = plan(origins: 3)
    let outcomes = forecastBatch(series, plan: plan, seed: 1, threads: 1)
    let table = seriesTable(outcomes, plans: [plan])
    #expect(
      table.columns.map(\.name) == [
        "series", "area", "unit", "period", "kind", "value", "lower_80", "upper_80", "lower_95",
        "upper_95", "model", "note",
      ])
    #expect(table.rowCount == 30 + 2 + 8)
    let scores = backtestTable(outcomes)
    #expect(
      scores.columns.map(\.name) == [
        "series", "area", "model", "origins", "horizon", "mae", "rmse", "mase",
        "relative_to_naive", "coverage_80", "coverage_95", "chosen", "reason",
      ])
    #expect(scores.rowCount == 3 + 1)
  }

  /// The bundled tables, as the plans of the workspace read them: time and coverage are printed.
  @Test func theBundledRegionsAreForecast() throws {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let sets: [(String, String, Int, String)] = [
      ("unemployment", "UNEMP", 4, "log"), ("population", "POP", 1, "log"),
      ("income", "INCOME", 1, "log"), ("vital_events", "NATINC", 1, "none"),
    ]
    for (file, measure, season, transform) in sets {
      let url = root.appendingPathComponent("data/\(file).csv")
      guard let text = try? String(contentsOf: url, encoding: .utf8) else {
        print("not run: data/\(file).csv absent")
        return
      }
      var points: [String: [(Period, Double?)]] = [:]
      let lines = text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      let header = lines[0]
      guard let area = header.firstIndex(of: "REF_AREA"),
        let time = header.firstIndex(of: "TIME_PERIOD"),
        let value = header.firstIndex(of: "OBS_VALUE")
      else { continue }
      let kind = header.firstIndex(of: "MEASURE")
      for line in lines.dropFirst() where kind.map({ line[$0] == measure }) ?? true {
        guard let period = Period(line[time]) else { continue }
        points[line[area], default: []].append((period, Double(line[value])))
      }
      var plan = SeriesPlan(
        id: file, model: "naive", frequency: season == 4 ? "Q" : "A", season: season,
        horizon: season == 4 ? 8 : 5, levels: [80, 95])
      plan.candidates =
        ["naive", "drift", "linear", "theta", "auto-ets", "auto-arima"]
        + (season == 4 ? ["seasonal-naive"] : [])
      plan.transform = transform == "log" ? .log : .none
      plan.origins = season == 4 ? 12 : 8
      plan.minimumTrain = season == 4 ? 20 : 8
      plan.reselectEvery = season == 4 ? 4 : 2
      plan.isCalibrated = true
      let series = try points.keys.sorted().map {
        try TimeSeries(id: $0, points: points[$0] ?? [], frequency: plan.frequency, season: season)
      }
      let start = ContinuousClock.now
      let outcomes = forecastBatch(series, plan: plan, seed: 1, threads: 2)
      print(file, outcomes.count, "series", start.duration(to: .now))
      let chosen = outcomes.flatMap { $0.scores.filter(\.chosen) }
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
      print(
        "  scored", chosen.count, "relative to naive", mean(chosen.map(\.relativeToNaive)),
        "coverage", mean(chosen.map(\.coverage80)), mean(chosen.map(\.coverage95)))
      for model in plan.candidates {
        let scores = outcomes.flatMap { $0.scores.filter { $0.model.hasSuffix(model) } }
        print(
          "  ", model, "wins", scores.count { $0.chosen }, "MASE",
          mean(scores.map(\.mase).filter { !$0.isNaN }), "coverage95",
          mean(scores.map(\.coverage95).filter { !$0.isNaN }))
      }
      for outcome in outcomes {
        #expect(outcome.forecast.steps.count == plan.horizon, "\(outcome.series.id)")
        for step in outcome.forecast.steps where !step.intervals.isEmpty {
          #expect(step.intervals[1].lower <= step.intervals[0].lower)
          #expect(step.intervals[0].upper <= step.intervals[1].upper)
        }
      }
    }
  }
}
