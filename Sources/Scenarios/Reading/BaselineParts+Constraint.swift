import Demography

extension BaselineParts {
  /// Reads `constraint: {mode, weight, max_factor, population, components, reconstrain, evidence}`.
  mutating func readConstraint(_ node: Document?, _ reader: inout Reader) -> Constraint? {
    guard let node else { return nil }
    reader.closed(
      node,
      [
        "mode", "weight", "max_factor", "population", "components", "reconstrain", "evidence",
      ])
    if let evidence = reader.evidence(node), evidence.quality == .assumed {
      assumed.append("constraint")
    }
    guard let manner = manner(node, standard: nil, &reader), manner.mode != .none else {
      return nil
    }
    var population: Constraint.Target?
    if node["population"] != nil || node["components"] == nil {
      guard let list = reader.required(node, "population") else { return nil }
      population = manner.target(points(list, launch + 1...horizon, "population", &reader))
    }
    var components: [Constraint.Component: Constraint.Target] = [:]
    if let list = node["components"] {
      reader.closed(list, Constraint.Component.allCases.map(\.rawValue))
      for component in Constraint.Component.allCases {
        guard let entry = list[component.rawValue] else { continue }
        reader.closed(entry, ["mode", "weight", "max_factor", "totals"])
        guard let own = self.manner(entry, standard: manner, &reader),
          let totals = reader.required(entry, "totals")
        else { continue }
        components[component] = own.target(
          points(totals, launch...horizon - 1, "totals", &reader))
      }
    }
    let reconstrains = reader.flag(node, "reconstrain", standard: false)
    guard population != nil || !components.isEmpty else { return nil }
    return Constraint(
      population: population, components: components, reconstrains: reconstrains)
  }

  /// How totals are met.
  private struct Manner {
    let mode: Constraint.Mode
    let weight: Double
    let mostFactor: Double

    /// `nil` where nothing is to be met.
    func target(_ points: [Constraint.Target.Point]) -> Constraint.Target? {
      guard mode != .none, !points.isEmpty else { return nil }
      return Constraint.Target(
        mode: mode, weight: weight, mostFactor: mostFactor, points: points)
    }
  }

  /// Mode, weight and bound of a constraint; those of the whole where a component has none of its own.
  private func manner(
    _ node: Document, standard: Manner?, _ reader: inout Reader
  ) -> Manner? {
    if let standard, node["mode"] == nil, node["weight"] == nil, node["max_factor"] == nil {
      return standard
    }
    let word = reader.choice(
      node, "mode", Constraint.Mode.allCases.map(\.rawValue), standard: standard?.mode.rawValue)
    guard let mode = word.flatMap({ Constraint.Mode(rawValue: $0) }) else { return nil }
    guard mode == .soft else {
      for key in ["weight", "max_factor"] where mode == .hard {
        guard let own = node[key] else { continue }
        reader.report("baseline.constraint-weight", ["key": key], at: own.place)
      }
      return Manner(mode: mode, weight: 1, mostFactor: .infinity)
    }
    let isSoft = standard?.mode == .soft
    guard
      let weight = reader.number(
        node, "weight", in: 0...1, standard: isSoft ? standard?.weight : nil)
    else { return nil }
    let most =
      node["max_factor"] == nil
      ? (isSoft ? standard?.mostFactor : nil) ?? .infinity
      : reader.number(node, "max_factor", in: 1...100)
    return most.map { Manner(mode: mode, weight: weight, mostFactor: $0) }
  }

  private func points(
    _ list: Document, _ years: ClosedRange<Int>, _ key: String, _ reader: inout Reader
  ) -> [Constraint.Target.Point] {
    var points: [Constraint.Target.Point] = []
    for entry in list.entries {
      guard let year = Int(entry.key), years.contains(year) else {
        reader.report(
          "scenario.out-of-range",
          [
            "key": key, "value": entry.key, "lower": String(years.lowerBound),
            "upper": String(years.upperBound),
          ], at: entry.keyPlace)
        continue
      }
      if let last = points.last, year <= last.year {
        reader.report("scenario.points-order", ["value": entry.key], at: entry.keyPlace)
      }
      if let persons = reader.number(list, entry.key, in: 1...1e11) {
        points.append(Constraint.Target.Point(year: year, persons: persons))
      }
    }
    return points
  }
}
