import Demography

extension BaselineParts {
  /// Reads `constraint: {mode, weight, max_factor, population, population_by_region, components, reconstrain,
  /// evidence}`.
  mutating func readConstraint(_ node: Document?, _ reader: inout Reader) -> Constraint? {
    guard let node else { return nil }
    reader.closed(
      node,
      [
        "mode", "weight", "max_factor", "population", "population_by_region", "components",
        "reconstrain", "evidence",
      ])
    if let evidence = reader.evidence(node), evidence.quality == .assumed {
      assumed.append("constraint")
    }
    if reader.places.isGrouped { forbidGroups(node, &reader) }
    guard let manner = manner(node, standard: nil, &reader), manner.mode != .none else {
      return nil
    }
    var population: Constraint.Target?
    let isAlone = node["components"] == nil && node["population_by_region"] == nil
    if node["population"] != nil || isAlone {
      guard let list = reader.required(node, "population") else { return nil }
      population = manner.target(points(list, launch + 1...horizon, "population", &reader))
    }
    let regional = margins(
      node, "population_by_region", manner, launch + 1...horizon, &reader
    ) { .region($0) }
    checkSums(
      population, regional, "population", (node["population_by_region"] ?? node).place, &reader)
    var components: [Constraint.Component: Constraint.Target] = [:]
    var byComponent: [Constraint.Component: [Constraint.Margin]] = [:]
    if let list = node["components"] {
      reader.closed(list, Constraint.Component.allCases.map(\.rawValue))
      for component in Constraint.Component.allCases {
        guard let entry = list[component.rawValue] else { continue }
        let found = readComponent(component, entry, manner, &reader)
        components[component] = found.total
        if !found.margins.isEmpty { byComponent[component] = found.margins }
      }
    }
    let reconstrains = reader.flag(node, "reconstrain", standard: false)
    guard population != nil || !regional.isEmpty || !components.isEmpty || !byComponent.isEmpty
    else { return nil }
    return Constraint(
      population: population, regionalPopulation: regional, components: components,
      margins: byComponent, reconstrains: reconstrains)
  }

  /// Where people are in groups only totals of the country are met, and none of moves.
  private func forbidGroups(_ node: Document, _ reader: inout Reader) {
    func forbid(_ key: String, _ list: Document?) {
      guard let own = list?[key] else { return }
      reader.report("baseline.groups-constraint", ["key": key], at: own.place)
    }
    forbid("population_by_region", node)
    forbid("internal", node["components"])
    for entry in node["components"]?.entries ?? [] { forbid("by_region", entry.value) }
  }

  private func readComponent(
    _ component: Constraint.Component, _ entry: Document, _ standard: Manner,
    _ reader: inout Reader
  ) -> (total: Constraint.Target?, margins: [Constraint.Margin]) {
    let keys =
      component == .internal ? ["by_origin", "by_destination", "by_pair", "by_net"] : ["by_region"]
    reader.closed(entry, ["mode", "weight", "max_factor", "totals"] + keys)
    guard let own = manner(entry, standard: standard, &reader) else { return (nil, []) }
    let years = launch...horizon - 1
    var total: Constraint.Target?
    if entry["totals"] != nil || keys.allSatisfy({ entry[$0] == nil }) {
      guard let totals = reader.required(entry, "totals") else { return (nil, []) }
      total = own.target(points(totals, years, "totals", &reader))
    }
    var found: [Constraint.Margin] = []
    if component == .internal {
      found += margins(entry, "by_origin", own, years, &reader) { .origin($0) }
      found += margins(entry, "by_destination", own, years, &reader) { .destination($0) }
      found += pairs(entry, own, years, &reader)
      found += margins(entry, "by_net", own, years, &reader) { .net($0) }
      if !found.isEmpty, own.mostFactor < .infinity {
        let place = (entry["max_factor"] ?? entry).place
        reader.report("baseline.constraint-factor", ["component": component.rawValue], at: place)
      }
    } else {
      found += margins(entry, "by_region", own, years, &reader) { .region($0) }
    }
    let first = keys.lazy.compactMap { entry[$0] }.first ?? entry
    checkSums(total, found, component.rawValue, first.place, &reader)
    return (total, found)
  }

  /// How totals are met.
  struct Manner {
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
  func manner(
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

  /// - Parameter persons: what a total may be.
  func points(
    _ list: Document, _ years: ClosedRange<Int>, _ key: String,
    persons: ClosedRange<Double> = 1...1e11, _ reader: inout Reader
  ) -> [Constraint.Target.Point] {
    var points: [Constraint.Target.Point] = []
    if list.entries.isEmpty {
      reader.report("baseline.constraint-empty", ["key": key], at: list.place)
    }
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
      if let persons = reader.number(list, entry.key, in: persons) {
        points.append(Constraint.Target.Point(year: year, persons: persons))
      }
    }
    checkSteps(points, isStock: years.lowerBound > launch, list.place, &reader)
    return points
  }

  /// With steps of several years a population has totals where steps end, and a component for all years of
  /// a step: a total that would never be looked at is a fault.
  private func checkSteps(
    _ points: [Constraint.Target.Point], isStock: Bool, _ place: Place, _ reader: inout Reader
  ) {
    let width = reader.ageWidth
    guard width > 1, let first = points.first?.year, let last = points.last?.year else { return }
    if isStock {
      for point in points { _ = reader.isOnStep(point.year, from: launch, at: place) }
    } else if (first - launch) % width != 0 || (last + 1 - launch) % width != 0 {
      reader.report(
        "baseline.constraint-years",
        [
          "first": String(first), "last": String(last), "width": String(width),
          "begin": String(first - (first - launch) % width),
          "end": String(last + width - 1 - (last - launch) % width),
        ], at: place)
    }
  }
}
