import Demography

/// Population as it was observed, from the observations of a run, so that a fan shows where it comes
/// from.
enum PopulationHistory {
  /// Totals on 1 January in thousands, the latest release of each area and day; observed before
  /// derived, and neither where the observations know nothing of an area.
  static func points(
    _ page: ChartPage, areas: Set<String>, name: (String) -> String
  ) -> [FanLayers.Point] {
    guard let rows = page.rows("observations") else { return [] }
    var newest: [String: (vintage: String, point: FanLayers.Point)] = [:]
    for row in rows {
      let area = row.text("REF_AREA")
      let period = row.text("TIME_PERIOD")
      guard row.text("MEASURE") == "POP", areas.contains(area),
        ["", "_T"].contains(row.text("SEX")), ["", "_T"].contains(row.text("AGE")),
        ["", "_T"].contains(row.text("CITIZENSHIP")), ["", "ALL"].contains(row.text("SCOPE")),
        period.hasSuffix("-01-01"), let x = decimalYear(period),
        let value = row.number("OBS_VALUE"),
        ["OBSERVED", "DERIVED"].contains(row.text("ESTIMATE_KIND"))
      else { continue }
      let isObserved = row.text("ESTIMATE_KIND") == "OBSERVED"
      let rank = (isObserved ? "1" : "0") + row.text("VINTAGE")
      let key = "\(area)|\(period)"
      if let known = newest[key], known.vintage >= rank { continue }
      newest[key] = (
        rank,
        FanLayers.Point(
          group: name(area), x: x, kind: isObserved ? "observed" : "derived", value: value / 1000)
      )
    }
    return newest.sorted { $0.key < $1.key }.map(\.value.point)
  }
}
