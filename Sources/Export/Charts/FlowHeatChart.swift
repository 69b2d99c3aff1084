import Words

/// Flows between regions in the latest period: origins down, destinations across.
struct FlowHeatChart: ChartBuilder {
  let id = "od_heat"
  let section = ReportSection.flows

  func charts(_ page: ChartPage) -> [Chart] {
    guard let flows = LatestFlows(page) else { return [] }
    let naming = page.naming
    return [
      page.chart(
        id, ["period": flows.period], tables: ["od_flows"],
        values: flows.rows.map { value($0, naming) }, body: body(flows, naming),
        fallback: ReportTable(
          naming, flows.rows.sorted { ($0.number("value") ?? 0) > ($1.number("value") ?? 0) },
          [
            .area("origin"), .area("destination"), .number("value"), .number("lower"),
            .number("upper"), .kind("kind"),
          ]))
    ]
  }

  private func value(_ row: TableRows.Row, _ naming: Naming) -> JSON {
    [
      "o": .string(naming.shortArea(row.text("origin"))),
      "d": .string(naming.shortArea(row.text("destination"))),
      "v": .optional(row.number("value").map { $0.rounded() }),
      "l": .optional(row.number("lower").map { $0.rounded() }),
      "u": .optional(row.number("upper").map { $0.rounded() }),
      "k": .string(naming.kind(row.text("kind"))), "f": .bool(row.flag("pinned")),
    ]
  }

  private func body(_ flows: LatestFlows, _ naming: Naming) -> JSON {
    func axis(_ field: String, _ column: String, _ codes: [String], angle: Int) -> JSON {
      [
        "field": .string(field), "type": "nominal",
        "sort": .array(naming.ordered(codes).map { .string(naming.shortArea($0)) }),
        "axis": [
          "title": .string(naming.column(column)), "labelAngle": .integer(angle), "labelLimit": 118,
          "domain": false, "labelFontSize": 10,
        ],
        "scale": ["paddingInner": 0.04],
      ]
    }
    let x = axis("d", "destination", flows.rows.map { $0.text("destination") }, angle: -90)
    let y = axis("o", "origin", flows.rows.map { $0.text("origin") }, angle: 0)
    let cells: JSON = [
      "mark": ["type": "rect", "cornerRadius": 1],
      "encoding": [
        "x": x, "y": y,
        "color": [
          "field": "v", "type": "quantitative",
          "scale": ["type": "sqrt", "range": ChartTheme.ramp],
          "legend": [
            "title": .string(naming.words("chart.axis.people")), "gradientLength": 200,
            "format": ",~f",
            "tickCount": 4,
          ],
        ],
        "tooltip": tooltip(naming),
      ],
    ]
    let pinned: JSON = [
      "transform": [["filter": "datum.f"]],
      "mark": ["type": "point", "size": 16, "color": .string(ChartTheme.observed), "opacity": 1],
      "encoding": ["x": x, "y": y],
    ]
    return ["width": "container", "height": 480, "layer": [cells, pinned]]
  }

  private func tooltip(_ naming: Naming) -> JSON {
    func name(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    func number(_ field: String, _ column: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "format": ",~f",
        "title": .string(naming.column(column)),
      ]
    }
    return [
      name("o", "origin"), name("d", "destination"), number("v", "value"), number("l", "lower"),
      number("u", "upper"), name("k", "kind"),
    ]
  }
}

/// The rows of `od_flows` of the latest period, moves within a region left out.
struct LatestFlows {
  let period: String
  let rows: [TableRows.Row]

  init?(_ page: ChartPage) {
    guard let table = page.rows("od_flows"),
      let period = table.map({ $0.text("period") }).max()
    else { return nil }
    self.period = period
    rows = table.filter {
      $0.text("period") == period && $0.text("origin") != $0.text("destination")
        && $0.number("value") != nil
    }
    guard !rows.isEmpty else { return nil }
  }
}
