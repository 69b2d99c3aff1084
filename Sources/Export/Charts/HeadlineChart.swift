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
      fields: FanLayers.fields(values))
    let last = points.filter { $0.kind == "projected" }.max { $0.x < $1.x }
    let isLower = (last?.value ?? 0) < (other.last?.1 ?? 0)
    layers.append(
      label("p", baselineName, ChartTheme.projected, shift: other.isEmpty ? 0 : isLower ? 20 : -20))
    if let against = focus.against, !other.isEmpty {
      layers.append(otherLine)
      layers.append(
        label(
          "b", naming.label("scenario", against), ChartTheme.against, shift: isLower ? -20 : 20))
    }
    let scale = axis(points.map(\.x))
    return [
      page.chart(
        id,
        ["area": naming.title(focus.area), "scenario": baselineName],
        tables: ["population"],
        values: values
          + other.map {
            ["g": .string(focus.against ?? ""), "x": .number($0.0), "b": .number($0.1)]
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

  /// Sets the axis of years, which leaves room on the right for the names of the lines.
  private func axis(_ years: [Double]) -> JSON {
    let first = years.min() ?? 0
    let last = years.max() ?? 1
    let step = last - first > 14 ? 5 : 2
    let marks = (Int(first.rounded(.up))...max(Int(first.rounded(.up)), Int(last)))
      .filter { $0 % step == 0 }
    return [
      "mark": ["type": "rule", "opacity": 0],
      "encoding": [
        "x": [
          "datum": .number(last), "type": "quantitative",
          "scale": [
            "zero": false, "nice": false,
            "domain": [.number(first), .number(last + (last - first) * 0.3)],
          ],
          "axis": [
            "title": nil, "format": "d", "grid": false, "values": .array(marks.map(JSON.integer)),
          ],
        ]
      ],
    ]
  }

  /// Direct label to the right of a line's end: its name over its last value.
  private func label(_ field: String, _ name: String, _ color: String, shift: Int) -> JSON {
    let lines = twoLines(name).map(quoted).joined(separator: ", ")
    return [
      "transform": [
        ["filter": .string("isValid(datum.\(field))")],
        ["joinaggregate": [["op": "max", "field": "x", "as": "end"]]],
        ["filter": "datum.x == datum.end"],
        ["calculate": .string("[\(lines), format(datum.\(field), ',.3~r')]"), "as": "t"],
      ],
      "mark": [
        "type": "text", "align": "left", "baseline": "middle", "dx": 6, "lineHeight": 13,
        "dy": .integer(shift - (lines.contains("', '") ? 13 : 7)), "fontWeight": 600,
        "fontSize": ["expr": "width < 400 ? 9.5 : 11"], "color": .string(color),
      ],
      "encoding": [
        "x": ["field": "x", "type": "quantitative"],
        "y": ["field": .string(field), "type": "quantitative"],
        "text": ["field": "t", "type": "nominal"],
      ],
    ]
  }

  /// A name in two lines of about the same length; in one where it is short or has no space.
  private func twoLines(_ name: String) -> [String] {
    let words = name.split(separator: " ").map(String.init)
    guard words.count > 1, name.count > 12 else { return [name] }
    let cuts = (1..<words.count).map { cut in
      [words[..<cut], words[cut...]].map { $0.joined(separator: " ") }
    }
    return cuts.min { ($0.map(\.count).max() ?? 0) < ($1.map(\.count).max() ?? 0) } ?? [name]
  }

  private func fallback(_ page: ChartPage, _ rows: TableRows, _ focus: ChosenFocus) -> ReportTable {
    let own = rows.filter { row in
      guard row.text("area") == focus.area else { return false }
      let scenario = row.text("scenario")
      return row.text("kind") != "projected" || scenario == focus.scenario
        || scenario == focus.against
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
