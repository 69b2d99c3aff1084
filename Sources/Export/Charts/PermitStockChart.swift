import Words

/// Foreign workers in the country by programme through time, with the quota as a line.
struct PermitStockChart: ChartBuilder {
  let id = "permit_stock"
  let section = ReportSection.labour

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("permit_stock") else { return [] }
    let naming = page.naming
    let own = rows.filter {
      $0.text("area") == naming.country && decimalYear($0.text("period")) != nil
        && isShown($0, page.focus)
    }
    guard !own.isEmpty else { return [] }
    let programmes = own.map { naming.programme($0.text("programme")) }.distinct().sorted()
    return [
      page.chart(
        id, tables: ["permit_stock"],
        values: joined(own, naming).compactMap { value($0.row, $0.look, naming) },
        layout: .facet(cell: 330, margin: 62),
        body: body(programmes, own.compactMap { decimalYear($0.text("period")) }, naming),
        fallback: ReportTable(
          naming, own,
          [
            .text("period"), .programme("programme"), .number("value"),
            .number("quota"), .kind("kind"),
          ]))
    ]
  }

  /// How a kind of number is drawn.
  private enum Look: String {
    case observed, modelled, projected

    init(_ kind: String) {
      self = kind == "observed" ? .observed : kind == "projected" ? .projected : .modelled
    }
  }

  /// The rows with, for each programme, the last one of a kind once more as the start of the next
  /// kind, so that the line has no gap.
  private func joined(
    _ rows: [TableRows.Row], _ naming: Naming
  ) -> [(row: TableRows.Row, look: Look)] {
    let programmes = rows.map { naming.programme($0.text("programme")) }.distinct()
    return programmes.flatMap { programme -> [(row: TableRows.Row, look: Look)] in
      let own = rows.filter { naming.programme($0.text("programme")) == programme }.sorted {
        (decimalYear($0.text("period")) ?? 0) < (decimalYear($1.text("period")) ?? 0)
      }
      var result: [(row: TableRows.Row, look: Look)] = []
      for row in own {
        let look = Look(row.text("kind"))
        if let last = result.last, last.look != look { result.append((last.row, look)) }
        result.append((row, look))
      }
      return result
    }
  }

  private func value(_ row: TableRows.Row, _ look: Look, _ naming: Naming) -> JSON? {
    guard let x = decimalYear(row.text("period")) else { return nil }
    return [
      "x": .number(x), "v": .optional(row.number("value")), "q": .optional(row.number("quota")),
      "p": .string(naming.programme(row.text("programme"))), "s": .string(look.rawValue),
      "k": .string(naming.kind(row.text("kind"))), "d": .string(row.text("period")),
    ]
  }

  private func body(_ programmes: [String], _ years: [Double], _ naming: Naming) -> JSON {
    let x = FanLayers.xEncoding(5, over: years)
    func y(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "scale": ["zero": true],
        "axis": [
          "title": nil, "format": ",~f", "tickCount": 5, "minExtent": 46, "labelFlush": true,
        ],
      ]
    }
    let tooltip: JSON = [
      ["field": "d", "type": "nominal", "title": .string(naming.column("period"))],
      ["field": "p", "type": "nominal", "title": .string(naming.column("programme"))],
      [
        "field": "v", "type": "quantitative", "format": ",~f",
        "title": .string(naming.column("value")),
      ],
      ["field": "k", "type": "nominal", "title": .string(naming.column("kind"))],
    ]
    func stock(_ look: Look, _ mark: JSON) -> JSON {
      [
        "transform": [["filter": .string("isValid(datum.v) && datum.s == '\(look.rawValue)'")]],
        "mark": mark, "encoding": ["x": x, "y": y("v"), "tooltip": tooltip],
      ]
    }
    let quota: JSON = [
      "transform": [["filter": "isValid(datum.q)"]],
      "mark": [
        "type": "line", "interpolate": "step-after", "color": .string(ChartTheme.against),
        "strokeWidth": 1.4, "strokeDash": [2, 2],
      ],
      "encoding": ["x": x, "y": y("q")],
    ]
    let name: JSON = [
      "transform": [
        ["filter": "isValid(datum.q)"],
        ["joinaggregate": [["op": "max", "field": "x", "as": "end"]], "groupby": ["p"]],
        ["filter": "datum.x == datum.end"],
        ["aggregate": [["op": "max", "field": "q", "as": "q"]], "groupby": ["p", "x"]],
      ],
      "mark": [
        "type": "text", "align": "right", "dy": -7, "baseline": "bottom",
        "text": .string(naming.words("chart.permit_stock.quota")), "fontWeight": 600,
        "color": .string(ChartTheme.against),
      ],
      "encoding": ["x": x, "y": y("q")],
    ]
    let layers: [JSON] = [
      stock(
        .projected,
        ["type": "line", "color": .string(ChartTheme.projected), "strokeDash": [6, 4]]),
      stock(
        .modelled, ["type": "line", "color": .string(ChartTheme.observed), "strokeDash": [5, 3]]),
      stock(
        .observed,
        [
          "type": "line", "color": .string(ChartTheme.observed),
          "point": ["size": 26, "color": .string(ChartTheme.observed)],
        ]),
      quota, name,
    ]
    return [
      "facet": [
        "field": "p", "type": "nominal", "title": nil, "sort": .array(programmes.map(JSON.string)),
      ],
      "columns": 2, "spacing": ["row": 24, "column": 16],
      "spec": ["width": 330, "height": 220, "layer": .array(layers)],
      "resolve": [
        "scale": ["x": "shared", "y": "independent"],
        "axis": ["x": "independent", "y": "independent"],
      ],
    ]
  }
}

