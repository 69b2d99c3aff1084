import Words

/// Who holds which indicator for which period, and how far it can be used.
struct GapMatrixChart: ChartBuilder {
  let id = "gap_matrix"
  let section = ReportSection.data

  /// Code, key of its name, colour, sign. Signs repeat what colours say.
  static let states: [(code: String, key: String, colour: String, sign: String)] = [
    ("G", "good", "#8fd0bb", "●"), ("A", "limited", "#f3cf7d", "◐"),
    ("R", "missing", "#e59a6b", "○"),
    ("?", "unknown", "#e3e6e9", "?"), ("–", "none", "#f7f8f9", "–"),
  ]

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("gaps") else { return [] }
    let naming = page.naming
    let shown = rows.sorted {
      ($0.text("agency"), $0.text("indicator"), $0.text("period"))
        < ($1.text("agency"), $1.text("indicator"), $1.text("period"))
    }
    let periods = rows.map { $0.text("period") }.distinct().sorted {
      (decimalYear($0) ?? 0, $0) < (decimalYear($1) ?? 0, $1)
    }
    return [
      page.chart(
        id, tables: ["gaps"],
        sources: page.agencies(shown.map { $0.text("agency") }.distinct()),
        values: headings(shown, naming) + shown.map { value($0, naming) },
        body: body(lines(shown), periods, naming),
        fallback: ReportTable(
          naming, shown.filter { $0.text("state") != "G" && $0.text("state") != "–" },
          [
            .code("agency", list: "agency"), .code("indicator", list: "indicator"), .text("period"),
            .word("state", prefix: "gap.state"), .word("worst_axis", prefix: "gap.axis"),
            .word("gap_type", prefix: "gap.type"),
          ]))
    ]
  }

  /// The rows of the matrix: each agency and then its indicators.
  private func lines(_ rows: [TableRows.Row]) -> [String] {
    rows.flatMap { [$0.text("agency") + "|", line($0)] }.distinct()
  }

  private func line(_ row: TableRows.Row) -> String {
    "\(row.text("agency"))|\(row.text("indicator"))"
  }

  private func headings(_ rows: [TableRows.Row], _ naming: Naming) -> [JSON] {
    rows.map { $0.text("agency") }.distinct().map {
      ["y": .string($0 + "|"), "h": .string(naming.label("agency", $0))]
    }
  }

  private func value(_ row: TableRows.Row, _ naming: Naming) -> JSON {
    let state = Self.states.first { $0.code == row.text("state") }
    let axis = row.text("worst_axis")
    return [
      "y": .string(line(row)), "g": .string(naming.label("agency", row.text("agency"))),
      "i": .string(naming.label("indicator", row.text("indicator"))),
      "p": .string(row.text("period")), "s": .string(row.text("state")),
      "t": .string(state?.sign ?? ""),
      "n": .string(state.map { naming.words("gap.state.\($0.key)") } ?? row.text("state")),
      "w": .string(axis.isEmpty ? "" : naming.words["gap.axis.\(axis)"] ?? axis),
    ]
  }

  private func body(_ lines: [String], _ periods: [String], _ naming: Naming) -> JSON {
    let x: JSON = [
      "field": "p", "type": "ordinal",
      "axis": [
        "title": nil, "domain": false, "labelAngle": .integer(periods.count > 12 ? -90 : 0),
        "labelOverlap": "greedy", "labelFontSize": 10,
      ],
      "scale": ["paddingInner": 0.06, "domain": .array(periods.map(JSON.string))],
    ]
    let names = lines.map { line in
      let indicator = String(line.split(separator: "|", omittingEmptySubsequences: false)[1])
      return
        "\(quoted(line)): \(quoted(indicator.isEmpty ? "" : naming.label("indicator", indicator)))"
    }
    let y: JSON = [
      "field": "y", "type": "nominal",
      "axis": [
        "title": nil, "domain": false, "labelLimit": 200,
        "labelExpr": .string("{\(names.joined(separator: ", "))}[datum.value]"),
      ],
      "scale": ["paddingInner": 0.1, "domain": .array(lines.map(JSON.string))],
    ]
    let cells = "isValid(datum.p)"
    let rect: JSON = [
      "transform": [["filter": .string(cells)]], "mark": ["type": "rect", "cornerRadius": 2],
      "encoding": ["x": x, "y": y, "color": colour(naming), "tooltip": tooltip(naming)],
    ]
    let sign: JSON = [
      "transform": [["filter": .string(cells)]],
      "mark": ["type": "text", "fontSize": 9, "color": .string(ChartTheme.text), "opacity": 0.75],
      "encoding": ["x": x, "y": y, "text": ["field": "t", "type": "nominal"]],
    ]
    let heading: JSON = [
      "transform": [["filter": "isValid(datum.h)"]],
      "mark": [
        "type": "text", "align": "left", "fontWeight": 600, "fontSize": 12, "dy": 2,
        "color": .string(ChartTheme.observed),
      ],
      "encoding": ["x": ["value": 0], "y": y, "text": ["field": "h", "type": "nominal"]],
    ]
    return [
      "width": "container", "height": .integer(lines.count * 19), "layer": [rect, sign, heading],
    ]
  }

  private func colour(_ naming: Naming) -> JSON {
    let names = Self.states.map { state in
      let name = state.sign + "  " + naming.words("gap.state.\(state.key)")
      return "datum.value == '\(state.code)' ? \(quoted(name))"
    }
    return [
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
  }

  private func tooltip(_ naming: Naming) -> JSON {
    func text(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    return [
      text("g", "agency"), text("i", "indicator"), text("p", "period"), text("n", "state"),
      text("w", "worst_axis"),
    ]
  }
}
