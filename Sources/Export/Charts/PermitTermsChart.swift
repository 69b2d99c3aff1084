import Words

/// Holders of permits by the term they are in, stacked, with the quota as a line: a panel for each programme
/// of the scenario in question, or for each variant of the scenario that the page explains.
struct PermitTermsChart: ChartBuilder {
  let id = "permit_terms"
  let section = ReportSection.labour

  /// Of a single hue, the first term darkest.
  private static let colours = ["#004a78", "#0072B2", "#5b9dcb", "#9cc4e2"]

  func charts(_ page: ChartPage) -> [Chart] {
    guard let all = page.rows("permit_parts") else { return [] }
    let rows = all.filter { $0.text("part") == "term" }
    let naming = page.naming
    let programmes = rows.map { $0.text("programme") }.distinct()
    guard let question = page.input.question else {
      let own = rows.filter {
        $0.text("scenario") == page.focus?.scenario && $0.text("variant") == page.focus?.variant
      }
      guard !own.isEmpty else { return [] }
      return [chart(page, id, id, own, [:]) { naming.programme($0.text("programme")) }]
    }
    let variants = [question.against] + question.variants
    // A scenario that says something over its baseline stands beside a baseline of its own.
    let hasOwn = rows.contains {
      $0.text("scenario") == question.scenario && $0.text("variant") == "baseline"
    }
    func isOwn(_ row: TableRows.Row) -> Bool {
      row.text("variant") == "baseline" && !hasOwn
        ? question.against == "baseline" : row.text("scenario") == question.scenario
    }
    return programmes.enumerated().map { k, programme in
      let own = variants.flatMap { variant in
        rows.filter {
          isOwn($0) && $0.text("variant") == variant && $0.text("programme") == programme
        }
      }
      return chart(
        page, "\(id)_\(slug(programme))", "\(id).variants", own,
        ["programme": naming.programme(programme)], isFolded: k > 0
      ) { naming.variant($0.text("variant"), in: question.scenario) }
    }
  }

  private func chart(
    _ page: ChartPage, _ id: String, _ text: String, _ rows: [TableRows.Row],
    _ arguments: [String: String], isFolded: Bool = false, panel: (TableRows.Row) -> String
  ) -> Chart {
    let naming = page.naming
    let quotas = quotas(page)
    func term(_ row: TableRows.Row) -> String {
      Self.name(row.text("code"), naming)
    }
    let present = rows.filter { ($0.number("median") ?? 0) > 0 }
    let terms = present.map { $0.text("code") }.distinct().sorted {
      (Int($0) ?? 0) < (Int($1) ?? 0)
    }
    let shown = rows.filter { terms.contains($0.text("code")) }
    let values: [JSON] = shown.compactMap { row in
      guard let x = decimalYear(row.text("period")) else { return nil }
      return [
        "x": .number(x), "g": .string(panel(row)), "t": .string(term(row)),
        "o": .number(Double(row.text("code")) ?? 0),
        "v": .optional(row.number("median").map { $0.rounded() }),
        "q": .optional(quotas[Self.key(row)]),
        "d": .string(row.text("period")),
      ]
    }
    return page.chart(
      id, text: text, arguments, tables: ["permit_parts", "permit_stock"], isFolded: isFolded,
      values: values, layout: .facet(cell: 250, margin: 58),
      body: body(
        shown.map(panel).distinct(), terms.map { Self.name($0, naming) },
        shown.compactMap { decimalYear($0.text("period")) }, naming),
      fallback: ReportTable(
        naming, shown,
        [
          .variant("variant"), .programme("programme"), .text("period"),
          .code("code", list: "term"),
          .significant("median"), .significant("lower_80"), .significant("upper_80"),
        ]))
  }

  /// `first term`; a term beyond the fourth by its number.
  private static func name(_ term: String, _ naming: Naming) -> String {
    naming.words["chart.permit_terms.term.\(term)"]
      ?? naming.words("chart.permit_terms.term", ["term": term])
  }

  /// Quotas of the whole country as the scenarios project them.
  private func quotas(_ page: ChartPage) -> [String: Double] {
    var found: [String: Double] = [:]
    for row in page.rows("permit_stock").map(Array.init) ?? []
    where row.text("area") == page.naming.country && row.text("kind") == "projected" {
      if let quota = row.number("quota") { found[Self.key(row)] = quota }
    }
    return found
  }

  private static func key(_ row: TableRows.Row) -> String {
    ["scenario", "variant", "programme", "period"].map { row.text($0) }.joined(separator: "|")
  }

  private func body(
    _ panels: [String], _ terms: [String], _ years: [Double], _ naming: Naming
  ) -> JSON {
    let x = FanLayers.xEncoding(4, over: years)
    let axis: JSON = [
      "title": nil, "format": ",~f", "tickCount": 5, "minExtent": 46, "labelFlush": true,
    ]
    let area: JSON = [
      "mark": ["type": "area", "opacity": 0.9],
      "encoding": [
        "x": x,
        "y": ["field": "v", "type": "quantitative", "stack": "zero", "axis": axis],
        "order": ["field": "o", "type": "quantitative"],
        "color": [
          "field": "t", "type": "nominal",
          "scale": [
            "domain": .array(terms.map(JSON.string)),
            "range": .array(
              terms.indices.map {
                .string(Self.colours[min($0, Self.colours.count - 1)])
              }),
          ],
          "legend": ["title": nil],
        ],
        "tooltip": [
          ["field": "d", "type": "nominal", "title": .string(naming.column("period"))],
          ["field": "t", "type": "nominal", "title": .string(naming.column("term"))],
          [
            "field": "v", "type": "quantitative", "format": ",~f",
            "title": .string(naming.column("median")),
          ],
        ],
      ],
    ]
    let quota: JSON = [
      "transform": [["filter": "isValid(datum.q) && datum.o == 1"]],
      "mark": [
        "type": "line", "interpolate": "step-after", "color": .string(ChartTheme.against),
        "strokeWidth": 1.8, "strokeDash": [2, 2],
      ],
      "encoding": ["x": x, "y": ["field": "q", "type": "quantitative"]],
    ]
    let name: JSON = [
      "transform": [
        ["filter": "isValid(datum.q) && datum.o == 1"],
        ["joinaggregate": [["op": "max", "field": "x", "as": "end"]], "groupby": ["g"]],
        ["filter": "datum.x == datum.end"],
      ],
      "mark": [
        "type": "text", "align": "right", "dy": -6, "baseline": "bottom", "fontWeight": 600,
        "text": .string(naming.words("chart.permit_stock.quota")),
        "color": .string(ChartTheme.against),
      ],
      "encoding": ["x": x, "y": ["field": "q", "type": "quantitative"]],
    ]
    return [
      "facet": [
        "field": "g", "type": "nominal", "title": nil, "sort": .array(panels.map(JSON.string)),
      ],
      "columns": 3, "spacing": ["row": 24, "column": 16],
      "spec": ["width": 250, "height": 190, "layer": [area, quota, name]],
      "resolve": [
        "scale": ["x": "shared", "y": "independent"],
        "axis": ["x": "independent", "y": "independent"],
      ],
    ]
  }
}
