import Demography

extension BaselineParts {
  /// Reads `constraint: {mode, weight, population: {year: persons}, evidence}`.
  mutating func readConstraint(_ node: Document?, _ reader: inout Reader) -> Constraint? {
    guard let node else { return nil }
    reader.closed(node, ["mode", "weight", "population", "evidence"])
    if let evidence = reader.evidence(node), evidence.quality == .assumed {
      assumed.append("constraint")
    }
    let word = reader.choice(node, "mode", Constraint.Mode.allCases.map(\.rawValue))
    guard let mode = word.flatMap({ Constraint.Mode(rawValue: $0) }), mode != .none else {
      return nil
    }
    if mode == .hard, let weight = node["weight"] {
      reader.report("baseline.constraint-weight", [:], at: weight.place)
    }
    let weight = mode == .hard ? 1 : reader.number(node, "weight", in: 0...1)
    guard let list = reader.required(node, "population"), let weight else { return nil }
    var points: [(year: Int, persons: Double)] = []
    for entry in list.entries {
      guard let year = Int(entry.key), (launch + 1...horizon).contains(year) else {
        reader.report(
          "scenario.out-of-range",
          [
            "key": "population", "value": entry.key, "lower": String(launch + 1),
            "upper": String(horizon),
          ], at: entry.keyPlace)
        continue
      }
      if let last = points.last, year <= last.year {
        reader.report("scenario.points-order", ["value": entry.key], at: entry.keyPlace)
      }
      if let persons = reader.number(list, entry.key, in: 1...1e11) {
        points.append((year, persons))
      }
    }
    return points.isEmpty ? nil : Constraint(mode: mode, weight: weight, population: points)
  }
}
