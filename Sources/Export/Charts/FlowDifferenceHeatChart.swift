import Words

/// Changes of the flows between regions: origins down, destinations across, blue for more, orange for
/// fewer.
struct FlowDifferenceHeatChart: ChartBuilder {
  let id = "od_difference"
  let section = ReportSection.flows

  func charts(_ page: ChartPage) -> [Chart] {
    let naming = page.naming
    return FlowDifferences.all(page).enumerated().map { k, flows in
      page.chart(
        "\(id)_\(slug(flows.variant))", text: id, flows.arguments(page),
        tables: ["od_differences"], isFolded: k > 0,
        values: flows.rows.map { row in
          [
            "o": .string(naming.shortArea(row.text("origin"))),
            "d": .string(naming.shortArea(row.text("destination"))),
            "v": .optional(row.number("median").map { $0.rounded() }),
            "t": .string(row.flowDifference(naming)),
          ]
        }, body: body(flows, naming), fallback: flows.table(naming))
    }
  }

  private func body(_ flows: FlowDifferences, _ naming: Naming) -> JSON {
    let bound = max(1, flows.rows.map { abs($0.number("median") ?? 0) }.max() ?? 1)
    func axis(_ field: String, _ column: String, angle: Int) -> JSON {
      [
        "field": .string(field), "type": "nominal",
        "sort": .array(naming.regions.map { .string(naming.shortArea($0)) }),
        "axis": [
          "title": .string(naming.column(column)), "labelAngle": .integer(angle), "labelLimit": 118,
          "domain": false, "labelFontSize": 10,
        ],
        "scale": [
          "paddingInner": 0.04,
          "domain": .array(naming.regions.map { .string(naming.shortArea($0)) }),
        ],
      ]
    }
    return [
      "width": "container", "height": 480, "mark": ["type": "rect", "cornerRadius": 1],
      "encoding": [
        "x": axis("d", "destination", angle: -90), "y": axis("o", "origin", angle: 0),
        "color": [
          "field": "v", "type": "quantitative",
          "scale": [
            "type": "symlog", "constant": .number(max(1, bound / 50)),
            "domain": [.number(-bound), .number(bound)], "range": ChartTheme.diverging,
          ],
          "legend": [
            "title": .string(naming.words("chart.axis.difference.people")), "gradientLength": 220,
            "labelExpr": .string(signedLabel), "tickCount": 5,
          ],
        ],
        "tooltip": ["field": "t", "type": "nominal"],
      ],
    ]
  }
}
