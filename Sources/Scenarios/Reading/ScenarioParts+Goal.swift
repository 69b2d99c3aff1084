import Demography

extension ScenarioParts {
  /// Reads `goal_seek: {vary, variant, reach: {metric, region, year, value | level_of}, quantile, bounds}`.
  func readGoal(
    _ node: Document?, _ comparable: [String], _ reader: inout Reader
  ) -> Scenario.Goal? {
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
    let metric = reader.choice(reach, "metric", comparable).flatMap { indicator($0) }
    let area = readGoalArea(reach, &reader)
    let last = metric?.isStock == false ? baseline.horizon - 1 : baseline.horizon
    let year = readYear(reach, "year", last, &reader)
    let target = readTarget(reach, last, &reader)
    guard let name, known.contains(name), let variant, let quantile, let area, let year, let target,
      let metric, let bounds = readGoalBounds(node, name, variant, &reader)
    else { return nil }
    return Scenario.Goal(
      parameter: name, variant: variant, metric: metric, area: area, year: year, target: target,
      quantile: quantile, bounds: bounds)
  }

  private func readYear(
    _ reach: Document, _ key: String, _ last: Int, _ reader: inout Reader
  ) -> Int? {
    guard let year = reader.whole(reach, key, in: baseline.launch...last) else { return nil }
    let place = reach[key]?.place ?? reach.place
    return reader.isOnStep(year, from: baseline.launch, at: place) ? year : nil
  }

  /// One region, local set or the country.
  private func readGoalArea(_ reach: Document, _ reader: inout Reader) -> Scenario.Area? {
    guard reader.text(reach, "region") != nil else { return nil }
    let areas = readAreas(reach, "region", &reader)
    if areas.count > 1 {
      reader.report(
        "scenario.goal-region", ["country": baseline.country],
        at: reach["region"]?.place ?? reach.place)
    }
    return areas.count == 1 ? areas[0] : nil
  }

  /// - Parameter last: the last year the metric is known for: a whole year ends at the horizon.
  private func readTarget(
    _ reach: Document, _ last: Int, _ reader: inout Reader
  ) -> Scenario.Goal.Target? {
    if reach["level_of"] != nil {
      if let value = reach["value"] {
        reader.report("scenario.goal-target", [:], at: value.place)
        return nil
      }
      return readYear(reach, "level_of", last, &reader).map { .levelOf($0) }
    }
    return reader.number(reach, "value", in: -1e12...1e12).map { .value($0) }
  }

  /// The stretch to look in: that of the goal, which must be permitted where the parameter is used;
  /// else the parameter's own bounds as far as they are permitted.
  private func readGoalBounds(
    _ node: Document, _ name: String, _ variant: String, _ reader: inout Reader
  ) -> ClosedRange<Double>? {
    let set = variants.first { $0.id == variant }?.set ?? [:]
    let permitted = reader.limits.range(of: name, beside: set)
    if let bounds = reader.bounds(node) {
      for end in [bounds.lowerBound, bounds.upperBound] where permitted?.contains(end) == false {
        reader.reportRange(
          end, permitted ?? bounds, "bounds", at: node["bounds"]?.place ?? node.place)
        return nil
      }
      return bounds
    }
    if node["bounds"] != nil { return nil }
    if reader.parameters.first(where: { $0.name == name })?.bounds != nil { return permitted }
    reader.report("scenario.goal-bounds", ["parameter": name], at: node.place)
    return nil
  }
}
