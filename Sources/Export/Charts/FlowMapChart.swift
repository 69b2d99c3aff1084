import Words

/// The corridors that change most as curved arcs between the capitals of the regions, or between the places
/// of a circle where the workspace gives no coordinates.
struct FlowMapChart: ChartBuilder {
  let id = "flow_map"
  let section = ReportSection.flows

  private let count = 30

  func charts(_ page: ChartPage) -> [Chart] {
    let all = FlowDifferences.all(page)
    guard !all.isEmpty, let places = places(page) else { return [] }
    let naming = page.naming
    return all.enumerated().map { k, flows in
      let shown = Array(flows.rows.prefix(count).reversed())
      let most = flows.rows.first.map { abs($0.number("median") ?? 0) } ?? 1
      return page.chart(
        "\(id)_\(slug(flows.variant))", text: id,
        flows.arguments(page).merging(["count": String(shown.count)]) { $1 }, grammar: .vega,
        tables: ["od_differences", "regions"], isFolded: k > 0,
        values: shown.compactMap { arc($0, places.points, most: most, naming) },
        body: body(shown, places, most: most, naming), fallback: flows.table(naming))
    }
  }

  /// Where regions stand, in shares of the width, and the height for one of width.
  private struct Places {
    let points: [String: (x: Double, y: Double)]
    let aspect: Double
  }

  private func places(_ page: ChartPage) -> Places? {
    guard let rows = page.rows("regions") else { return nil }
    let known = rows.compactMap { row -> (code: String, lat: Double, lon: Double)? in
      guard let lat = row.number("lat"), let lon = row.number("lon") else { return nil }
      return (row.text("code"), lat, lon)
    }
    let codes = page.naming.regions
    guard known.count == codes.count, let south = known.map(\.lat).min(),
      let north = known.map(\.lat).max(), let west = known.map(\.lon).min(),
      let east = known.map(\.lon).max(), east > west
    else { return circle(codes) }
    // Degrees of longitude shrink with the cosine of the latitude in the middle.
    let shrink = cosine((south + north) / 2)
    let width = (east - west) * shrink
    let aspect = min(1, max(0.35, (north - south) / width))
    var points: [String: (x: Double, y: Double)] = [:]
    for (code, lat, lon) in known {
      points[code] = (
        0.1 + 0.8 * (lon - west) / (east - west),
        north > south ? 0.1 + 0.8 * (north - lat) / (north - south) : 0.5
      )
    }
    return Places(points: points, aspect: aspect)
  }

  private func circle(_ codes: [String]) -> Places {
    var points: [String: (x: Double, y: Double)] = [:]
    for (k, code) in codes.enumerated() {
      let angle = 360 * Double(k) / Double(max(1, codes.count))
      points[code] = (0.5 + 0.4 * cosine(angle - 90), 0.5 + 0.4 * cosine(angle - 180))
    }
    return Places(points: points, aspect: 0.8)
  }

  /// The cosine of an angle in degrees by Bhaskara's rule, near enough for a drawing (error below 0.002).
  private func cosine(_ degrees: Double) -> Double {
    var angle = degrees.truncatingRemainder(dividingBy: 360)
    if angle > 180 { angle -= 360 }
    if angle < -180 { angle += 360 }
    let size = abs(angle)
    if size > 90 { return -cosine(180 - size) }
    return (32_400 - 4 * size * size) / (32_400 + size * size)
  }

  private func arc(
    _ row: TableRows.Row, _ points: [String: (x: Double, y: Double)], most: Double,
    _ naming: Naming
  ) -> JSON? {
    guard let from = points[row.text("origin")], let to = points[row.text("destination")] else {
      return nil
    }
    let value = row.number("median") ?? 0
    func rounded(_ share: Double) -> JSON { .number((share * 1e4).rounded() / 1e4) }
    return [
      "x1": rounded(from.x), "y1": rounded(from.y), "x2": rounded(to.x), "y2": rounded(to.y),
      "w": rounded(most > 0 ? abs(value) / most : 0),
      "c": .string(value < 0 ? ChartTheme.against : ChartTheme.projected),
      "t": .string(row.flowDifference(naming)),
    ]
  }

