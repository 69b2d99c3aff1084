import Words

/// Scenarios side by side: what each changes against the base, on the same draws, by area.
struct ScenarioComparisonChart: ChartBuilder {
  let id = "scenario_comparison"
  let section = ReportSection.scenarios

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("differences") else { return [] }
    if let question = page.input.question { return charts(page, question, Array(rows)) }
    let metrics = rows.map { $0.text("metric") }.distinct()
    guard let metric = metrics.contains("population") ? "population" : metrics.first else {
      return []
    }
    let base = page.focus?.scenario ?? "baseline"
    let own = rows.filter { $0.text("metric") == metric && Difference.isAgainst(base, $0) }
    let periods = own.map { $0.text("period") }.distinct().sorted()
    let asked = page.focus.flatMap { periods.contains($0.period) ? $0.period : nil }
    guard let period = asked ?? periods.last else { return [] }
    let known = Set([page.naming.country] + page.naming.regions)
    let shown = own.filter { $0.text("period") == period && known.contains($0.text("area")) }
    return shown.map { $0.text("scenario") }.distinct().map { scenario in
      chart(
        page, shown.filter { $0.text("scenario") == scenario }, scenario, metric,
        String(period.prefix(4)), base: page.naming.label("scenario", base))
    }
  }

  /// Every metric of the question that anything changes, against the variant that the file names.
  private func charts(
    _ page: ChartPage, _ question: ScenarioQuestion, _ rows: [TableRows.Row]
  ) -> [Chart] {
    let known = Set([page.naming.country] + page.naming.regions)
    let own = rows.filter {
      $0.text("scenario") == question.scenario && $0.text("against") == question.against
        && question.isOfYear($0) && known.contains($0.text("area"))
    }
    let base = page.naming.variant(question.against, in: question.scenario)
    var charts: [Chart] = []
    for metric in question.metrics {
      let here = own.filter { $0.text("metric") == metric }
      guard
        here.contains(where: {
          $0.text("area") != page.naming.country && !Difference.isNothing($0)
        })
      else { continue }
      charts.append(
        chart(
          page, here, question.scenario, metric, String(question.year), base: base,
          suffix: "_" + slug(metric), isFolded: !charts.isEmpty))
    }
    return charts
  }

  private func chart(
    _ page: ChartPage, _ rows: [TableRows.Row], _ scenario: String, _ metric: String,
    _ year: String, base: String, suffix: String = "", isFolded: Bool = false
  ) -> Chart {
    let naming = page.naming
    let isOfPeople = PeopleMetrics.all.contains(metric)
    let variants = rows.map { $0.text("variant") }.distinct()
    let same = variants.filter { variant in
      rows.allSatisfy { $0.text("variant") != variant || Difference.isNothing($0) }
    }
    let kept = variants.filter { same.count == variants.count || !same.contains($0) }
    let names = same.map {
      naming.words("chart.quoted", ["name": naming.variant($0, in: scenario)])
    }
    let drawn = rows.filter {
      kept.contains($0.text("variant")) && $0.text("area") != naming.country
    }
    return page.chart(
      "\(id)_\(slug(scenario))\(suffix)", text: page.input.question == nil ? id : "\(id).question",
      [
        "base": base, "scenario": naming.label("scenario", scenario), "year": year,
        "metric": naming.label("metric", metric),
      ],
      tables: ["differences"],
      remark: same.isEmpty
        ? ""
        : naming.words(
          "chart.\(id).same", ["variants": names.joined(separator: ", "), "base": base]),
      isFolded: isFolded,
      values: values(drawn, naming), layout: .facet(cell: 190, margin: 164, isShared: true),
      body: body(
        drawn, naming,
        axis: isOfPeople
          ? naming.words("chart.axis.difference.people")
          : naming.words(
            "chart.axis.difference.of", ["metric": naming.label("metric", metric)]),
        // Three digits say what can be said of a ratio.
        format: isOfPeople ? "+,.0f" : "+,.3~r"),
      fallback: ReportTable(
        naming, rows,
        [.variant("variant"), .area("area")]
          + ["median", "lower_80", "upper_80"].map { isOfPeople ? .signed($0) : .number($0) }
          + [.percent("probability_above_zero")]))
  }

  private func values(_ rows: [TableRows.Row], _ naming: Naming) -> [JSON] {
    rows.map { row in
      [
        "g": .string(title(row, naming)), "a": .string(naming.shortArea(row.text("area"))),
        "m": .optional(row.number("median")), "l": .optional(row.number("lower_80")),
        "u": .optional(row.number("upper_80")), "ll": .optional(row.number("lower_95")),
        "uu": .optional(row.number("upper_95")),
        "p": .optional(row.number("probability_above_zero")),
      ]
    }
  }

  private func title(_ row: TableRows.Row, _ naming: Naming) -> String {
    let variant = row.text("variant")
    guard !variant.isEmpty, variant != "main", variant != row.text("scenario") else {
      return naming.label("scenario", row.text("scenario"))
    }
    return naming.variant(variant, in: row.text("scenario"))
  }

  private func body(
    _ rows: [TableRows.Row], _ naming: Naming, axis: String, format: String
  ) -> JSON {
    let names = rows.map { title($0, naming) }.distinct()
    let areas = naming.ordered(rows.map { $0.text("area") }).map(naming.shortArea)
    let y: JSON = [
      "field": "a", "type": "nominal", "sort": .array(areas.map(JSON.string)),
      "axis": ["title": nil, "domain": false, "labelLimit": 160],
    ]
    func x(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative",
        "axis": [
          "title": .string(axis), "titleLimit": 210,
          "labelExpr": .string(signedLabel), "tickCount": 4, "labelOverlap": "greedy",
          "labelSeparation": 8, "labelFlush": true,
        ],
      ]
    }
    func span(_ low: String, _ high: String, _ width: Int, _ opacity: Double) -> JSON {
      [
        "mark": [
          "type": "rule", "strokeWidth": .integer(width), "color": .string(ChartTheme.projected),
          "opacity": .number(opacity),
        ],
        "encoding": ["y": y, "x": x(low), "x2": ["field": .string(high)]],
      ]
    }
    let layers: [JSON] = [
      [
        "mark": ["type": "rule", "color": .string(ChartTheme.muted)],
        "encoding": ["x": ["datum": 0, "type": "quantitative"]],
      ],
      span("ll", "uu", 3, 0.25), span("l", "u", 6, 0.45),
      [
        "mark": [
          "type": "point", "size": 44, "color": .string(ChartTheme.projected), "opacity": 1,
        ],
        "encoding": ["y": y, "x": x("m"), "tooltip": tooltip(naming, format)],
      ],
    ]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(names.map(JSON.string)),
      ],
      "columns": 3, "spacing": 26,
      "spec": ["width": 250, "height": ["step": 19], "layer": .array(layers)],
      "resolve": ["scale": ["x": "independent"]],
    ]
  }

  private func tooltip(_ naming: Naming, _ format: String) -> JSON {
    func entry(_ field: String, _ column: String, _ format: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "title": .string(naming.column(column)),
        "format": .string(format),
      ]
    }
    return [
      ["field": "a", "type": "nominal", "title": .string(naming.column("area"))],
      entry("m", "median", format), entry("l", "lower_80", format),
      entry("u", "upper_80", format),
      entry("ll", "lower_95", format), entry("uu", "upper_95", format),
      entry("p", "probability_above_zero", ".0%"),
    ]
  }
}
