import Words

/// What each variant changes in every region, in per cent of the region in the variant compared with, as grids of
/// tiles that lie about as on a map: small multiples, one for each variant.
struct TileDifferenceChart: ChartBuilder {
  let id = "tile_differences"
  let section = ReportSection.regions

  private struct Tile {
    let row: TableRows.Row
    let column: Int
    let line: Int
    let share: Double
  }

  func charts(_ page: ChartPage) -> [Chart] {
    guard let question = page.input.question, let differences = page.rows("differences"),
      let levels = page.rows("levels"), let regions = page.rows("regions"),
      let metric = DifferenceText(page)?.first.first?.metric
    else { return [] }
    var places: [String: (column: Int, line: Int)] = [:]
    for row in regions {
      guard let column = row.number("tile_col"), let line = row.number("tile_row") else { continue }
      places[row.text("code")] = (Int(column), Int(line))
    }
    func isAsked(_ row: TableRows.Row) -> Bool {
      row.text("scenario") == question.scenario && row.text("metric") == metric
        && question.isOfYear(row)
    }
    var level: [String: Double] = [:]
    for row in levels where isAsked(row) {
      level[row.text("variant") + "|" + row.text("area")] = row.number("median")
    }
    let tiles = differences.filter { isAsked($0) && $0.text("against") == question.against }
      .compactMap { row -> Tile? in
        guard let place = places[row.text("area")], let change = row.number("median"),
          let base = level[question.against + "|" + row.text("area")], base > 0
        else { return nil }
        return Tile(row: row, column: place.column, line: place.line, share: change / base)
      }
    guard tiles.contains(where: { $0.share != 0 }) else { return [] }
    let naming = page.naming
    return [
      page.chart(
        id,
        [
          "metric": naming.label("metric", metric), "year": String(question.year),
          "against": naming.variant(question.against, in: question.scenario),
        ], tables: ["differences", "levels", "regions"],
        values: tiles.map { value($0, naming) },
        layout: .facet(cell: 330, margin: 0, isShared: true),
        body: body(tiles, question, naming),
        fallback: ReportTable(
          naming, tiles.map(\.row),
          [
            .variant("variant"), .area("area"), .significant("median"), .significant("lower_80"),
            .significant("upper_80"),
          ]))
    ]
  }

  private func value(_ tile: Tile, _ naming: Naming) -> JSON {
    let row = tile.row
    func said(_ column: String) -> JSON {
      .string(row.number(column).map { naming.numbers.significant($0, isSigned: true) } ?? "–")
    }
    return [
      "g": .string(naming.variant(row.text("variant"), in: row.text("scenario"))),
      "n": .string(naming.shortArea(row.text("area"))),
      "name": .string(naming.area(row.text("area"))), "c": .integer(tile.column),
      "r": .integer(tile.line), "v": .number((tile.share * 1e5).rounded() / 1e5),
      "m": said("median"), "l": said("lower_80"), "u": said("upper_80"),
    ]
  }

  private func body(_ tiles: [Tile], _ question: ScenarioQuestion, _ naming: Naming) -> JSON {
    let bound = max(0.001, tiles.map { abs($0.share) }.max() ?? 0)
    let lines = (tiles.map(\.line).max() ?? 0) - (tiles.map(\.line).min() ?? 0) + 1
    func place(_ field: String) -> JSON {
      [
        "field": .string(field), "type": "ordinal", "axis": nil,
        "scale": ["paddingInner": 0.06, "paddingOuter": 0],
      ]
    }
    func text(_ field: JSON, _ dy: Int, _ size: Double, _ weight: Int) -> JSON {
      [
        "mark": [
          "type": "text", "dy": .integer(dy), "fontSize": .number(size), "baseline": "middle",
          "fontWeight": .integer(weight), "limit": ["expr": "bandwidth('x') - 2"],
        ],
        "encoding": [
          "x": place("c"), "y": place("r"), "text": field,
          "color": [
            "condition": [
              "test": .string("abs(datum.v) > \(bound * 0.72)"), "value": "white",
            ], "value": .string(ChartTheme.observed),
          ],
        ],
      ]
    }
    func tip(_ field: String, _ column: String) -> JSON {
      ["field": .string(field), "type": "nominal", "title": .string(naming.column(column))]
    }
    let rect: JSON = [
      "mark": ["type": "rect", "cornerRadius": 3],
      "encoding": [
        "x": place("c"), "y": place("r"),
        "color": [
          "field": "v", "type": "quantitative",
          "scale": ["domain": [.number(-bound), .number(bound)], "range": ChartTheme.diverging],
          "legend": [
            "title": nil, "gradientLength": 180, "tickCount": 5,
            "labelExpr": "format(datum.value, datum.value == 0 ? '.0%' : '+.2~p')",
          ],
        ],
        "tooltip": [
          tip("name", "area"), tip("m", "median"), tip("l", "lower_80"), tip("u", "upper_80"),
        ],
      ],
    ]
    let share: JSON = ["field": "v", "type": "quantitative", "format": "+.2~p"]
    let name: JSON = ["field": "n", "type": "nominal"]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil,
        "sort": .array(
          question.variants.map { .string(naming.variant($0, in: question.scenario)) }),
      ],
      "columns": 2, "spacing": ["row": 20, "column": 20],
      "spec": [
        "width": 330, "height": .integer(lines * 38),
        "layer": [rect, text(name, -7, 7.5, 400), text(share, 8, 10, 600)],
      ],
    ]
  }
}
