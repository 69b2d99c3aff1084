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
    let programmes = own.map { $0.text("programme") }.distinct().sorted()
    return [
      page.chart(
        id, tables: ["permit_stock"],
        values: (joined(own)).compactMap { value($0.row, isSolid: $0.isSolid, naming) },
        body: body(programmes.map { naming.label("programme", $0) }, naming),
        fallback: ReportTable(
          naming, own,
          [
            .text("period"), .code("programme", list: "programme"), .number("value"),
            .number("quota"), .kind("kind"),
          ]))
    ]
  }

  /// The rows with, for each programme, the last observed one once more as the start of what follows,
  /// so that its line has no gap.
  private func joined(_ rows: [TableRows.Row]) -> [(row: TableRows.Row, isSolid: Bool)] {
    let programmes = rows.map { $0.text("programme") }.distinct()
    return programmes.flatMap { programme -> [(row: TableRows.Row, isSolid: Bool)] in
      let own = rows.filter { $0.text("programme") == programme }.sorted {
        (decimalYear($0.text("period")) ?? 0) < (decimalYear($1.text("period")) ?? 0)
      }
      var result: [(row: TableRows.Row, isSolid: Bool)] = []
      for row in own {
        let isSolid = row.text("kind") == "observed"
        if let last = result.last, last.isSolid, !isSolid { result.append((last.row, false)) }
        result.append((row, isSolid))
      }
      return result
    }
  }

  private func value(_ row: TableRows.Row, isSolid: Bool, _ naming: Naming) -> JSON? {
    guard let x = decimalYear(row.text("period")) else { return nil }
    return [
      "x": .number(x), "v": .optional(row.number("value")), "q": .optional(row.number("quota")),
      "p": .string(naming.label("programme", row.text("programme"))),
      "s": .string(isSolid ? "solid" : "dashed"),
      "k": .string(naming.kind(row.text("kind"))), "d": .string(row.text("period")),
    ]
  }

  private func body(_ programmes: [String], _ naming: Naming) -> JSON {
    let x = FanLayers.xEncoding(7)
    func y(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "scale": ["zero": true],
        "axis": [
          "title": .string(naming.words("chart.axis.people")), "format": ",~f", "tickCount": 5,
        ],
      ]
    }
    let colour: JSON = [
      "field": "p", "type": "nominal",
      "scale": [
        "domain": .array(programmes.map(JSON.string)),
        "range": .array(ChartTheme.categories.map(JSON.string)),
      ],
      "legend": programmes.count > 1 ? ["title": nil, "columns": 3] : nil,
    ]
    let tooltip: JSON = [
      ["field": "d", "type": "nominal", "title": .string(naming.column("period"))],
      ["field": "p", "type": "nominal", "title": .string(naming.column("programme"))],
      [
        "field": "v", "type": "quantitative", "format": ",~f",
        "title": .string(naming.column("value")),
      ],
      ["field": "k", "type": "nominal", "title": .string(naming.column("kind"))],
    ]
    let stock: JSON = [
      "transform": [["filter": "isValid(datum.v)"]],
      "mark": ["type": "line", "point": ["size": 26]],
      "encoding": [
        "x": x, "y": y("v"), "color": colour, "tooltip": tooltip,
        "strokeDash": [
          "field": "s", "type": "nominal", "legend": nil,
          "scale": ["domain": ["solid", "dashed"], "range": [[1, 0], [5, 3]]],
        ],
      ],
    ]
    let quota: JSON = [
      "transform": [["filter": "isValid(datum.q)"]],
      "mark": [
        "type": "line", "interpolate": "step-after", "color": .string(ChartTheme.observed),
        "strokeWidth": 1.4, "strokeDash": [2, 2],
      ],
      "encoding": ["x": x, "y": y("q"), "detail": ["field": "p", "type": "nominal"]],
    ]
    let name: JSON = [
      "transform": [
        ["filter": "isValid(datum.q)"],
        ["joinaggregate": [["op": "max", "field": "x", "as": "end"]]],
        ["filter": "datum.x == datum.end"],
        ["aggregate": [["op": "max", "field": "q", "as": "q"]], "groupby": ["x"]],
      ],
      "mark": [
        "type": "text", "align": "right", "dy": -7, "baseline": "bottom",
        "text": .string(naming.words("chart.permit_stock.quota")), "fontWeight": 600,
        "color": .string(ChartTheme.observed),
      ],
      "encoding": ["x": x, "y": y("q")],
    ]
    return ["width": "container", "height": 300, "layer": [stock, quota, name]]
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
        "p": .string(naming.label("programme", row.text("programme"))),
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
            .area("area"), .code("programme", list: "programme"), .number("value"),
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
