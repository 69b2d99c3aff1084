import Words

/// Changes of the flows between regions as ribbons between arcs of a circle: as wide as the change is large,
/// blue for more, orange for fewer.
struct FlowDifferenceChordChart: ChartBuilder {
  let id = "od_difference_chord"
  let section = ReportSection.flows

  func charts(_ page: ChartPage) -> [Chart] {
    let codes = page.naming.regions
    // More ribbons cannot be told apart.
    guard codes.count <= FlowFigure.largestChord else { return [] }
    return FlowDifferences.all(page).map { flows in
      page.chart(
        "\(id)_\(slug(flows.variant))", text: id, flows.arguments(page), grammar: .vega,
        tables: ["od_differences"], isFolded: true, values: [],
        body: body(flows, codes, page.naming),
        fallback: flows.table(page.naming))
    }
  }

  private func body(_ flows: FlowDifferences, _ codes: [String], _ naming: Naming) -> JSON {
    let place = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
    var values = [Double](repeating: 0, count: codes.count * codes.count)
    var rowOf: [Int: TableRows.Row] = [:]
    for row in flows.rows {
      guard let i = place[row.text("origin")], let j = place[row.text("destination")] else {
        continue
      }
      values[j * codes.count + i] = abs(row.number("median") ?? 0)
      rowOf[j * codes.count + i] = row
    }
    let layout = ChordLayout(values, count: codes.count)
    func angle(_ value: Double) -> JSON { .number((value * 1e5).rounded() / 1e5) }
    let arcs: [JSON] = layout.arcs.filter { $0.departures + $0.arrivals > 0 }.map { arc in
      [
        "a": angle(arc.start), "b": angle(arc.end), "c": .string(ChartTheme.muted),
        "n": .string(naming.shortArea(codes[arc.area])),
        "t": .string(naming.area(codes[arc.area])),
      ]
    }
    let ribbons: [JSON] = layout.ribbons.compactMap { ribbon in
      rowOf[ribbon.destination * codes.count + ribbon.origin].map { row in
        [
          "a": angle(ribbon.source.start), "b": angle(ribbon.source.end),
          "d": angle(ribbon.target.start), "e": angle(ribbon.target.end),
          "c": .string(
            (row.number("median") ?? 0) < 0 ? ChartTheme.against : ChartTheme.projected),
          "t": .string(row.flowDifference(naming)),
        ]
      }
    }
    let container = "isFinite(containerSize()[0]) ? containerSize()[0] : 720"
    return [
      "padding": 4, "autosize": ["type": "fit-x", "contains": "padding"],
      "signals": [
        [
          "name": "width", "init": .string(container),
          "on": [["update": .string(container), "events": "window:resize"]],
        ],
        ["name": "height", "update": "min(width, 640)"],
        ["name": "radius", "update": "height / 2 - 100"],
      ],
      "data": [
        ["name": "arcs", "values": .array(arcs)],
        ["name": "ribbons", "values": .array(ribbons)],
      ],
      "marks": [
        [
          "type": "group",
          "encode": [
            "update": ["x": ["signal": "width / 2"], "y": ["signal": "height / 2"]]
          ],
          "marks": .array(ChordMarks(radius: "radius").all),
        ]
      ],
    ]
  }
}
