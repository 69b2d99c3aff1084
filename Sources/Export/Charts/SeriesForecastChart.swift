import Words

/// Forecasts of time series by area: one chart for each series.
struct SeriesForecastChart: ChartBuilder {
  let id = "series"
  let section = ReportSection.quality

  /// How many regions stand beside the country; the others are behind a line that opens them.
  private static let shownRegions = 4

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("series") else { return [] }
    let bySeries = Dictionary(grouping: rows) { $0.text("series") }
    return bySeries.keys.sorted().flatMap { series -> [Chart] in
      let own = bySeries[series] ?? []
      let areas = page.naming.ordered(own.map { $0.text("area") })
      guard areas.count > Self.shownRegions * 2 else {
        return [chart(page, series, own, areas, "series", isFolded: false)]
      }
      let first = areas.filter { $0 == page.naming.country } + largest(own, page.naming.country)
      return [
        chart(page, series, own, first, "series.first", isFolded: false),
        chart(
          page, series, own, areas.filter { !first.contains($0) }, "series.rest", isFolded: true),
      ]
    }
  }

  /// Regions whose forecast differs most from their last known value, as a share of it.
  private func largest(_ rows: [TableRows.Row], _ country: String) -> [String] {
    let changes = Dictionary(grouping: rows) { $0.text("area") }.mapValues { own -> Double in
      func last(isProjected: Bool) -> Double? {
        own.filter { ($0.text("kind") == "projected") == isProjected }
          .max { $0.text("period") < $1.text("period") }?.number("value")
      }
      guard let known = last(isProjected: false), let end = last(isProjected: true), known != 0
      else { return 0 }
      return abs(end / known - 1)
    }
    return changes.filter { $0.key != country }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(Self.shownRegions).map(\.key)
  }

  private func chart(
    _ page: ChartPage, _ series: String, _ all: [TableRows.Row], _ areas: [String], _ text: String,
    isFolded: Bool
  ) -> Chart {
    let naming = page.naming
    let largest = all.compactMap { $0.number("value") }.map { abs($0) }.max() ?? 0
    let scale = largest >= 20_000 ? 1000.0 : 1
    let unit = naming.unit(all.first?.text("unit") ?? "")
    let own = all.filter { areas.contains($0.text("area")) }
    let values = FanLayers.values(own.compactMap { point($0, naming, scale) })
    return page.chart(
      "series_\(slug(series))" + (isFolded ? "_rest" : ""), text: text,
      [
        "series": naming.label("series", series),
        "unit": scale == 1 ? unit : naming.words("chart.unit.thousands", ["unit": unit]),
      ],
      tables: ["series"], sources: page.stated(bySeries: all), isFolded: isFolded, values: values,
      layout: .facet(cell: 150, margin: 46),
      body: SmallMultiples.body(
        names: areas.map(naming.shortArea), width: 150, height: 96,
        layers: FanLayers.layers(naming, axis: "", ticks: 3, values: values, extent: 38)),
      fallback: ReportTable(
        naming, own.filter { $0.text("kind") == "projected" },
        [
          .area("area"), .text("period"), .number("value"), .number("lower_80"),
          .number("upper_80"), .number("lower_95"), .number("upper_95"),
          .code("model", list: "model"),
        ]))
  }

  private func point(_ row: TableRows.Row, _ naming: Naming, _ scale: Double) -> FanLayers.Point? {
    guard let x = decimalYear(row.text("period")) else { return nil }
    func scaled(_ column: String) -> Double? { row.number(column).map { $0 / scale } }
    return FanLayers.Point(
      group: naming.shortArea(row.text("area")), x: x, kind: row.text("kind"),
      value: scaled("value"), lower80: scaled("lower_80"), upper80: scaled("upper_80"),
      lower95: scaled("lower_95"), upper95: scaled("upper_95"))
  }
}

/// A text as part of a file name and of an HTML id: letters, digits and underscores.
func slug(_ text: String) -> String {
  String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
}
