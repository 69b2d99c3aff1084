import Demography
import Export
import Scenarios
import Words

extension ScenarioDesk {
  /// The sensitivity of one variant as a tornado, of the last year there is where none is named.
  ///
  /// - Parameter area: the country where none is named.
  /// - Returns: `nil` when no parameter changes anything there.
  func tornado(
    _ table: Table, _ scenario: Scenario, _ variant: Scenario.Variant, area: String?, year: String?,
    file: String
  ) -> FlowFigure? {
    let place = area ?? workspace.geography.country
    let years = table.texts("period").map { String(($0 ?? "").prefix(4)) }
    guard let chosen = year ?? years.max() else { return nil }
    let (variants, areas) = (table.texts("variant"), table.texts("area"))
    let (metrics, parameters) = (table.texts("metric"), table.texts("parameter"))
    let columns = ["low", "high", "at_low", "at_high"].map { table.numbers($0) }
    let bars = (0..<table.rowCount).filter {
      variants[$0] == variant.id && areas[$0] == place && years[$0] == chosen
    }.map { row in
      TornadoBar(
        metric: name(metrics[row] ?? "", scenario), parameter: parameters[row] ?? "",
        low: columns[0][row] ?? .nan, high: columns[1][row] ?? .nan,
        atLow: columns[2][row] ?? .nan, atHigh: columns[3][row] ?? .nan)
    }
    return FlowFigure.tornado(
      bars, variant: variant.title?(words.language.rawValue) ?? variant.id, area: place,
      year: chosen, source: file, language: words.language)
  }

  /// A metric or an indicator in the reader's words.
  private func name(_ metric: String, _ scenario: Scenario) -> String {
    scenario.indicators.first { $0.id == metric }?.title?(words.language.rawValue)
      ?? words["label.metric.\(metric)"] ?? metric
  }
}

extension ScenarioDesk.Answer {
  /// Draws the answer into a file by its ending: `.svg`, `.png`, `.html` or `.vl.json`.
  ///
  /// - Throws: `scenario.tornado-none` where no parameter changes anything; as `FlowFigure.write` does.
  public func draw(to path: String) throws {
    guard let figure else { throw Fault(.usage, "scenario.tornado-none") }
    try figure.write(to: path)
  }
}
