import Words

/// Forecasts of time series by area: one chart for each series.
struct SeriesForecastChart: ChartBuilder {
  let id = "series"
  let section = ReportSection.quality

  func charts(_ page: ChartPage) -> [Chart] {
    guard let rows = page.rows("series") else { return [] }
    let naming = page.naming
    return rows.map { $0.text("series") }.distinct().sorted().map { series in
      let own = rows.filter { $0.text("series") == series }
      let areas = naming.ordered(own.map { $0.text("area") })
      let largest = own.compactMap { $0.number("value") }.map { abs($0) }.max() ?? 0
      let scale = largest >= 20_000 ? 1000.0 : 1
      let unit = naming.unit(own.first?.text("unit") ?? "")
      let points = own.compactMap { point($0, naming, scale) }
      let values = FanLayers.values(points)
      let arguments = [
        "series": naming.label("series", series),
        "unit": scale == 1 ? unit : naming.words("chart.unit.thousands", ["unit": unit]),
      ]
      return page.chart(
        "series_\(slug(series))", text: "series", arguments, tables: ["series"],
        values: values, layout: .facet(cell: 150, margin: 46),
        body: SmallMultiples.body(
          names: areas.map(naming.shortArea), width: 150, height: 96,
          layers: FanLayers.layers(
            naming, axis: "", ticks: 3, fields: FanLayers.fields(values), extent: 38)),
        fallback: ReportTable(
          naming, own.filter { $0.text("kind") == "projected" },
          [
            .area("area"), .text("period"), .number("value"), .number("lower_80"),
            .number("upper_80"), .number("lower_95"), .number("upper_95"), .text("model"),
          ]))
    }
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
