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

  @Test func aLongSeriesOfAPlanWithoutOriginsIsForecastUnscored() {
    let outcomes = forecastBatch(
      [TimeSeries("a", wave(40, 1), season: 4)], plan: plan(origins: 0), seed: 1, threads: 1)
    #expect(outcomes.map(\.rung) == [.full])
    #expect(outcomes[0].scores.isEmpty)
    #expect(outcomes[0].forecast.steps.allSatisfy { $0.median.isFinite })
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
        "relative_to_naive", "coverage_80", "coverage_95", "ranked_probability", "chosen", "reason",
      ])
    #expect(scores.rowCount == 3 + 1)
  }

  /// Values of one measure by area from a bundled table; `nil` where the table is absent.
  private func bundled(
    _ file: String, _ measure: String, frequency: String, season: Int
  ) throws -> [TimeSeries]? {
    let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let url = root.appendingPathComponent("data/\(file).csv")
    guard let text = try? String(contentsOf: url, encoding: .utf8) else {
      print("not run: data/\(file).csv absent")
      return nil
    }
    let lines = text.split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let area = try #require(lines[0].firstIndex(of: "REF_AREA"))
    let time = try #require(lines[0].firstIndex(of: "TIME_PERIOD"))
    let value = try #require(lines[0].firstIndex(of: "OBS_VALUE"))
    let kind = lines[0].firstIndex(of: "MEASURE")
    var points: [String: [(Period, Double?)]] = [:]
    for line in lines.dropFirst() where kind.map({ line[$0] == measure }) ?? true {
      guard let period = Period(line[time]),
        period.unit == .day || period.frequency == frequency
      else { continue }
      points[line[area], default: []].append((period, Double(line[value])))
    }
    return try points.keys.sorted().map {
      try TimeSeries(id: $0, points: points[$0] ?? [], frequency: frequency, season: season)
    }
  }

  /// The bundled tables as the workspace's plans read them; time, scores and coverage are printed.
  @Test func theBundledRegionsAreForecast() throws {
    let sets: [(String, String, Int, SeriesPlan.Transform)] = [
      ("unemployment", "UNEMP", 4, .log), ("population", "POP", 1, .log),
      ("income", "INCOME", 1, .log), ("vital_events", "NATINC", 1, .none),
    ]
    for (file, measure, season, transform) in sets {
      let isQuarterly = season == 4
      var plan = SeriesPlan(
        id: file, model: "naive", frequency: isQuarterly ? "Q" : "A", season: season,
        horizon: isQuarterly ? 8 : 5, levels: [80, 95])
      plan.candidates = ["naive", "drift", "linear", "theta", "auto-ets", "auto-arima"]
      if isQuarterly { plan.candidates.append("seasonal-naive") }
      plan.transform = transform
      plan.origins = isQuarterly ? 12 : 8
      plan.minimumTrain = isQuarterly ? 20 : 8
      plan.reselectEvery = isQuarterly ? 4 : 2
      plan.isCalibrated = true
      guard
        let series = try bundled(file, measure, frequency: plan.frequency, season: season)
      else { return }
      let start = ContinuousClock.now
      let outcomes = forecastBatch(series, plan: plan, seed: 1, threads: 2)
      print(file, outcomes.count, "series", start.duration(to: .now))
      report(outcomes, plan)
      for outcome in outcomes {
        #expect(outcome.forecast.steps.count == plan.horizon, "\(outcome.series.id)")
        for step in outcome.forecast.steps where !step.intervals.isEmpty {
          #expect(step.intervals[1].lower <= step.intervals[0].lower)
          #expect(step.intervals[0].upper <= step.intervals[1].upper)
        }
      }
    }
  }

  private func report(_ outcomes: [SeriesOutcome], _ plan: SeriesPlan) {
    func mean(_ values: [Double]) -> Double {
      let known = values.filter { !$0.isNaN }
      return known.reduce(0, +) / Double(max(1, known.count))
    }
    let chosen = outcomes.flatMap { $0.scores.filter(\.chosen) }
    print(
      "  chosen:", chosen.count, "relative to naive", mean(chosen.map(\.relativeToNaive)),
      "coverage", mean(chosen.map(\.coverage80)), mean(chosen.map(\.coverage95)))
    for model in plan.candidates {
      let scores = outcomes.flatMap { $0.scores.filter { $0.model.hasSuffix(model) } }
      print(
        "  \(model): chosen", scores.count { $0.chosen }, "MASE", mean(scores.map(\.mase)),
        "coverage", mean(scores.map(\.coverage80)), mean(scores.map(\.coverage95)))
    }
  }

  @Test func theBundledShortSeriesStandOnLowerRungs() throws {
    var plan = SeriesPlan(
      id: "short", model: "naive", frequency: "M", season: 12, horizon: 6, levels: [80, 95])
    plan.transform = .log
    guard
      let arrivals = try bundled("internal_margins", "FLOW_IN", frequency: "M", season: 12),
      let stocks = try bundled(
        "permit_stock_by_region", "PERMIT_STOCK", frequency: "M", season: 1)
    else { return }
    for outcome in forecastBatch(arrivals, plan: plan, seed: 1, threads: 2) {
      #expect(outcome.rung == .nonSeasonal && outcome.reason == "season-unknown")
      let interval = try #require(outcome.forecast.steps[0].interval(95))
      #expect(interval.lower > 0 && interval.lower < interval.upper)
    }
    plan.season = 1
    let outcomes = forecastBatch(stocks, plan: plan, seed: 1, threads: 2)
    for outcome in outcomes {
      #expect(outcome.rung == .pooled)
      let last = try #require(outcome.series.values.last)
      for step in outcome.forecast.steps {
        let interval = try #require(step.interval(80))
        #expect(interval.lower < last && last < interval.upper)
      }
    }
    let first = try #require(outcomes.first)
    print(
      "permit stock", first.series.id, first.series.values.filter { !$0.isNaN },
      first.forecast.steps.map { ($0.median, $0.intervals.map { ($0.lower, $0.upper) }) })
    print("arrivals", try #require(arrivals.first).values)
  }
}
