import Demography
import Words

/// Net migration of the country as different sources state it, side by side.
struct ConflictChart: ChartBuilder {
  let id = "conflicts"
  let section = ReportSection.data

  private struct Statement: Hashable {
    let source: String
    let period: String
    let value: Double
    let kind: String
    let vintage: String
  }

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("observations") else { return [] }
    let naming = page.naming
    let statements = latest(rows, country: naming.country)
    let counts = Dictionary(grouping: statements, by: \.source).mapValues(\.count)
    let sources = counts.keys.filter { (counts[$0] ?? 0) >= 3 }.sorted {
      (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1)
    }.prefix(ChartTheme.categories.count)
    guard sources.count > 1 else { return [] }
    let shown = statements.filter { sources.contains($0.source) }
    return [
      page.chart(
        id, tables: ["observations"], sources: sources.map { naming.label("source", $0) },
        values: shown.map { statement in
          [
            "x": .optional(decimalYear(statement.period)),
            "v": .number(statement.value / 1000),
            "s": .string(naming.label("source", statement.source)),
            "k": .string(statement.kind.lowercased() == "observed" ? "solid" : "dashed"),
            "n": .string(naming.kind(statement.kind)),
          ]
        },
        body: body(
          sources.map { naming.label("source", $0) }, shown.compactMap { decimalYear($0.period) },
          naming),
        fallback: fallback(shown, Array(sources), naming))
    ]
  }

  /// Annual values of the country, the latest vintage of each source and year.
  private func latest(_ rows: TableRows, country: String) -> [Statement] {
    var newest: [String: Statement] = [:]
    for row in rows {
      let scope = row.text("SCOPE")
      guard row.text("MEASURE") == "NET", row.text("REF_AREA") == country,
        scope == "ALL" || scope == "EXTERNAL" || scope.isEmpty,
        ["", "_T"].contains(row.text("SEX")), ["", "_T"].contains(row.text("AGE")),
        ["", "_T"].contains(row.text("CITIZENSHIP")),
        let value = row.number("OBS_VALUE"),
        let period = Period(row.text("TIME_PERIOD")), period.frequency == "A"
      else { continue }
      let statement = Statement(
        source: row.text("SOURCE_ID"), period: row.text("TIME_PERIOD"), value: value,
        kind: row.text("ESTIMATE_KIND"), vintage: row.text("VINTAGE"))
      let key = "\(statement.source)\u{0}\(statement.period)"
      if let known = newest[key], known.vintage >= statement.vintage { continue }
      newest[key] = statement
    }
    return newest.values.sorted { ($0.source, $0.period) < ($1.source, $1.period) }
  }

  private func body(_ sources: [String], _ years: [Double], _ naming: Naming) -> JSON {
    let zero: JSON = [
      "mark": ["type": "rule", "color": .string(ChartTheme.muted)],
      "encoding": ["y": ["datum": 0, "type": "quantitative"]],
    ]
    let lines: JSON = [
      "mark": ["type": "line", "point": ["size": 22]],
      "encoding": [
        "x": FanLayers.xEncoding(8, over: years),
        "y": [
          "field": "v", "type": "quantitative",
          "axis": [
            "title": .string(naming.words("chart.axis.thousand.people")),
            "labelExpr": .string(signedLabel), "tickCount": 6,
          ],
        ],
        "color": [
          "field": "s", "type": "nominal",
          "scale": [
            "domain": .array(sources.map(JSON.string)),
            "range": .array(ChartTheme.categories.map(JSON.string)),
          ],
          "legend": ["title": nil, "columns": 1, "labelLimit": 420],
        ],
        "strokeDash": [
          "field": "k", "type": "nominal", "legend": nil,
          "scale": ["domain": ["solid", "dashed"], "range": [[1, 0], [5, 3]]],
        ],
        "tooltip": [
          ["field": "s", "type": "nominal", "title": .string(naming.column("source"))],
          [
            "field": "x", "type": "quantitative", "format": "d",
            "title": .string(naming.column("period")),
          ],
          [
            "field": "v", "type": "quantitative", "format": "+,.1f",
            "title": .string(naming.column("value")),
          ],
          ["field": "n", "type": "nominal", "title": .string(naming.column("kind"))],
        ],
      ],
    ]
    return ["width": "container", "height": 320, "layer": [zero, lines]]
  }

  private func fallback(
    _ shown: [Statement], _ sources: [String], _ naming: Naming
  ) -> ReportTable {
    let periods = shown.map(\.period).distinct().sorted()
    let headings =
      [ReportTable.Heading(title: naming.column("period"), isNumber: false)]
      + sources.map { .init(title: naming.label("source", $0), isNumber: true) }
    let values = Dictionary(
      uniqueKeysWithValues: shown.map { ("\($0.source)\u{0}\($0.period)", $0.value) })
    return ReportTable(
      headings: headings,
      rows: periods.map { period in
        [period]
          + sources.map { source in
            values["\(source)\u{0}\(period)"].map { naming.numbers.signed($0) } ?? ""
          }
      })
  }
}
