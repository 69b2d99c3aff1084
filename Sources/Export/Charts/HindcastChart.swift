import Words

/// Mean absolute error of regional totals launched from past years, by years ahead: the program's own line
/// beside those that anyone can draw.
struct HindcastChart: ChartBuilder {
  let id = "hindcast"
  let section = ReportSection.quality
  private static let own = "components"

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("hindcast_scores") else { return [] }
    let naming = page.naming
    let scored = rows.filter { $0.number("mape") != nil && $0.number("horizon") != nil }
    let horizons = Set(scored.compactMap { $0.number("horizon") }).sorted()
    guard let first = scored.compactMap({ $0.number("first_launch") }).min(),
      let last = scored.compactMap({ $0.number("last_launch") }).max(),
      let regions = scored.compactMap({ $0.number("regions") }).max()
    else { return [] }
    // Ours first, then the others in the order of the table.
    let names = scored.map { $0.text("line") }.distinct()
    let lines = names.filter { $0 == Self.own } + names.filter { $0 != Self.own }
    let sorted = horizons.flatMap { horizon in
      lines.flatMap { line in
        scored.filter { $0.number("horizon") == horizon && $0.text("line") == line }
      }
    }
    return [
      page.chart(
        id,
        [
          "first": String(Int(first)), "last": String(Int(last)), "regions": String(Int(regions)),
        ], tables: ["hindcast_scores"], remark: remark(sorted, horizons, naming),
        values: sorted.map { value($0, naming) },
        layout: .facet(cell: 280, margin: 150),
        body: body(
          lines.map { Self.name($0, naming) }, horizons.map { Self.ahead($0, naming) }, naming),
        fallback: ReportTable(
          naming, sorted,
          [
            .number("horizon"), .word("line", prefix: "hindcast.line"), .number("cases"),
            .number("mape"), .number("bias"), .number("crps"), .number("coverage_80"),
            .number("coverage_95"),
          ]))
    ]
  }

  private static func name(_ line: String, _ naming: Naming) -> String {
    naming.words["hindcast.line.\(line)"] ?? line
  }

  private static func ahead(_ horizon: Double, _ naming: Naming) -> String {
    naming.words("chart.hindcast.ahead", ["years": String(Int(horizon))])
  }

  /// Ours beside the best of the others five years ahead, or as far ahead as is scored.
  private func remark(
    _ rows: [TableRows.Row], _ horizons: [Double], _ naming: Naming
  ) -> String {
    guard let horizon = horizons.contains(5) ? 5 : horizons.last else { return "" }
    let there = rows.filter { $0.number("horizon") == horizon }
    func error(_ row: TableRows.Row) -> Double { row.number("mape") ?? .infinity }
    guard let own = there.first(where: { $0.text("line") == Self.own }),
      let inside = own.number("coverage_80"),
      let best = there.filter({ $0.text("line") != Self.own }).min(by: { error($0) < error($1) })
    else { return "" }
    return naming.words(
      "chart.hindcast.remark",
      [
        "years": String(Int(horizon)), "own": naming.numbers.percent(error(own) / 100, 1),
        "line": Self.name(best.text("line"), naming),
        "best": naming.numbers.percent(error(best) / 100, 1),
        "inside": naming.numbers.percent(inside / 100),
      ])
  }

  private func value(_ row: TableRows.Row, _ naming: Naming) -> JSON {
    func said(_ column: String) -> JSON {
      .string(row.number(column).map(naming.numbers.cell) ?? "–")
    }
    let error: JSON = .optional(row.number("mape").map { ($0 * 1e4).rounded() / 1e4 })
    // Twice, since marks of one field in panels with scales of their own make the page complain.
    return [
      "g": .string(Self.ahead(row.number("horizon") ?? 0, naming)),
      "m": .string(Self.name(row.text("line"), naming)),
      "e": error, "f": error, "t": said("mape"),
      "o": .bool(row.text("line") == Self.own), "r": said("crps"), "i": said("coverage_80"),
      "w": said("coverage_95"),
    ]
  }

  private func body(_ lines: [String], _ horizons: [String], _ naming: Naming) -> JSON {
    let y: JSON = [
      "field": "m", "type": "nominal", "sort": .array(lines.map(JSON.string)),
      "axis": ["title": nil, "domain": false, "labelLimit": 150],
    ]
    func tip(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    let colour: JSON = [
      "condition": ["test": "datum.o", "value": .string(ChartTheme.projected)],
      "value": .string(ChartTheme.muted),
    ]
    let bars: JSON = [
      "mark": ["type": "bar", "height": ["band": 0.6], "opacity": 0.85],
      "encoding": [
        "y": y,
        "x": [
          "field": "e", "type": "quantitative", "scale": ["zero": true],
          "axis": ["title": .string(naming.column("mape")), "tickCount": 4],
        ],
        "color": colour,
        "tooltip": [
          tip("m", "line"), tip("t", "mape"), tip("r", "crps"), tip("i", "coverage_80"),
          tip("w", "coverage_95"),
        ],
      ],
    ]
    let texts: JSON = [
      "mark": ["type": "text", "align": "left", "dx": 4, "fontSize": 11],
      "encoding": [
        "y": y, "x": ["field": "f", "type": "quantitative"],
        "text": ["field": "t", "type": "nominal"],
        "color": ["value": .string(ChartTheme.observed)],
      ],
    ]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil,
        "sort": .array(horizons.map(JSON.string)),
      ],
      "columns": 2, "spacing": 26,
      "spec": ["width": 300, "height": .integer(lines.count * 22), "layer": [bars, texts]],
      "resolve": ["scale": ["x": "independent"], "axis": ["x": "independent"]],
    ]
  }
}