  private func body(
    _ rows: [TableRows.Row], _ places: Places, most: Double, _ naming: Naming
  ) -> JSON {
    let nodes: [JSON] = naming.regions.compactMap { code in
      places.points[code].map { point in
        [
          "x": .number(point.x), "y": .number(point.y), "n": .string(naming.shortArea(code)),
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
        [
          "name": "height", "update": .string("width * \((places.aspect * 1000).rounded() / 1000)"),
        ],
      ],
      "data": [
        [
          "name": "table",
          "values": .array(rows.compactMap { arc($0, places.points, most: most, naming) }),
        ],
        ["name": "nodes", "values": .array(nodes)],
      ],
      "marks": [arcs, heads, dots, label(halo: true), label(halo: false)],
    ]
  }

  // Ends of an arc and the point that bows it, in pixels.
  private let x1 = "datum.x1 * width"
  private let y1 = "datum.y1 * height"
  private let x2 = "datum.x2 * width"
  private let y2 = "datum.y2 * height"
  private var cx: String { "((\(x1) + \(x2)) / 2 + 0.22 * (\(y2) - \(y1)))" }
  private var cy: String { "((\(y1) + \(y2)) / 2 - 0.22 * (\(x2) - \(x1)))" }

  /// The heads of the arrows, a little before the ends.
  private var heads: JSON {
    func at(_ a: String, _ c: String, _ b: String) -> String {
      "0.01 * \(a) + 0.18 * \(c) + 0.81 * \(b)"
    }
    return [
      "type": "symbol", "from": ["data": "table"], "interactive": false,
      "encode": [
        "update": [
          "x": ["signal": .string(at(x1, cx, x2))], "y": ["signal": .string(at(y1, cy, y2))],
          "shape": ["value": "triangle"],
          "size": ["signal": "(24 + 180 * datum.w) * min(1, width / 720)"],
          "angle": ["signal": .string("90 + atan2(\(y2) - \(cy), \(x2) - \(cx)) * 180 / PI")],
          "fill": ["field": "c"], "fillOpacity": ["value": 0.85],
        ]
      ],
    ]
  }

  /// A curve bowed to the left of its way, so that both directions of a corridor are seen.
  private var arcs: JSON {
    [
      "type": "path", "from": ["data": "table"],
      "encode": [
        "update": [
          "path": [
            "signal": .string(
              "'M' + \(x1) + ',' + \(y1) + ' Q' + \(cx) + ',' + \(cy) + ' ' + \(x2) + ',' + \(y2)")
          ],
          "stroke": ["field": "c"],
          "strokeWidth": ["signal": "0.6 + 8 * datum.w * min(1, width / 720)"],
          "strokeOpacity": ["value": 0.55], "strokeCap": ["value": "round"],
          "tooltip": ["field": "t"],
        ],
        "hover": ["strokeOpacity": ["value": 0.95]],
      ],
    ]
  }

  private let dots: JSON = [
    "type": "symbol", "from": ["data": "nodes"],
    "encode": [
      "update": [
        "x": ["signal": "datum.x * width"], "y": ["signal": "datum.y * height"],
        "size": ["value": 26], "fill": ["value": .string(ChartTheme.observed)],
      ]
    ],
  ]

  private func label(halo: Bool) -> JSON {
    let paint: JSON =
      halo
      ? [
        "stroke": ["value": "white"], "strokeWidth": ["value": 3.5],
        "strokeJoin": ["value": "round"],
      ]
      : ["fill": ["value": .string(ChartTheme.observed)]]
    let place: JSON = [
      "x": ["signal": "datum.x * width"], "y": ["signal": "datum.y * height - 7"],
      "align": ["value": "center"], "baseline": ["value": "bottom"], "text": ["field": "n"],
      "fontSize": ["signal": "width < 460 ? 8 : 10.5"],
      "font": ["value": .string(ChartTheme.font)],
    ]
    return [
      "type": "text", "from": ["data": "nodes"], "interactive": false,
      "encode": ["update": place.merged(paint)],
    ]
  }
}
