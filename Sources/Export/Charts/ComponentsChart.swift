import Words

/// What the population of the area in question gains and loses in each period, and the sum.
struct ComponentsChart: ChartBuilder {
  let id = "components"
  let section = ReportSection.scenarios

  /// Components in the order of their colours, with their sign.
  private static let all: [(name: String, sign: Double, colour: String)] = [
    ("births", 1, "#009E73"), ("deaths", -1, "#7a8490"), ("internal_in", 1, "#56B4E9"),
    ("internal_out", -1, "#E69F00"), ("immigration", 1, "#0072B2"), ("emigration", -1, "#D55E00"),
    ("transfers_in", 1, "#CC79A7"), ("transfers_out", -1, "#b98aa6"),
  ]

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("components"), let focus = page.focus else { return [] }
    let naming = page.naming
    let known = Dictionary(uniqueKeysWithValues: Self.all.map { ($0.name, $0.sign) })
    let isCountry = focus.area == page.naming.country
    let shown = rows.filter { row in
      row.text("area") == focus.area && row.text("scenario") == focus.scenario
        && row.text("variant") == focus.variant && known[row.text("component")] != nil
        && !(isCountry && row.text("component").hasPrefix("internal"))
        && (row.number("median") ?? 0) != 0
    }
    guard !shown.isEmpty else { return [] }
    let present = Set(shown.map { $0.text("component") })
    let used = Self.all.filter { present.contains($0.name) }
    return [
      page.chart(
        id,
        ["area": naming.title(focus.area), "scenario": naming.label("scenario", focus.scenario)],
        tables: ["components"], values: values(shown, known, naming),
        body: body(used.map { (naming.label("component", $0.name), $0.colour) }, naming),
        fallback: ReportTable(
          naming, shown,
          [
            .text("period"), .code("component", list: "component"), .number("median"),
            .number("lower_80"), .number("upper_80"),
          ]))
    ]
  }

  private func values(
    _ rows: [TableRows.Row], _ sign: [String: Double], _ naming: Naming
  ) -> [JSON] {
    rows.map { row in
      let component = row.text("component")
      let value = (row.number("median") ?? 0) * (sign[component] ?? 1)
      return [
        "x": .string(String(row.text("period").prefix(4))),
        "c": .string(naming.label("component", component)),
        "o": .integer(Self.all.firstIndex { $0.name == component } ?? 0),
        "v": .number((value / 10).rounded() / 100),
      ]
    }
  }

  private func body(_ used: [(name: String, colour: String)], _ naming: Naming) -> JSON {
    let x: JSON = [
      "field": "x", "type": "ordinal",
      "axis": ["title": nil, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 5],
    ]
    let y: JSON = [
      "field": "v", "type": "quantitative",
      "axis": [
        "title": .string(naming.words("chart.axis.thousand.people")),
        "labelExpr": .string(signedLabel), "tickCount": 6,
      ],
    ]
    let bars: JSON = [
      "mark": ["type": "bar", "width": ["band": 0.72], "opacity": 0.85],
      "encoding": [
        "x": x, "y": y, "order": ["field": "o", "type": "quantitative"],
        "color": [
          "field": "c", "type": "nominal",
          "scale": [
            "domain": .array(used.map { .string($0.name) }),
            "range": .array(used.map { .string($0.colour) }),
          ],
          "legend": ["title": nil, "columns": 4],
        ],
        "tooltip": [
          ["field": "x", "type": "nominal", "title": .string(naming.column("period"))],
          ["field": "c", "type": "nominal", "title": .string(naming.column("component"))],
          [
            "field": "v", "type": "quantitative", "format": "+,.1f",
            "title": .string(naming.column("median")),
          ],
        ],
      ],
    ]
    let total: JSON = [
      "transform": [["aggregate": [["op": "sum", "field": "v", "as": "v"]], "groupby": ["x"]]],
      "layer": [
        [
          "mark": [
            "type": "line", "color": .string(ChartTheme.observed), "strokeWidth": 1.2,
            "point": ["size": 26, "color": .string(ChartTheme.observed)],
          ],
          "encoding": ["x": x, "y": y],
        ]
      ],
    ]
    return ["width": "container", "height": 320, "layer": [bars, total]]
  }
}
