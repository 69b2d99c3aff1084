import Demography
import Words

/// The layers every fan is made of: observed solid with points, modelled dashed, projected as a line
/// in a band, 80 per cent dark and 95 per cent light.
enum FanLayers {
  /// One point in time of one fan, in the unit of its axis.
  struct Point {
    var group: String
    var x: Double
    var kind: String
    var value: Double?
    var lower80: Double?
    var upper80: Double?
    var lower95: Double?
    var upper95: Double?
  }

  /// The fields that a data set has.
  static func fields(_ values: [JSON]) -> Set<String> {
    Set(
      ["o", "m", "p", "l80", "l95"].filter { field in
        values.contains { $0[field].map { $0 != .null } ?? false }
      })
  }

  /// The rows of the data set, with a join so that the band opens from the last known value.
  static func values(_ points: [Point], digits: Double = 100) -> [JSON] {
    let groups = points.map(\.group).distinct()
    return groups.flatMap { group -> [JSON] in
      let own = points.filter { $0.group == group }.sorted { $0.x < $1.x }
      let known = own.filter { $0.kind != "projected" }
      let projected = own.filter { $0.kind == "projected" }
      var rows = known.map {
        row($0, ["observed", "derived"].contains($0.kind) ? "o" : "m", digits)
      }
      if let last = known.last, let first = projected.first, first.x > last.x, last.value != nil {
        rows.append(row(join(last), "p", digits))
      }
      rows += projected.map { row($0, "p", digits) }
      return rows + [headroom(own, digits)].compactMap { $0 }
    }
  }

  /// A point above all others, so that the last value can be written inside the frame. There is no
  /// such point below: the axis of what is never negative does not go below zero.
  private static func headroom(_ own: [Point], _ digits: Double) -> JSON? {
    let all = own.flatMap { [$0.value, $0.lower95, $0.upper95, $0.lower80, $0.upper80] }
      .compactMap { $0 }
    guard let low = all.min(), let high = all.max(), let last = own.last else { return nil }
    let top = high + (high > low ? (high - low) * 0.16 : abs(high) * 0.1)
    return [
      "g": .string(last.group), "x": .number(last.x),
      "h": .number((top * digits).rounded() / digits),
    ]
  }

  private static func join(_ last: Point) -> Point {
    var point = last
    (point.lower80, point.upper80) = (last.value, last.value)
    (point.lower95, point.upper95) = (last.value, last.value)
    return point
  }

  private static func row(_ point: Point, _ field: String, _ digits: Double) -> JSON {
    func rounded(_ value: Double?) -> JSON {
      .optional(value.map { ($0 * digits).rounded() / digits })
    }
    var members: [JSON.Member] = [
      .init("g", .string(point.group)), .init("x", .number(point.x)),
      .init(field, rounded(point.value)),
    ]
    if field == "p" {
      members += [
        .init("l95", rounded(point.lower95)), .init("l80", rounded(point.lower80)),
        .init("u80", rounded(point.upper80)), .init("u95", rounded(point.upper95)),
      ]
    }
    return .object(members)
  }

