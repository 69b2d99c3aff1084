import Demography

// Totals of regions and of pairs of regions.

extension BaselineParts {
  /// Reads `by_region: {KZ-71: {2026: 30000}}`.
  func margins(
    _ node: Document, _ key: String, _ manner: Manner, _ years: ClosedRange<Int>,
    _ reader: inout Reader, part: (Int) -> Constraint.Part
  ) -> [Constraint.Margin] {
    var found: [Constraint.Margin] = []
    reader.checkFilled(node, key)
    for entry in node[key]?.entries ?? [] {
      guard let region = reader.region(entry.key, at: entry.keyPlace) else { continue }
      add(part(region), entry, manner, years, key, to: &found, &reader)
    }
    return found
  }

  /// Reads `by_pair: {KZ-71: {KZ-75: {2026: 5000}}}`, the origin first.
  func pairs(
    _ node: Document, _ manner: Manner, _ years: ClosedRange<Int>, _ reader: inout Reader
  ) -> [Constraint.Margin] {
    var found: [Constraint.Margin] = []
    reader.checkFilled(node, "by_pair")
    for origin in node["by_pair"]?.entries ?? [] {
      guard let from = reader.region(origin.key, at: origin.keyPlace) else { continue }
      if let own = node["by_pair"] { reader.checkFilled(own, origin.key) }
      for entry in origin.value.entries {
        guard let to = reader.region(entry.key, at: entry.keyPlace) else { continue }
        if from == to {
          reader.report("baseline.constraint-own", ["region": entry.key], at: entry.keyPlace)
          continue
        }
        add(.pair(from: from, to: to), entry, manner, years, "by_pair", to: &found, &reader)
      }
    }
    return found
  }

  private func add(
    _ part: Constraint.Part, _ entry: Document.Entry, _ manner: Manner, _ years: ClosedRange<Int>,
    _ key: String, to found: inout [Constraint.Margin], _ reader: inout Reader
  ) {
    if found.contains(where: { $0.part == part }) {
      reader.report("scenario.region-twice", ["region": entry.key], at: entry.keyPlace)
    }
    var persons = 1...1e11
    if case .net = part { persons = -1e11...1e11 }
    guard
      let target = manner.target(points(entry.value, years, key, persons: persons, &reader))
    else { return }
    found.append(Constraint.Margin(part: part, target: target))
  }

  /// Totals of parts that cannot stand beside the total they are parts of: all parts together come to
  /// something else, or some of them leave nothing for the others.
  func checkSums(
    _ total: Constraint.Target?, _ margins: [Constraint.Margin], _ name: String, _ place: Place,
    _ reader: inout Reader
  ) {
    let n = reader.areas.count
    for year in launch...horizon {
      func sum(_ holds: (Constraint.Part) -> Bool) -> (sum: Double, count: Int) {
        let found = margins.filter { holds($0.part) }.compactMap { $0.target.total(year) }
        return (found.reduce(0, +), found.count)
      }
      let nets = sum { if case .net = $0 { true } else { false } }
      if nets.count == n, abs(nets.sum) > 1e-6 {
        reader.report(
          "baseline.constraint-net", ["year": String(year), "sum": text(nets.sum)], at: place)
        return
      }
      var whole = total?.total(year)
      for way in [0, 1, 2] {
        let part = sum {
          switch $0 {
          case .region: way == 0
          case .origin: way == 1
          case .destination: way == 2
          default: false
          }
        }
        guard part.count > 0 else { continue }
        let isWhole = part.count == n
        if let whole, isWhole ? abs(part.sum / whole - 1) > 1e-9 : part.sum >= whole {
          reader.report(
            "baseline.constraint-sum",
            [
              "component": name, "year": String(year), "sum": text(part.sum),
              "total": text(whole), "parts": String(part.count),
            ], at: place)
          return
        }
        if isWhole { whole = whole ?? part.sum }
      }
    }
  }
}

extension Reader {
  /// A list of totals that is there and holds none is a fault: it would be met by doing nothing.
  mutating func checkFilled(_ node: Document, _ key: String) {
    guard let list = node[key], list.entries.isEmpty else { return }
    report("baseline.constraint-empty", ["key": key], at: list.place)
  }
}
