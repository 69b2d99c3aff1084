import Words

/// How much each parameter matters: one figure for each variant and area, a panel for each metric, the
/// largest swing on top.
struct TornadoChart: ChartBuilder {
  let id = "tornado"
  let section = ReportSection.scenarios

  func charts(_ page: ChartPage) -> [Chart] {
    guard let question = page.input.question, let rows = page.rows("sensitivity") else { return [] }
    let own = rows.filter {
      $0.text("scenario") == question.scenario && question.isOfYear($0) && swing($0) > 0
    }
    var charts: [Chart] = []
    for variant in question.variants {
      for area in question.areas {
        let here = own.filter { $0.text("variant") == variant && $0.text("area") == area }
        guard !here.isEmpty else { continue }
        charts.append(chart(page, question, variant, area, here, isFolded: !charts.isEmpty))
      }
    }
    return charts
  }

  /// From the least to the greatest of both changes and none; 0 where one has no value.
  private func swing(_ row: TableRows.Row) -> Double {
    guard let low = row.number("at_low"), let high = row.number("at_high") else { return 0 }
    return max(low, high, 0) - min(low, high, 0)
  }

  private func chart(
    _ page: ChartPage, _ question: ScenarioQuestion, _ variant: String, _ area: String,
    _ rows: [TableRows.Row], isFolded: Bool
  ) -> Chart {
    let naming = page.naming
    let sorted = question.metrics.flatMap { metric in
      rows.filter { $0.text("metric") == metric }.sorted {
        (-swing($0), $0.text("parameter")) < (-swing($1), $1.text("parameter"))
      }
    }
    return page.chart(
      "\(id)_\(slug(variant))_\(slug(area))", text: id,
      [
        "variant": naming.variant(variant, in: question.scenario), "area": naming.title(area),
        "year": String(question.year),
      ], tables: ["sensitivity"], isFolded: isFolded,
      values: sorted.flatMap { values($0, naming) },
      layout: .facet(cell: 230, margin: 190), body: body(sorted, naming),
      fallback: ReportTable(
        naming, sorted,
        [
          .code("metric", list: "metric"), .parameter("parameter"), .number("low"),
          .number("high"), .significant("at_low"), .significant("at_high"),
        ]))
  }

  private func ends(_ naming: Naming) -> [String] { [naming.column("low"), naming.column("high")] }

  private func values(_ row: TableRows.Row, _ naming: Naming) -> [JSON] {
    let ends = ends(naming)
    return [("low", "at_low"), ("high", "at_high")].enumerated().map { k, names -> JSON in
      [
        "g": .string(naming.label("metric", row.text("metric"))),
        "p": .string(naming.parameter(row.text("parameter"), in: row.text("scenario"))),
        "e": .string(ends[k]), "v": .optional(row.number(names.0)),
        "c": .optional(row.number(names.1)), "s": .number(swing(row)),
        "t": .string(
          row.number(names.1).map { naming.numbers.significant($0, isSigned: true) } ?? "–"),
      ]
    }
  }

  private func body(_ rows: [TableRows.Row], _ naming: Naming) -> JSON {
    let metrics = rows.map { naming.label("metric", $0.text("metric")) }.distinct()
    let y: JSON = [
      "field": "p", "type": "nominal", "sort": ["field": "s", "op": "max", "order": "descending"],
      "axis": ["title": nil, "domain": false, "labelLimit": 184],
    ]
    func text(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    let bars: JSON = [
      "mark": ["type": "bar", "height": 13, "opacity": 0.85],
      "encoding": [
        "y": y,
        "x": [
          "field": "c", "type": "quantitative", "stack": nil,
          "axis": [
            "title": nil, "tickCount": 4, "labelOverlap": "greedy", "labelSeparation": 8,
            "labelFlush": true,
            "labelExpr":
              "datum.value == 0 ? '0' : format(datum.value, abs(datum.value) >= 1000 ? '+,.0f' : '+,.3~r')",
          ],
        ],
        "color": [
          "field": "e", "type": "nominal", "sort": nil,
          "scale": [
            "domain": .array(ends(naming).map(JSON.string)),
            "range": [.string(ChartTheme.against), .string(ChartTheme.projected)],
          ],
          // One above the other: side by side they are wider than a phone in Russian.
          "legend": ["title": nil, "columns": 1],
        ],
        "tooltip": [
          text("p", "parameter"),
          [
            "field": "v", "type": "quantitative", "format": ",.4~g",
            "title": .string(naming.column("value")),
          ],
          text("t", "change"),
        ],
      ],
    ]
    let zero: JSON = [
      "mark": ["type": "rule", "color": .string(ChartTheme.observed)],
      "encoding": ["x": ["datum": 0, "type": "quantitative"]],
    ]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(metrics.map(JSON.string)),
      ],
      "columns": 2, "spacing": ["row": 24, "column": 26],
      "spec": ["width": 230, "height": ["step": 22], "layer": [bars, zero]],
      "resolve": [
        "scale": ["x": "independent", "y": "independent"], "axis": ["y": "independent"],
      ],
    ]
  }
}