  /// - Parameters:
  ///   - axis: title of the value axis; empty for none.
  ///   - color: of what is projected.
  ///   - values: the data set; a layer without data is left out.
  ///   - extent: least width of the value axis, so that small multiples stand in line.
  static func layers(
    _ naming: Naming, axis: String, color: String = ChartTheme.projected, ticks: Int = 5,
    labels: Bool = true, values: [JSON], extent: Int = 0
  ) -> [JSON] {
    let fields = Self.fields(values)
    let x = xEncoding(ticks, over: values.compactMap { $0["x"]?.double })
    let y = axis
    func value(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative",
        "scale": ["zero": false, "nice": true],
        "axis": [
          "title": y.isEmpty ? nil : .string(y), "format": ",~f", "tickCount": 4,
          // A label at the top edge would push its panel out of line with its neighbours.
          "labelFlush": true,
          "minExtent": .integer(extent),
        ],
      ]
    }
    func band(_ low: String, _ high: String, _ opacity: Double) -> JSON {
      [
        "transform": [["filter": .string("isValid(datum.\(low))")]],
        "mark": [
          "type": "area", "color": .string(color), "opacity": .number(opacity), "line": false,
        ],
        "encoding": ["x": x, "y": value(low), "y2": ["field": .string(high)]],
      ]
    }
    func line(_ field: String, _ mark: JSON) -> JSON {
      [
        "transform": [["filter": .string("isValid(datum.\(field))")]],
        "mark": mark, "encoding": ["x": x, "y": value(field), "tooltip": tooltip(naming, field)],
      ]
    }
    let all = [
      ("l95", band("l95", "u95", 0.16)), ("l80", band("l80", "u80", 0.3)),
      ("p", line("p", ["type": "line", "color": .string(color), "strokeWidth": 1.8])),
      (
        "m",
        line("m", ["type": "line", "color": .string(ChartTheme.observed), "strokeDash": [5, 3]])
      ),
      (
        "o",
        line(
          "o",
          [
            "type": "line", "color": .string(ChartTheme.observed), "strokeWidth": 1.6,
            "point": ["size": 14, "color": .string(ChartTheme.observed)],
          ])
      ),
    ]
    var result = all.filter { fields.contains($0.0) }.map(\.1)
    if labels && fields.contains("p") {
      result.append(endLabel(x, value("top"), color))
      result.append([
        "transform": [["filter": "isValid(datum.h)"]],
        "mark": ["type": "point", "opacity": 0], "encoding": ["x": x, "y": value("h")],
      ])
    }
    return result
  }

  /// An axis of years whose marks are whole years, each once.
  static func xEncoding(_ ticks: Int, over years: [Double]) -> JSON {
    [
      "field": "x", "type": "quantitative", "scale": ["zero": false, "nice": false],
      "axis": [
        "title": nil, "format": "d", "grid": false, "labelFlush": true, "labelSeparation": 4,
        "labelOverlap": "greedy", "values": .array(marks(ticks, over: years).map(JSON.integer)),
      ],
    ]
  }

  /// Whole years at equal round steps, not many more than `ticks`.
  static func marks(_ ticks: Int, over years: [Double]) -> [Int] {
    guard let low = years.min(), let high = years.max(), low.rounded(.up) <= high else { return [] }
    let first = Int(low.rounded(.up))
    let last = Int(high)
    let step = [1, 2, 5, 10, 20, 25, 50].first { (last - first) / $0 < ticks } ?? 100
    return (first...last).filter { $0.isMultiple(of: step) }
  }

  /// The last projected value, written over the end of its band.
  private static func endLabel(_ x: JSON, _ y: JSON, _ color: String) -> JSON {
    [
      "transform": [
        ["filter": "isValid(datum.p)"],
        ["joinaggregate": [["op": "max", "field": "x", "as": "end"]], "groupby": ["g"]],
        ["filter": "datum.x == datum.end"],
        [
          "calculate":
            "isValid(datum.u95) ? datum.u95 : isValid(datum.u80) ? datum.u80 : datum.p",
          "as": "top",
        ],
      ],
      "mark": [
        "type": "text", "align": "right", "baseline": "bottom", "dy": -3, "fontWeight": 600,
        "fontSize": 11, "color": .string(color),
      ],
      "encoding": [
        "x": x, "y": y, "text": ["field": "p", "type": "quantitative", "format": ",.3~r"],
      ],
    ]
  }

  private static func tooltip(_ naming: Naming, _ field: String) -> JSON {
    func entry(_ field: String, _ key: String, _ format: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "title": .string(naming.column(key)),
        "format": .string(format),
      ]
    }
    let common: [JSON] = [
      ["field": "g", "type": "nominal", "title": .string(naming.column("area"))],
      entry("x", "period", ".2~f"),
    ]
    guard field == "p" else {
      return .array(common + [entry(field, "value", ",~f")])
    }
    return .array(
      common + [
        entry("p", "median", ",~f"), entry("l80", "lower_80", ",~f"),
        entry("u80", "upper_80", ",~f"),
        entry("l95", "lower_95", ",~f"), entry("u95", "upper_95", ",~f"),
      ])
  }
}

extension FanLayers {
  /// Points of the table `population` of one scenario and variant, in thousands, after those that the
  /// observations know; what was known at launch is the same for all scenarios and taken once.
  static func population(
    _ page: ChartPage, scenario: String, variant: String, areas: Set<String>,
    name: (String) -> String
  ) -> [Point] {
    guard let rows = page.rows("population") else { return [] }
    let history = PopulationHistory.points(page, areas: areas, name: name)
    var seen = Set(history.map { "\($0.group)|\($0.x)" })
    let run = rows.compactMap { row -> Point? in
      let area = row.text("area")
      let kind = row.text("kind")
      guard areas.contains(area), let x = decimalYear(row.text("period")) else { return nil }
      if kind == "projected" {
        guard row.text("scenario") == scenario, row.text("variant") == variant else { return nil }
      } else if !seen.insert("\(name(area))|\(x)").inserted {
        return nil
      }
      func thousands(_ column: String) -> Double? { row.number(column).map { $0 / 1000 } }
      return Point(
        group: name(area), x: x, kind: kind, value: thousands("median") ?? thousands("mean"),
        lower80: thousands("lower_80"), upper80: thousands("upper_80"),
        lower95: thousands("lower_95"), upper95: thousands("upper_95"))
    }
    return history + run
  }
}
