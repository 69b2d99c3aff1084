import Words

/// Who holds which indicator for which period, and how far it can be used.
struct GapMatrixChart: ChartBuilder {
  let id = "gap_matrix"
  let section = ReportSection.data

  /// Code, key of its name, colour, sign. Signs repeat what colours say.
  static let states: [(code: String, key: String, colour: String, sign: String)] = [
    ("G", "good", "#8fd0bb", "●"), ("A", "limited", "#f3cf7d", "◐"), ("R", "missing", "#e59a6b", "○"),
    ("?", "unknown", "#e3e6e9", "?"), ("-", "none", "#f7f8f9", "–"),
  ]

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("gaps") else { return [] }
    let naming = page.naming
    let shown = rows.sorted {
      ($0.text("agency"), $0.text("indicator"), $0.text("period"))
        < ($1.text("agency"), $1.text("indicator"), $1.text("period"))
    }
    let agencies = shown.map { naming.label("agency", $0.text("agency")) }.distinct()
    let periods = rows.map { $0.text("period") }.distinct().sorted {
      (decimalYear($0) ?? 0, $0) < (decimalYear($1) ?? 0, $1)
    }
    return [
      page.chart(
        id, tables: ["gaps"], values: shown.map { value($0, naming) },
        layout: .facet(cell: 100_000, margin: 196), body: body(agencies, periods, naming),
        fallback: ReportTable(
          naming, shown.filter { $0.text("state") != "G" && $0.text("state") != "-" },
          [.code("agency", list: "agency"), .code("indicator", list: "indicator"), .text("period"),
           .word("state", prefix: "gap.state"), .word("worst_axis", prefix: "gap.axis"),
           .word("gap_type", prefix: "gap.type")]))
    ]
  }

  private func value(_ row: TableRows.Row, _ naming: Naming) -> JSON {
    let state = Self.states.first { $0.code == row.text("state") }
    let axis = row.text("worst_axis")
    return [
      "g": .string(naming.label("agency", row.text("agency"))),
      "i": .string(naming.label("indicator", row.text("indicator"))),
      "p": .string(row.text("period")), "s": .string(row.text("state")),
      "t": .string(state?.sign ?? ""),
      "n": .string(state.map { naming.words("gap.state.\($0.key)") } ?? row.text("state")),
      "w": .string(axis.isEmpty ? "" : naming.words["gap.axis.\(axis)"] ?? axis),
    ]
  }

  private func body(_ agencies: [String], _ periods: [String], _ naming: Naming) -> JSON {
    let isDense = periods.count > 12
    let x: JSON = [
      "field": "p", "type": "ordinal", "sort": .array(periods.map(JSON.string)),
      "axis": [
        "title": nil, "domain": false, "labelAngle": .integer(isDense ? -90 : 0), "labelOverlap": true,
        "labelFontSize": 10,
      ],
      "scale": ["paddingInner": 0.06],
    ]
    let y: JSON = [
      "field": "i", "type": "nominal", "axis": ["title": nil, "domain": false, "labelLimit": 190],
      "scale": ["paddingInner": 0.1],
    ]
    let names = Self.states.map { state in
      "datum.value == '\(state.code)' ? \(quoted(state.sign + "  " + naming.words("gap.state.\(state.key)")))"
    }
    let colour: JSON = [
      "field": "s", "type": "nominal",
      "scale": [
        "domain": .array(Self.states.map { .string($0.code) }),
        "range": .array(Self.states.map { .string($0.colour) }),
      ],
      "legend": [
        "title": nil, "symbolType": "square", "symbolSize": 120, "columns": 3,
        "labelExpr": .string(names.joined(separator: " : ") + " : datum.value"),
      ],
    ]
    func text(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(agencies.map(JSON.string)),
      ],
      "columns": 1, "spacing": 10,
      "spec": [
        "width": 520, "height": ["step": 18],
        "layer": [
          [
            "mark": ["type": "rect", "cornerRadius": 2],
            "encoding": [
              "x": x, "y": y, "color": colour,
              "tooltip": [
                text("g", "agency"), text("i", "indicator"), text("p", "period"), text("n", "state"),
                text("w", "worst_axis"),
              ],
            ],
          ],
          [
            "mark": ["type": "text", "fontSize": 9, "color": .string(ChartTheme.text), "opacity": 0.75],
            "encoding": ["x": x, "y": y, "text": ["field": "t", "type": "nominal"]],
          ],
        ],
      ],
      "resolve": ["scale": ["y": "independent"]],
    ]
  }
}
