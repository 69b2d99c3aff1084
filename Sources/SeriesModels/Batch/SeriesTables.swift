public import Demography

/// The table `series` of a run: observed values, then projected ones with intervals.
///
public func seriesTable(_ outcomes: [SeriesOutcome], plans: [SeriesPlan]) -> Table {
  var rows = SeriesRows()
  for outcome in outcomes {
    let unit = plans.first { $0.id == outcome.plan }?.unit ?? ""
    for (t, value) in outcome.series.values.enumerated() where !value.isNaN {
      rows.add(outcome, unit, "\(outcome.series.period(t))", "observed", value, nil)
    }
    for step in outcome.forecast.steps {
      rows.add(outcome, unit, "\(step.period)", "projected", step.median, step)
    }
  }
  return rows.table
}

private struct SeriesRows {
  private var text: [[String?]] = [[], [], [], [], [], [], []]
  private var numbers: [[Double?]] = [[], [], [], [], []]

  mutating func add(
    _ outcome: SeriesOutcome, _ unit: String, _ period: String, _ kind: String, _ value: Double,
    _ step: Forecast.Step?
  ) {
    let isObserved = step == nil
    let cells: [String?] = [
      outcome.plan, outcome.series.id, unit, period, kind,
      isObserved ? nil : outcome.forecast.model,
      isObserved ? nil : "\(outcome.rung.rawValue); \(outcome.reason); \(outcome.forecast.basis)",
    ]
    for (index, cell) in cells.enumerated() { text[index].append(cell) }
    let narrow = step?.interval(80)
    let wide = step?.interval(95)
    let values = [value, narrow?.lower, narrow?.upper, wide?.lower, wide?.upper]
    for (index, value) in values.enumerated() { numbers[index].append(value) }
  }

  var table: Table {
    Table(
      "series",
      [
        .text("series", text[0]), .text("area", text[1]), .text("unit", text[2]),
        .text("period", text[3]), .text("kind", text[4]), .real("value", numbers[0]),
        .real("lower_80", numbers[1]), .real("upper_80", numbers[2]),
        .real("lower_95", numbers[3]), .real("upper_95", numbers[4]), .text("model", text[5]),
        .text("note", text[6]),
      ])
  }
}

/// The table `backtest` of a run: every candidate's score, and one row for a series without any.
public func backtestTable(_ outcomes: [SeriesOutcome]) -> Table {
  var names: [[String?]] = [[], [], [], []]
  var counts: [[Int?]] = [[], []]
  var numbers: [[Double?]] = [[], [], [], [], [], [], []]
  var chosen: [Bool?] = []
  for outcome in outcomes {
    for score in outcome.scores {
      let texts = [outcome.plan, outcome.series.id, score.model, score.reason]
      for (index, value) in texts.enumerated() { names[index].append(value) }
      counts[0].append(score.origins)
      counts[1].append(score.horizon)
      let values = [
        score.mae, score.rmse, score.mase, score.relativeToNaive, score.coverage80,
        score.coverage95, score.crps,
      ]
      for (index, value) in values.enumerated() { numbers[index].append(value) }
      chosen.append(score.chosen)
    }
    guard outcome.scores.isEmpty else { continue }
    for (index, value) in [outcome.plan, outcome.series.id, outcome.chosen, outcome.reason]
      .enumerated()
    { names[index].append(value) }
    counts[0].append(0)
    counts[1].append(nil)
    for index in numbers.indices { numbers[index].append(nil) }
    chosen.append(true)
  }
  return Table(
    "backtest",
    [
      .text("series", names[0]), .text("area", names[1]), .text("model", names[2]),
      .integer("origins", counts[0]), .integer("horizon", counts[1]), .real("mae", numbers[0]),
      .real("rmse", numbers[1]), .real("mase", numbers[2]),
      .real("relative_to_naive", numbers[3]), .real("coverage_80", numbers[4]),
      .real("coverage_95", numbers[5]), .real("ranked_probability", numbers[6]),
      .boolean("chosen", chosen), .text("reason", names[3]),
    ])
}
