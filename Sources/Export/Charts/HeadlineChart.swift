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
      rows, scenario: focus.scenario, variant: focus.variant, areas: [focus.area],
      name: naming.area)
    let other = otherLine(rows, focus)
    let baselineName = naming.label("scenario", focus.scenario)
    var layers = FanLayers.layers(
      naming, axis: naming.words("chart.axis.thousand.people"), ticks: 8, labels: false)
    let above = (other.last?.1 ?? 0) < (points.last { $0.kind == "projected" }?.value ?? 0)
    layers.append(label(page, "p", "x", baselineName, ChartTheme.projected, above: above))
    if let against = focus.against, !other.isEmpty {
      layers += otherLayers(page, naming.label("scenario", against), above: !above)
    }
    return [
      page.chart(
        id,
        ["area": naming.area(focus.area), "scenario": baselineName],
        tables: ["population"],
        values: FanLayers.values(points)
          + other.map { ["g": .string(focus.against ?? ""), "x": .number($0.0), "b": .number($0.1)] },
        body: ["width": "container", "height": 340, "layer": .array(layers)],
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

  private func otherLayers(_ page: ChartPage, _ name: String, above: Bool) -> [JSON] {
    let line: JSON = [
      "transform": [["filter": "isValid(datum.b)"]],
      "mark": ["type": "line", "color": .string(ChartTheme.against), "strokeWidth": 1.6],
      "encoding": ["x": FanLayers.xEncoding(8), "y": ["field": "b", "type": "quantitative"]],
    ]
    return [line, label(page, "b", "x", name, ChartTheme.against, above: above)]
  }

  /// Direct label at the right end of a line: its name and last value.
  private func label(
    _ page: ChartPage, _ field: String, _ x: String, _ name: String, _ color: String, above: Bool
  ) -> JSON {
    [
      "transform": [
        ["filter": .string("isValid(datum.\(field))")],
        ["joinaggregate": [["op": "max", "field": .string(x), "as": "end"]]],
        ["filter": .string("datum.\(x) == datum.end")],
        ["calculate": .string("\(quoted(name)) + '  ' + format(datum.\(field), ',.0f')"), "as": "t"],
      ],
      "mark": [
        "type": "text", "align": "right", "baseline": .string(above ? "bottom" : "top"),
        "dy": .integer(above ? -10 : 12), "fontWeight": 600, "color": .string(color),
      ],
      "encoding": [
        "x": FanLayers.xEncoding(8), "y": ["field": .string(field), "type": "quantitative"],
        "text": ["field": "t", "type": "nominal"],
      ],
    ]
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
      [.code("scenario", list: "scenario"), .text("period"), .kind("kind"), .number("median"),
       .number("lower_80"), .number("upper_80"), .number("lower_95"), .number("upper_95")])
  }
}

/// A text as a string of Vega's expression language.
func quoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: " ")
    + "'"
}
