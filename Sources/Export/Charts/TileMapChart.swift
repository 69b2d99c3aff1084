import Words

/// Growth of every region until the horizon as a grid of tiles that lie about as on a map.
struct TileMapChart: ChartBuilder {
  let id = "tile_map"
  let section = ReportSection.regions

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("population"), let regions = page.rows("regions"),
      let focus = page.focus
    else { return [] }
    let naming = page.naming
    var launch: [String: Double] = [:]
    var horizon: [String: TableRows.Row] = [:]
    for row in rows {
      if row.text("kind") != "projected" && row.text("period") == focus.launchPeriod {
        launch[row.text("area")] = row.number("median") ?? row.number("mean")
      } else if row.text("kind") == "projected" && row.text("period") == focus.period
        && row.text("scenario") == focus.scenario && row.text("variant") == focus.variant
      {
        horizon[row.text("area")] = row
      }
    }
    let tiles = regions.compactMap { region -> Tile? in
      let code = region.text("code")
      guard let column = region.number("tile_col"), let line = region.number("tile_row"),
        let start = launch[code], start > 0, let end = horizon[code],
        let median = end.number("median")
      else { return nil }
      func growth(_ column: String) -> Double? { end.number(column).map { $0 / start - 1 } }
      return Tile(
        code: code, column: Int(column), line: Int(line), growth: median / start - 1,
        lower: growth("lower_80"), upper: growth("upper_80"))
    }
    guard !tiles.isEmpty else { return [] }
    let years = ["from": String(focus.launchPeriod.prefix(4)), "to": String(focus.year)]
    return [
      page.chart(
        id, years.merging(["scenario": naming.label("scenario", focus.scenario)]) { $1 },
        tables: ["population", "regions"], values: tiles.map { value($0, naming) },
        body: body(tiles, naming), fallback: fallback(tiles, naming))
    ]
  }

  private struct Tile {
    let code: String
    let column: Int
    let line: Int
    let growth: Double
    let lower: Double?
    let upper: Double?
  }

  private func value(_ tile: Tile, _ naming: Naming) -> JSON {
    let name = naming.shortArea(tile.code)
    let lines = name.replacing("-", with: "- ").split(separator: " ", maxSplits: 1)
    return [
      "n": .array(lines.map { .string(String($0)) }), "name": .string(naming.area(tile.code)),
      "c": .integer(tile.column), "r": .integer(tile.line), "v": .number(rounded(tile.growth)),
      "l": .optional(tile.lower.map(rounded)), "u": .optional(tile.upper.map(rounded)),
    ]
  }

  private func rounded(_ share: Double) -> Double { (share * 10_000).rounded() / 10_000 }

  private func body(_ tiles: [Tile], _ naming: Naming) -> JSON {
    let rows = (tiles.map(\.line).max() ?? 0) - (tiles.map(\.line).min() ?? 0) + 1
    let largest = tiles.map { abs($0.growth) }.max() ?? 0
    let bound = max(0.01, (largest * 100).rounded(.up) / 100)
    let x: JSON = [
      "field": "c", "type": "ordinal", "axis": nil,
      "scale": ["paddingInner": 0.05, "paddingOuter": 0],
    ]
    let y: JSON = [
      "field": "r", "type": "ordinal", "axis": nil,
      "scale": ["paddingInner": 0.06, "paddingOuter": 0],
    ]
    func text(_ field: String, _ dy: Int, _ sizes: (Double, Double), _ weight: Int) -> JSON {
      [
        "mark": [
          "type": "text", "dy": .integer(dy), "fontWeight": .integer(weight), "lineHeight": 12,
          "fontSize": ["expr": .string("width < 460 ? \(sizes.0) : \(sizes.1)")],
          "limit": ["expr": .string(field == "v" ? "100" : "bandwidth('x') - 2")],
          "baseline": "middle",
        ],
        "encoding": [
          "x": x, "y": y,
          "text": field == "v"
            ? ["field": "v", "type": "quantitative", "format": "+.2~p"]
            : ["field": "n", "type": "nominal"],
          "color": [
            "condition": ["test": .string("abs(datum.v) > \(bound * 0.72)"), "value": "white"],
            "value": .string(ChartTheme.observed),
          ],
        ],
      ]
    }
    let tiles: JSON = [
      "mark": ["type": "rect", "cornerRadius": 4],
      "encoding": [
        "x": x, "y": y,
        "color": [
          "field": "v", "type": "quantitative",
          "scale": [
            "domain": [.number(-bound), .number(bound)], "range": ChartTheme.diverging,
          ],
          "legend": [
            "title": nil, "gradientLength": 180, "tickCount": 5,
            // No sign stands before a zero.
            "labelExpr": "format(datum.value, datum.value == 0 ? '.0%' : '+.0%')",
          ],
        ],
        "tooltip": tooltip(naming),
      ],
    ]
    return [
      "width": "container", "height": .integer(rows * 66),
      "layer": [tiles, text("n", -12, (7, 10.5), 400), text("v", 17, (9.5, 13), 600)],
    ]
  }

  private func tooltip(_ naming: Naming) -> JSON {
    func entry(_ field: String, _ column: String) -> JSON {
      [
        "field": .string(field), "type": "quantitative", "format": "+.1%",
        "title": .string(naming.column(column)),
      ]
    }
    return [
      ["field": "name", "type": "nominal", "title": .string(naming.column("area"))],
      entry("v", "growth"), entry("l", "lower_80"), entry("u", "upper_80"),
    ]
  }

  private func fallback(_ tiles: [Tile], _ naming: Naming) -> ReportTable {
    let numbers = naming.numbers
    return ReportTable(
      headings: [
        .init(title: naming.column("area"), isNumber: false),
        .init(title: naming.column("growth"), isNumber: true),
        .init(title: naming.column("lower_80"), isNumber: true),
        .init(title: naming.column("upper_80"), isNumber: true),
      ],
      rows: tiles.sorted { $0.code < $1.code }.map { tile in
        [
          naming.area(tile.code), numbers.signedPercent(tile.growth),
          tile.lower.map { numbers.signedPercent($0) } ?? "",
          tile.upper.map { numbers.signedPercent($0) } ?? "",
        ]
      })
  }
}
