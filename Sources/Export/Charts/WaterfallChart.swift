import Demography
import Words

/// How the parts of the levers add up to what a variant changes: one figure for each metric and area, a
/// panel for each variant.
struct WaterfallChart: ChartBuilder {
  let id = "waterfall"
  let section = ReportSection.scenarios

  func charts(_ page: ChartPage) -> [Chart] {
    guard let question = page.input.question, let rows = page.rows("explanation") else { return [] }
    let own = rows.filter {
      $0.text("scenario") == question.scenario && question.isOfYear($0)
        && $0.number("mean") != nil
    }
    var charts: [Chart] = []
    for metric in question.metrics {
      for area in question.areas {
        let here = own.filter { $0.text("metric") == metric && $0.text("area") == area }
        let order = Self.order(here)
        let steps = question.variants.flatMap { variant in
          Self.steps(here.filter { $0.text("variant") == variant }, order)
        }
        guard steps.contains(where: { $0.to != $0.from }) else { continue }
        charts.append(chart(page, question, metric, area, steps, isFolded: !charts.isEmpty))
      }
    }
    return charts
  }

  /// One bar: where it begins and ends, and the row it is made of.
  private struct Step {
    let row: TableRows.Row
    let from: Double
    let to: Double
    let isTotal: Bool
  }

  /// Parts, the largest in any variant first; the same in every panel. The interaction is what effects of
  /// one at a time leave and no part of Shapley values.
  private static func order(_ rows: [TableRows.Row]) -> [String] {
    var sizes: [String: Double] = [:]
    for row in rows where !["interaction", "total"].contains(row.text("part")) {
      sizes[row.text("part")] = max(sizes[row.text("part")] ?? 0, abs(row.number("mean") ?? 0))
    }
    return sizes.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.map(\.key)
  }

  /// The parts of a variant one after another, then the total from zero.
  private static func steps(_ rows: [TableRows.Row], _ order: [String]) -> [Step] {
    let parts = order.compactMap { part in rows.first { $0.text("part") == part } }
    var at = 0.0
    var steps: [Step] = []
    for row in parts {
      let mean = row.number("mean") ?? 0
      steps.append(Step(row: row, from: at, to: at + mean, isTotal: false))
      at += mean
    }
    if let total = rows.first(where: { $0.text("part") == "total" }) {
      steps.append(Step(row: total, from: 0, to: total.number("mean") ?? 0, isTotal: true))
    }
    return steps
  }

  private func chart(
    _ page: ChartPage, _ question: ScenarioQuestion, _ metric: String, _ area: String,
    _ steps: [Step], isFolded: Bool
  ) -> Chart {
    let naming = page.naming
    let isOfPeople = PeopleMetrics.all.contains(metric)
    return page.chart(
      "\(id)_\(slug(metric))_\(slug(area))", text: id,
      [
        "metric": naming.label("metric", metric), "area": naming.title(area),
        "year": String(question.year),
        "against": naming.variant(question.against, in: question.scenario),
      ], tables: ["explanation"], isFolded: isFolded,
      values: steps.map { value($0, naming) },
      layout: .facet(cell: 250, margin: 190, isShared: false),
      body: body(steps, naming, isOfPeople: isOfPeople),
      fallback: ReportTable(
        naming, steps.map(\.row),
        [
          .variant("variant"), .part("part"), .significant("mean"), .significant("lower_80"),
          .significant("upper_80"), .significant("one_at_a_time"),
          .percent("probability_above_zero"),
        ]))
  }

  private func value(_ step: Step, _ naming: Naming) -> JSON {
    let row = step.row
    let mean = row.number("mean") ?? 0
    func shifted(_ column: String) -> JSON { .optional(row.number(column).map { step.from + $0 }) }
    func said(_ column: String) -> JSON {
      .string(row.number(column).map { naming.numbers.significant($0, isSigned: true) } ?? "–")
    }
    return [
      "g": .string(naming.variant(row.text("variant"), in: row.text("scenario"))),
      "p": .string(naming.part(row.text("part"), in: row.text("scenario"))),
      "a": .number(step.from), "b": .number(step.to),
      "k": .string(step.isTotal ? "t" : mean < 0 ? "n" : "p"),
      "l": shifted("lower_80"), "u": shifted("upper_80"), "m": said("mean"),
      "tl": said("lower_80"), "tu": said("upper_80"), "tll": said("lower_95"),
      "tuu": said("upper_95"), "o": said("one_at_a_time"),
      "c": .optional(row.number("probability_above_zero")),
    ]
  }

  private func body(_ steps: [Step], _ naming: Naming, isOfPeople: Bool) -> JSON {
    let names = steps.map { naming.variant($0.row.text("variant"), in: $0.row.text("scenario")) }
      .distinct()
    let parts = Self.order(steps.map(\.row))
      .map { naming.part($0, in: steps.first?.row.text("scenario") ?? "") }
    let total = naming.words("label.part.total")
    let y: JSON = [
      "field": "p", "type": "nominal", "sort": .array((parts + [total]).map(JSON.string)),
      "axis": ["title": nil, "domain": false, "labelLimit": 184],
    ]
    func x(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative",
        "axis": [
          "title": .string(
            isOfPeople
              ? naming.words("chart.axis.difference.people") : naming.words("column.difference")),
          "labelExpr": .string(
            isOfPeople ? signedLabel : "datum.value == 0 ? '0' : format(datum.value, '+,.3~r')"),
          "tickCount": 4, "labelOverlap": "greedy", "labelSeparation": 8, "labelFlush": true,
        ],
      ]
    }
    let bars: JSON = [
      "mark": ["type": "bar", "height": 13],
      "encoding": [
        "y": y, "x": x("a"), "x2": ["field": "b"], "tooltip": tooltip(naming),
        "color": [
          "field": "k", "type": "nominal", "legend": nil,
          "scale": [
            "domain": ["p", "n", "t"],
            "range": [
              .string(ChartTheme.projected), .string(ChartTheme.against),
              .string(ChartTheme.text),
            ],
          ],
        ],
      ],
    ]
    let spans: JSON = [
      "mark": ["type": "rule", "strokeWidth": 1.4, "color": .string(ChartTheme.observed)],
      "encoding": ["y": y, "x": x("l"), "x2": ["field": "u"]],
    ]
    let zero: JSON = [
      "mark": ["type": "rule", "color": .string(ChartTheme.muted)],
      "encoding": ["x": ["datum": 0, "type": "quantitative"]],
    ]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(names.map(JSON.string)),
      ],
      "columns": 2, "spacing": ["row": 24, "column": 26],
      "spec": ["width": 250, "height": ["step": 24], "layer": [zero, bars, spans]],
      "resolve": [
        "scale": ["x": "independent", "y": "independent"], "axis": ["y": "independent"],
      ],
    ]
  }

  private func tooltip(_ naming: Naming) -> JSON {
    func text(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    return [
      text("p", "part"), text("m", "mean"), text("tl", "lower_80"), text("tu", "upper_80"),
      text("tll", "lower_95"), text("tuu", "upper_95"), text("o", "one_at_a_time"),
      [
        "field": "c", "type": "quantitative", "format": ".0%",
        "title": .string(naming.column("probability_above_zero")),
      ],
    ]
  }
}
