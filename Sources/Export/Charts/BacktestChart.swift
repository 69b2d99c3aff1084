import Words

/// Mean absolute error of every model as a multiple of the naive line's, on a ratio scale: left of
/// one is better than naive.
struct BacktestChart: ChartBuilder {
  let id = "backtest"
  let section = ReportSection.quality

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("backtest") else { return [] }
    let naming = page.naming
    let own = rows.filter { ($0.number("relative_to_naive") ?? 0) > 0 }
    guard !own.isEmpty else { return [] }
    let values = values(own, naming)
    let series = own.map { naming.label("series", $0.text("series")) }.distinct().sorted()
    return [
      page.chart(
        id, tables: ["backtest"], sources: page.statedBehindBacktest, values: values,
        layout: .facet(cell: 280, margin: 150),
        body: body(
          series, most: most(own), own.compactMap { $0.number("relative_to_naive") },
          models: ordered(own, naming),
          naming),
        fallback: ReportTable(
          naming, rows,
          [
            .code("series", list: "series"), .area("area"), .code("model", list: "model"),
            .number("origins"), .number("horizon"), .number("mae"), .number("mase"),
            .number("relative_to_naive"), .percent("coverage_80"), .percent("coverage_95"),
          ]))
    ]
  }

  /// The ratios, and with the first of each model and series their median.
  private func values(_ rows: [TableRows.Row], _ naming: Naming) -> [JSON] {
    var middles = Dictionary(grouping: rows) { "\($0.text("series"))|\($0.text("model"))" }
      .mapValues { own -> Double in
        let sorted = own.compactMap { $0.number("relative_to_naive") }.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      }
    return rows.map { row in
      let middle = middles.removeValue(forKey: "\(row.text("series"))|\(row.text("model"))")
      return [
        "g": .string(naming.label("series", row.text("series"))),
        "m": .string(naming.label("model", row.text("model"))),
        "a": .string(naming.area(row.text("area"))), "h": .optional(row.number("horizon")),
        "r": .optional(row.number("relative_to_naive")), "md": .optional(middle),
      ]
    }
  }

  /// How many models the panel with most of them has.
  private func most(_ rows: [TableRows.Row]) -> Int {
    Dictionary(grouping: rows) { $0.text("series") }
      .values.map { Set($0.map { $0.text("model") }).count }.max() ?? 1
  }

  /// Models by the median of their ratios, the best first.
  private func ordered(_ rows: [TableRows.Row], _ naming: Naming) -> [String] {
    let ratios = Dictionary(grouping: rows) { $0.text("model") }.mapValues { own in
      let sorted = own.compactMap { $0.number("relative_to_naive") }.sorted()
      return sorted.isEmpty ? Double.infinity : sorted[sorted.count / 2]
    }
    return ratios.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      .map { naming.label("model", $0.key) }.distinct()
  }

  private func body(
    _ series: [String], most: Int, _ ratios: [Double], models: [String], _ naming: Naming
  ) -> JSON {
    let low = min(0.48, (ratios.min() ?? 1) * 0.92)
    let high = max(2.1, (ratios.max() ?? 1) * 1.08)
    let y: JSON = [
      "field": "m", "type": "nominal",
      "sort": .array(models.map(JSON.string)),
      "axis": ["title": nil, "domain": false, "grid": true, "labelLimit": 160],
    ]
    func x(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative",
        "scale": ["type": "log", "nice": false, "domain": [.number(low), .number(high)]],
        "axis": [
          "title": .string(naming.words("chart.axis.relative")), "format": "~g",
          "values": [0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100], "labelOverlap": false,
        ],
      ]
    }
    let each: JSON = [
      "mark": [
        "type": "tick", "thickness": 1, "color": .string(ChartTheme.muted), "opacity": 0.55,
        "height": ["band": 0.5],
      ],
      "encoding": [
        "y": y, "x": x("r"),
        "tooltip": [
          ["field": "a", "type": "nominal", "title": .string(naming.column("area"))],
          ["field": "m", "type": "nominal", "title": .string(naming.column("model"))],
          [
            "field": "r", "type": "quantitative", "format": ".2f",
            "title": .string(naming.column("relative_to_naive")),
          ],
        ],
      ],
    ]
    let middle: JSON = [
      "mark": ["type": "point", "size": 80, "opacity": 1, "filled": true],
      "encoding": [
        "y": y, "x": x("md"),
        "color": [
          "condition": [
            ["test": "datum.md < 0.995", "value": .string(ChartTheme.projected)],
            ["test": "datum.md > 1.005", "value": .string(ChartTheme.against)],
          ],
          "value": .string(ChartTheme.muted),
        ],
        "tooltip": [
          ["field": "m", "type": "nominal", "title": .string(naming.column("model"))],
          [
            "field": "md", "type": "quantitative", "format": ".2f",
            "title": .string(naming.words("chart.backtest.median")),
          ],
        ],
      ],
    ]
    let naive: JSON = [
      "mark": ["type": "rule", "color": .string(ChartTheme.observed), "strokeDash": [3, 3]],
      "encoding": ["x": ["datum": 1, "type": "quantitative"]],
    ]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(series.map(JSON.string)),
      ],
      "columns": 2, "spacing": 26,
      "spec": ["width": 300, "height": .integer(most * 22), "layer": [naive, each, middle]],
      "resolve": [
        "scale": ["y": "independent"], "axis": ["x": "independent", "y": "independent"],
      ],
    ]
  }
}

