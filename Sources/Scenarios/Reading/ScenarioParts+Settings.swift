import Demography

// What a scenario says over the settings of its baseline.

extension ScenarioParts {
  /// Reads `time: {horizon}`, `constraint: {…}`, `uncertainty: {draws}` and `outputs: {pyramid_years,
  /// flow_years, flow_ages}`; from here on the baseline is the one the scenario is compared with.
  mutating func readSettings(_ document: Document, _ reader: inout Reader) {
    readHorizon(document["time"], &reader)
    baseline = baseline.changed(by: settings)
    reader.horizon = baseline.horizon
    readDraws(document["uncertainty"], &reader)
    readOutputs(document["outputs"], &reader)
    if let node = document["constraint"] {
      var parts = BaselineParts(launch: baseline.launch, horizon: baseline.horizon)
      settings.constraint = .init(target: parts.readConstraint(node, &reader))
      settings.isAssumed = !parts.assumed.isEmpty
    }
    baseline = baseline.changed(by: settings)
  }

  private mutating func readHorizon(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    reader.closed(node, ["horizon"])
    guard let horizon = reader.newYear(node, "horizon") else { return }
    let place = node["horizon"]?.place ?? node.place
    guard horizon > baseline.launch, horizon <= baseline.horizon else {
      reader.report(
        "scenario.horizon",
        [
          "year": String(horizon), "launch": String(baseline.launch),
          "horizon": String(baseline.horizon),
        ], at: place)
      return
    }
    if reader.isOnStep(horizon, from: baseline.launch, at: place) { settings.horizon = horizon }
  }

  private mutating func readDraws(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    reader.closed(node, ["draws"])
    settings.draws = reader.whole(node, "draws", in: 1...100_000)
  }

  private mutating func readOutputs(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    reader.closed(node, ["pyramid_years", "flow_years", "flow_ages"])
    let (launch, horizon) = (baseline.launch, baseline.horizon)
    settings.pyramidYears = reader.years(node, "pyramid_years", in: launch...horizon, from: launch)
    settings.flowYears = reader.years(node, "flow_years", in: launch...horizon - 1, from: launch)
    settings.flowAges = reader.flowAges(node)
  }
}

extension ScenarioParts {
  /// Reads `compare: {thresholds: {temporary_stock: {almaty_city: 60000}}}`.
  mutating func readThresholds(_ document: Document, _ reader: inout Reader) {
    guard let node = document["compare"]?["thresholds"] else { return }
    let permitted = comparable(document)
    if node.entries.isEmpty { reader.closed(node, permitted) }
    for entry in node.entries {
      guard permitted.contains(entry.key) else {
        reader.report(
          "scenario.not-permitted",
          [
            "key": "thresholds", "value": entry.key,
            "permitted": permitted.joined(separator: ", "),
            "nearest": nearest(to: entry.key, in: permitted) ?? "",
          ], at: entry.keyPlace)
        continue
      }
      if entry.value.entries.isEmpty { reader.closed(entry.value, ["<region>"]) }
      for part in entry.value.entries {
        let found = areas(Document(.scalar(part.key), at: part.keyPlace), &reader)
        guard let value = reader.number(entry.value, part.key, in: -1e12...1e12),
          let metric = indicator(entry.key)
        else { continue }
        comparison.thresholds += found.map {
          Scenario.Threshold(metric: metric, area: $0, value: value)
        }
      }
    }
  }

  /// Reads `checks: [{assert: "displaced_stock >= 0"}, {warn_if: "…"}]`.
  mutating func readChecks(_ node: Document?, _ reader: inout Reader) {
    guard let node else { return }
    for item in node.items {
      reader.closed(item, Check.Kind.allCases.map(\.rawValue))
      let given = Check.Kind.allCases.filter { item[$0.rawValue] != nil }
      guard given.count == 1, let kind = given.first, let text = item[kind.rawValue] else {
        reader.report("scenario.check-kind", [:], at: item.place)
        continue
      }
      guard let words = text.text, !words.isEmpty else {
        reader.report("scenario.not-a-text", ["key": kind.rawValue], at: text.place)
        continue
      }
      var expression = ExpressionReader(
        text, indicator: kind.rawValue, years: baseline.launch...baseline.horizon)
      if let condition = expression.condition(self, &reader) {
        checks.append(Check(kind: kind, text: words, condition: condition, place: text.place))
      }
    }
  }
}
