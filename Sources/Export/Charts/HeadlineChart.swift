import Demography
import Words

/// The one chart of the first screen: the area in question, its history, its projection and the
/// scenario it is set against.
struct HeadlineChart: ChartBuilder {
  let id = "headline"
  let section = ReportSection.answer

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("population"), let focus = page.focus else { return [] }
    let naming = page.naming
    let points = FanLayers.population(
      page, scenario: focus.scenario, variant: focus.variant, areas: [focus.area],
      name: naming.area)
    let other = otherLine(rows, focus)
    let baselineName = naming.label("scenario", focus.scenario)
    let values = FanLayers.values(points)
    var layers = FanLayers.layers(
      naming, axis: naming.words("chart.axis.thousand.people"), ticks: 8, labels: false,
      values: values)
    if !other.isEmpty { layers.append(otherLine) }
    layers += [end]
    let against = naming.against(focus)
    layers.append(legend([baselineName] + (other.isEmpty ? [] : [against])))
    let scale = axis(points.map(\.x))
    return [
      page.chart(
        id,
        ["area": naming.title(focus.area), "scenario": baselineName],
        tables: ["population"],
        values: values
          + other.map {
            ["g": .string(against), "x": .number($0.0), "b": .number($0.1)]
          },
        body: [
          "width": "container", "height": 340, "layer": .array([scale] + layers),
        ],
        fallback: fallback(page, rows, focus))
    ]
  }

  private func otherLine(_ rows: TableRows, _ focus: ChosenFocus) -> [(Double, Double)] {
    guard let against = focus.against else { return [] }
    return rows.compactMap { row in
      guard row.text("kind") == "projected", row.text("area") == focus.area,
        row.text("scenario") == against, row.text("variant") == focus.againstVariant,
        let x = decimalYear(row.text("period")), let value = row.number("median")
      else { return nil }
      return (x, (value / 10).rounded() / 100)
    }
  }

  private let otherLine: JSON = [
    "transform": [["filter": "isValid(datum.b)"]],
    "mark": ["type": "line", "color": .string(ChartTheme.against), "strokeWidth": 1.6],
    "encoding": [
      "x": ["field": "x", "type": "quantitative"], "y": ["field": "b", "type": "quantitative"],
    ],
  ]

  /// Sets the axis of years, which leaves room on the right for the last values.
  private func axis(_ years: [Double]) -> JSON {
    let first = years.min() ?? 0
    let last = years.max() ?? 1
    return [
      "mark": ["type": "rule", "opacity": 0],
      "encoding": [
        "x": [
          "datum": .number(last), "type": "quantitative",
          "scale": [
            "zero": false, "nice": false,
            "domain": [.number(first), .number(last + (last - first) * 0.15)],
          ],
          "axis": [
            "title": nil, "format": "d", "grid": false,
            "values": .array(FanLayers.marks(8, over: years).map(JSON.integer)),
          ],
        ]
      ],
    ]
  }

  /// The last projected value to the right of its line's end.
  private let end: JSON = [
    "transform": [
      ["filter": "isValid(datum.p)"],
      ["joinaggregate": [["op": "max", "field": "x", "as": "end"]]],
      ["filter": "datum.x == datum.end"],
    ],
    "mark": [
      "type": "text", "align": "left", "baseline": "middle", "dx": 6, "fontWeight": 600,
      "fontSize": ["expr": "width < 400 ? 9.5 : 11"], "color": .string(ChartTheme.projected),
    ],
    "encoding": [
      "x": ["field": "x", "type": "quantitative"], "y": ["field": "p", "type": "quantitative"],
      "text": ["field": "p", "type": "quantitative", "format": ",.4~r"],
    ],
  ]

  /// The names of the lines over the chart, where there is room for all of them.
  private func legend(_ names: [String]) -> JSON {
    let lines = names.map { wrapped($0, at: 46).joined(separator: "\n") }
    return [
      "data": ["values": .array(lines.map { ["s": .string($0)] })],
      "mark": ["type": "square", "opacity": 0],
      "encoding": [
        "color": [
          "field": "s", "type": "nominal",
          "scale": [
            "domain": .array(lines.map(JSON.string)),
            "range": [.string(ChartTheme.projected), .string(ChartTheme.against)],
          ],
          "legend": [
            "title": nil, "columns": 1, "labelLimit": 0, "symbolType": "square",
            "symbolOpacity": 1, "labelExpr": "split(datum.label, '\\n')",
          ],
        ]
      ],
    ]
  }

  private func fallback(_ page: ChartPage, _ rows: TableRows, _ focus: ChosenFocus) -> ReportTable {
    let own = rows.filter { row in
      guard row.text("area") == focus.area else { return false }
      let scenario = row.text("scenario")
      return row.text("kind") != "projected" || scenario == focus.scenario
        || scenario == focus.against && row.text("variant") == focus.againstVariant
    }
    return ReportTable(
      page.naming, own,
      [
        .code("scenario", list: "scenario"), .text("period"), .kind("kind"), .number("median"),
        .number("lower_80"), .number("upper_80"), .number("lower_95"), .number("upper_95"),
      ])
  }
}

/// A text as a string of Vega's expression language.
func quoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: " ")
    + "'"
}
