import Demography
import Export
import Ingest
import Scenarios
import Words

extension ScenarioDesk {
  /// The sensitivity of one variant as a tornado, of the last year there is where none is named.
  ///
  /// - Parameter area: the country where none is named.
  /// - Returns: `nil` when no parameter changes anything there.
  func tornado(
    _ table: Table, _ scenario: Scenario, _ variant: Scenario.Variant, area: String?, year: String?,
    _ prepared: Prepared
  ) -> FlowFigure? {
    let identity = prepared.note.identity
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
        metric: name(metrics[row] ?? "", scenario),
        parameter: name(parameter: parameters[row] ?? "", scenario),
        low: columns[0][row] ?? .nan, high: columns[1][row] ?? .nan,
        atLow: columns[2][row] ?? .nan, atHigh: columns[3][row] ?? .nan)
    }
    return FlowFigure.tornado(
      bars, variant: variant.title?(words.language.rawValue) ?? variant.id,
      area: name(area: place, scenario), year: chosen,
      source: identity.inputs.first?.path ?? "",
      stamp: words(
        "figure.stamp",
        ["vintage": identity.vintage, "run": String(identity.key.prefix(12))]),
      language: words.language)
  }

  /// A metric or an indicator in the reader's words.
  func name(_ metric: String, _ scenario: Scenario) -> String {
    scenario.indicators.first { $0.id == metric }?.title?(words.language.rawValue)
      ?? words["label.metric.\(metric)"] ?? metric
  }

  /// A parameter by the name that the file gives it.
  func name(parameter: String, _ scenario: Scenario) -> String {
    scenario.parameters.first { $0.name == parameter }?.title?(words.language.rawValue) ?? parameter
  }

  /// The country, a set of the file or a region in the reader's words.
  func name(area: String, _ scenario: Scenario) -> String {
    if area == workspace.geography.country { return workspace.title(words.language.rawValue) }
    if let title = scenario.setTitles[area] { return title(words.language.rawValue) }
    let lists = try? WorkspaceData.readCodelists(workspace)
    return lists?["regions"]?[area]?.names(words.language.rawValue) ?? area
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
