import Demography

extension ScenarioParts {
  /// Reads `indicators: {name: expression}` or `{name: {expression, title}}`.
  mutating func readIndicators(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    if node.entries.isEmpty { reader.closed(node, ["<name>"]) }
    for entry in node.entries {
      let id = entry.key
      guard Reader.isIdentifier(id) else {
        reader.report(
          "scenario.identifier", ["key": "indicators", "value": id], at: entry.keyPlace)
        continue
      }
      if Metric(rawValue: id) != nil {
        reader.report("scenario.indicator-is-metric", ["indicator": id], at: entry.keyPlace)
      }
      var text = entry.value
      var title: Names?
      if case .map = entry.value.content {
        reader.closed(entry.value, ["expression", "title"])
        title = reader.optionalNames(entry.value, "title")
        guard reader.text(entry.value, "expression") != nil, let given = entry.value["expression"]
        else { continue }
        text = given
      }
      guard text.text != nil else {
        reader.report("scenario.not-a-text", ["key": id], at: text.place)
        continue
      }
      var expression = ExpressionReader(
        text, indicator: id, years: baseline.launch...baseline.horizon)
      if let found = expression.expression(self, &reader) {
        indicators.append(NamedIndicator(id: id, title: title, expression: found))
      }
    }
  }

  /// What may be compared or reached, by name.
  func comparable(_ document: Document) -> [String] {
    Metric.all(ageWidth: baseline.stepYears).map(\.rawValue)
      + (document["indicators"]?.entries.map(\.key) ?? [])
  }

  /// A metric or an indicator that was read; `nil` for a faulty one too, which is reported where it
  /// stands.
  func indicator(_ name: String) -> Indicator? {
    Metric(rawValue: name).map { .metric($0) }
      ?? indicators.first { $0.id == name }.map { .named($0) }
  }
}
