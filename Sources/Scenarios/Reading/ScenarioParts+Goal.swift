import Demography

extension ScenarioParts {
  /// Reads `goal_seek: {vary, variant, reach: {metric, region, year, value | level_of}, quantile, bounds}`.
  func readGoal(_ node: Document?, _ reader: inout Reader) -> Scenario.Goal? {
    guard let node else { return nil }
    reader.closed(node, ["vary", "variant", "reach", "quantile", "bounds"])
    let known = reader.parameters.map(\.name)
    let name = reader.text(node, "vary")
    if let name, !known.contains(name) {
      reader.report(
        "scenario.parameter-unknown",
        ["parameter": name, "nearest": nearest(to: name, in: known) ?? ""],
        at: node["vary"]?.place ?? node.place)
    }
    let variant = reader.choice(
      node, "variant", variants.map(\.id), standard: variants.last?.id)
    let quantile = reader.number(node, "quantile", in: 0.01...0.99, standard: 0.5)
    guard let reach = reader.required(node, "reach") else { return nil }
    reader.closed(reach, ["metric", "region", "year", "value", "level_of"])
    let metric = reader.choice(reach, "metric", Metric.allCases.map(\.rawValue))
    let area = reader.text(reach, "region").flatMap { _ in
      readAreas(reach, "region", &reader).first
    }
    let year = readYear(reach, "year", &reader)
    let target = readTarget(reach, &reader)
    guard let name, known.contains(name), let variant, let quantile, let area, let year, let target,
      let metric = metric.flatMap({ Metric(rawValue: $0) }),
      let bounds = readGoalBounds(node, name, &reader)
    else { return nil }
    return Scenario.Goal(
      parameter: name, variant: variant, metric: metric, area: area, year: year, target: target,
      quantile: quantile, bounds: bounds)
  }

  private func readYear(_ node: Document, _ key: String, _ reader: inout Reader) -> Int? {
    let range = Double(baseline.launch)...Double(baseline.horizon)
    return reader.number(node, key, in: range).map { Int($0) }
  }

  private func readTarget(_ reach: Document, _ reader: inout Reader) -> Scenario.Goal.Target? {
    if reach["level_of"] != nil {
      if let value = reach["value"] {
        reader.report("scenario.goal-target", [:], at: value.place)
        return nil
      }
      return readYear(reach, "level_of", &reader).map { .levelOf($0) }
    }
    return reader.number(reach, "value", in: -1e12...1e12).map { .value($0) }
  }

  /// The stretch to look in: that of the goal, else the parameter's own bounds.
  private func readGoalBounds(
    _ node: Document, _ name: String, _ reader: inout Reader
  ) -> ClosedRange<Double>? {
    if let bounds = reader.bounds(node) { return bounds }
    if node["bounds"] != nil { return nil }
    if let bounds = reader.parameters.first(where: { $0.name == name })?.bounds { return bounds }
    reader.report("scenario.goal-bounds", ["parameter": name], at: node.place)
    return nil
  }
}