/// How often the truth lay inside the intervals of the chosen models, against what they promise.
struct CoverageChart: ChartBuilder {
  let id = "coverage"
  let section = ReportSection.quality

  private struct Mean {
    let name: String
    let level: Double
    let share: Double
  }

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("backtest") else { return [] }
    let naming = page.naming
    let chosen = rows.filter { $0.flag("chosen") && $0.number("coverage_80") != nil }
    let series = chosen.map { $0.text("series") }.distinct().sorted()
    guard !series.isEmpty else { return [] }
    var means: [Mean] = []
    for id in series {
      let own = chosen.filter { $0.text("series") == id }
      for (column, level) in [("coverage_80", 0.8), ("coverage_95", 0.95)] {
        let shares = own.compactMap { $0.number(column) }
        guard !shares.isEmpty else { continue }
        let mean = shares.reduce(0, +) / Double(shares.count)
        means.append(Mean(name: naming.label("series", id), level: level, share: mean))
      }
    }
    return [
      page.chart(
        id, tables: ["backtest"], sources: page.statedBehindBacktest,
        values: means.map {
          [
            "g": .string($0.name), "n": .number($0.level),
            "s": .number(($0.share * 1e4).rounded() / 1e4),
            "t": .string(naming.numbers.percent($0.level)),
          ]
        },
        body: body(series.count, naming),
        fallback: ReportTable(
          headings: [
            .init(title: naming.column("series"), isNumber: false),
            .init(title: naming.words("chart.coverage.nominal"), isNumber: true),
            .init(title: naming.words("chart.coverage.actual"), isNumber: true),
          ],
          rows: means.map {
            [$0.name, naming.numbers.percent($0.level), naming.numbers.percent($0.share, 1)]
          }))
    ]
  }

  private func body(_ count: Int, _ naming: Naming) -> JSON {
    let levels = [naming.numbers.percent(0.8), naming.numbers.percent(0.95)].map(JSON.string)
    let colour: JSON = [
      "field": "t", "type": "nominal",
      "scale": ["domain": .array(levels), "range": ["#0072B2", "#D55E00"]],
      "legend": ["title": .string(naming.words("chart.coverage.nominal"))],
    ]
    let y: JSON = [
      "field": "g", "type": "nominal", "axis": ["title": nil, "domain": false, "grid": true],
    ]
    let axis: JSON = [
      "title": .string(naming.words("chart.coverage.actual")), "format": ".0%", "tickCount": 5,
      "labelOverlap": "greedy", "labelSeparation": 8,
    ]
    return [
      "width": "container", "height": .integer(count * 26),
      "layer": [
        [
          "mark": ["type": "tick", "thickness": 2, "height": ["band": 0.8], "opacity": 0.6],
          "encoding": [
            "y": y,
            "x": [
              "field": "n", "type": "quantitative", "scale": ["domain": [0, 1]], "axis": axis,
            ],
            "color": colour,
          ],
        ],
        [
          "mark": ["type": "point", "size": 90, "opacity": 1],
          "encoding": [
            "y": y, "x": ["field": "s", "type": "quantitative"], "color": colour,
            "tooltip": [
              ["field": "g", "type": "nominal", "title": .string(naming.column("series"))],
              [
                "field": "s", "type": "quantitative", "format": ".1%",
                "title": .string(naming.words("chart.coverage.actual")),
              ],
            ],
          ],
        ],
      ],
    ]
  }
}

extension ChartPage {
  /// Who states the series that the models were run on.
  fileprivate var statedBehindBacktest: [String] {
    stated(bySeries: rows("series").map(Array.init) ?? [])
  }
}