/// Whether a row is known, or projected under the scenario in question.
private func isShown(_ row: TableRows.Row, _ focus: ChosenFocus?) -> Bool {
  guard row.text("kind") == "projected" else { return true }
  let scenario = row.text("scenario")
  return scenario.isEmpty || scenario == focus?.scenario && row.text("variant") == focus?.variant
}

/// Foreign workers by region at the latest known date, each beside its quota.
struct RegionalPermitsChart: ChartBuilder {
  let id = "permit_regions"
  let section = ReportSection.labour

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("permit_stock") else { return [] }
    let naming = page.naming
    let regional = rows.filter {
      $0.text("area") != naming.country && $0.number("value") != nil
        && $0.text("kind") != "projected"
    }
    guard let period = regional.map({ $0.text("period") }).max() else { return [] }
    let own = regional.filter { $0.text("period") == period }
    let areas = naming.ordered(own.map { $0.text("area") })
    let values: [JSON] = own.map { row in
      [
        "a": .string(naming.shortArea(row.text("area"))), "v": .optional(row.number("value")),
        "q": .optional(row.number("quota")),
        "p": .string(naming.programme(row.text("programme"))),
        "k": .string(naming.kind(row.text("kind"))),
      ]
    }
    let isObserved = own.allSatisfy { $0.text("kind") == "observed" }
    return [
      page.chart(
        id, ["period": period], tables: ["permit_stock"], values: values,
        body: body(areas.map(naming.shortArea), isObserved: isObserved, naming),
        fallback: ReportTable(
          naming, own,
          [
            .area("area"), .programme("programme"), .number("value"),
            .number("quota"), .kind("kind"), .text("status"),
          ]))
    ]
  }

  /// What is not observed is drawn pale with a dashed outline.
  private func body(_ areas: [String], isObserved: Bool, _ naming: Naming) -> JSON {
    let y: JSON = [
      "field": "a", "type": "nominal", "sort": .array(areas.map(JSON.string)),
      "axis": ["title": nil, "domain": false, "labelLimit": 170],
    ]
    let axis: JSON = [
      "title": .string(naming.words("chart.axis.people")), "format": ",~f", "tickCount": 6,
    ]
    let bar: JSON =
      isObserved
      ? ["type": "bar", "height": ["band": 0.66], "color": .string(ChartTheme.projected)]
      : [
        "type": "bar", "height": ["band": 0.66], "fill": "#cfe2f1",
        "stroke": .string(ChartTheme.projected), "strokeWidth": 0.9, "strokeDash": [3, 2],
      ]
    func number(_ field: String, _ column: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "format": ",~f",
        "title": .string(naming.column(column)),
      ]
    }
    func name(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    return [
      "width": "container", "height": .integer(areas.count * 19),
      "layer": [
        [
          "mark": bar,
          "encoding": [
            "y": y, "x": ["field": "v", "type": "quantitative", "stack": "zero", "axis": axis],
            "detail": ["field": "p", "type": "nominal"],
            "tooltip": [
              name("a", "area"), name("p", "programme"), number("v", "value"), number("q", "quota"),
              name("k", "kind"),
            ],
          ],
        ],
        [
          "transform": [
            ["filter": "isValid(datum.q)"],
            ["aggregate": [["op": "max", "field": "q", "as": "q"]], "groupby": ["a"]],
          ],
          "mark": [
            "type": "tick", "color": .string(ChartTheme.against), "thickness": 2.4,
            "height": ["band": 0.9],
          ],
          "encoding": ["y": y, "x": ["field": "q", "type": "quantitative"]],
        ],
      ],
    ]
  }
}
