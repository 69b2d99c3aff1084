import Demography
import Words

/// Age and sex of the area in question at launch and at the horizon.
struct PyramidChart: ChartBuilder {
  let id = "pyramid"
  let section = ReportSection.regions

  func charts(_ page: ChartPage) -> [Chart] {
    guard let focus = page.focus, let data = PyramidData(page, focus, areas: [focus.area]) else {
      return []
    }
    let naming = page.naming
    return [
      page.chart(
        id, data.arguments.merging(["area": naming.title(focus.area)]) { $1 }, tables: ["pyramid"],
        values: data.values,
        body: [
          "width": "container", "height": 380, "layer": .array(data.layers(naming, ticks: 7)),
        ],
        fallback: data.fallback)
    ]
  }
}

/// The same for every region, as small multiples.
struct RegionalPyramidsChart: ChartBuilder {
  let id = "pyramid_regions"
  let section = ReportSection.regions

  func charts(_ page: ChartPage) -> [Chart] {
    guard let focus = page.focus, let data = PyramidData(page, focus, areas: nil),
      data.areas.count > 1
    else { return [] }
    let naming = page.naming
    var body = SmallMultiples.body(
      names: data.areas.map(naming.shortArea), width: 150, height: 130,
      layers: data.layers(naming, ticks: 3))
    body = body.merged([
      "resolve": ["scale": ["x": "independent"], "axis": ["x": "independent"]]
    ])
    return [
      page.chart(
        id, data.arguments, tables: ["pyramid"], values: data.values,
        layout: .facet(cell: 150, margin: 40), body: body, fallback: data.fallback)
    ]
  }
}

/// Rows of the table `pyramid` at its first and last period, men to the left.
private struct PyramidData {
  let areas: [String]
  let values: [JSON]
  let arguments: [String: String]
  let fallback: ReportTable
  private let ages: [String]

  init?(_ page: ChartPage, _ focus: ChosenFocus, areas wanted: Set<String>?) {
    guard let rows = page.rows("pyramid") else { return nil }
    let naming = page.naming
    let own = rows.filter { row in
      let area = row.text("area")
      guard wanted.map({ $0.contains(area) }) ?? true else { return false }
      let isOwn = row.text("scenario") == focus.scenario && row.text("variant") == focus.variant
      return row.text("kind") != "projected" || isOwn
    }
    let periods = own.map { $0.text("period") }.distinct().sorted()
    guard let first = periods.first, let last = periods.last, first < last else { return nil }
    let end = periods.last { $0 <= focus.period } ?? last
    areas = naming.ordered(own.map { $0.text("area") })
    ages = own.map { $0.text("age") }.distinct().sorted { ageStart($0) > ageStart($1) }
    arguments = [
      "launch": Period(first).map { String($0.year) } ?? first,
      "horizon": Period(end).map { String($0.year) } ?? end,
    ]
    let shown = own.filter { $0.text("period") == first || $0.text("period") == end }
    values = Self.values(shown, first: first, naming)
    fallback = ReportTable(
      naming, shown,
      [
        .area("area"), .text("period"), .code("sex", list: "sex"), .text("age"), .kind("kind"),
        .number("median"), .number("lower_80"), .number("upper_80"),
      ])
  }

  private static func values(_ rows: [TableRows.Row], first: String, _ naming: Naming) -> [JSON] {
    var seen: Set<[String]> = []
    return rows.compactMap { row in
      guard let median = row.number("median") else { return nil }
      let identity = [row.text("area"), row.text("period"), row.text("sex"), row.text("age")]
      guard seen.insert(identity).inserted else { return nil }
      let side = row.text("sex") == "M" ? -1.0 : 1.0
      func thousands(_ value: Double) -> JSON { .number((side * value / 10).rounded() / 100) }
      var members: [JSON.Member] = [
        .init("g", .string(naming.shortArea(row.text("area")))),
        .init("s", .string(row.text("sex"))), .init("a", .string(ageLabel(row.text("age")))),
      ]
      if row.text("period") == first {
        members.append(.init("v0", thousands(median)))
      } else {
        members += [
          .init("v1", thousands(median)),
          .init("l", row.number("lower_80").map(thousands) ?? .null),
          .init("u", row.number("upper_80").map(thousands) ?? .null),
        ]
      }
      return .object(members)
    }
  }

  func layers(_ naming: Naming, ticks: Int) -> [JSON] {
    let y: JSON = [
      "field": "a", "type": "nominal", "sort": .array(ages.map { .string(ageLabel($0)) }),
      "axis": [
        "title": nil, "grid": false, "labelOverlap": true, "labelFontSize": 10,
        "values": .array(ages.filter { ageStart($0) % 20 == 0 }.map { .string(ageLabel($0)) }),
      ],
    ]
    func x(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative",
        "axis": [
          "title": nil, "tickCount": .integer(ticks), "labelFlush": false,
          "labelExpr": "format(abs(datum.value), ',~f')",
        ],
      ]
    }
    let colour: JSON = [
      "field": "s", "type": "nominal",
      "scale": ["domain": ["M", "F"], "range": [.string("#56B4E9"), .string("#E69F00")]],
      "legend": [
        "title": nil,
        "labelExpr":
          .string(
            "datum.value == 'M' ? \(quoted(naming.label("sex", "M"))) : \(quoted(naming.label("sex", "F")))"
          ),
      ],
    ]
    return [
      [
        "transform": [["filter": "isValid(datum.v1)"]],
        "mark": ["type": "bar", "height": ["band": 0.92], "opacity": 0.75],
        "encoding": ["y": y, "x": x("v1"), "color": colour, "tooltip": tooltip(naming)],
      ],
      [
        "transform": [["filter": "isValid(datum.l)"]],
        "mark": [
          "type": "rule", "strokeWidth": 1, "color": .string(ChartTheme.text), "opacity": 0.7,
        ],
        "encoding": ["y": y, "x": x("l"), "x2": ["field": "u"]],
      ],
      [
        "transform": [["filter": "isValid(datum.v0)"]],
        "mark": [
          "type": "tick", "color": .string(ChartTheme.observed), "thickness": 1.8,
          "height": ["band": 0.95],
        ],
        "encoding": ["y": y, "x": x("v0")],
      ],
    ]
  }

  private func tooltip(_ naming: Naming) -> JSON {
    func entry(_ expression: String, _ key: String) -> JSON {
      [
        "field": .string(expression), "type": "quantitative", "format": ",~f",
        "title": .string(naming.column(key)),
      ]
    }
    return [
      ["field": "g", "type": "nominal", "title": .string(naming.column("area"))],
      ["field": "a", "type": "nominal", "title": .string(naming.column("age"))],
      entry("v1", "median"), entry("l", "lower_80"), entry("u", "upper_80"),
    ]
  }
}

/// First year of an age code: 25 for `Y25T29`, 100 for `Y_GE100`.
func ageStart(_ code: String) -> Int {
  Int(code.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
}

/// An age code as a person writes it: `25–29`, `100+`.
func ageLabel(_ code: String) -> String {
  let bounds = code.split { !$0.isNumber }.map(String.init)
  if code.hasPrefix("Y_GE") { return (bounds.first ?? "") + "+" }
  return bounds.count == 2 ? "\(bounds[0])–\(bounds[1])" : bounds.first ?? code
}
