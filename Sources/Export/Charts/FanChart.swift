import Words

/// Population of the country and every region as small multiples of fans.
struct FanChart: ChartBuilder {
  let id = "fan_regions"
  let section = ReportSection.regions

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("population"), let focus = page.focus else { return [] }
    let naming = page.naming
    let areas = naming.ordered(rows.map { $0.text("area") })
    let points = FanLayers.population(
      page, scenario: focus.scenario, variant: focus.variant, areas: Set(areas),
      name: naming.shortArea)
    let values = FanLayers.values(points)
    let own = rows.filter {
      $0.text("kind") == "projected" && $0.text("scenario") == focus.scenario
        && $0.text("variant") == focus.variant && $0.text("period") == focus.period
    }
    return [
      page.chart(
        id, ["scenario": naming.label("scenario", focus.scenario)], tables: ["population"],
        values: values, layout: .facet(cell: 150, margin: 46),
        body: SmallMultiples.body(
          names: areas.map(naming.shortArea), width: 150, height: 96,
          layers: FanLayers.layers(
            naming, axis: "", ticks: 3, values: values, extent: 38)),
        fallback: ReportTable(
          naming, own,
          [
            .area("area"), .text("period"), .number("median"), .number("lower_80"),
            .number("upper_80"), .number("lower_95"), .number("upper_95"),
          ]))
    ]
  }
}

/// One small chart for each area, each on a scale of its own.
enum SmallMultiples {
  static func body(names: [String], width: Int, height: Int, layers: [JSON]) -> JSON {
    [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(names.map(JSON.string)),
      ],
      "columns": 4, "spacing": ["row": 18, "column": 14],
      "spec": ["width": .integer(width), "height": .integer(height), "layer": .array(layers)],
      "resolve": [
        "scale": ["x": "shared", "y": "independent"],
        "axis": ["x": "independent", "y": "independent"],
      ],
    ]
  }
}
