import Demography

// What several kinds of levers read alike.

extension LeverNode {
  /// Years a path acts, up to the horizon.
  func years(_ path: Path) -> ClosedRange<Int> {
    let first = min(path.firstYear, baseline.horizon)
    return first...max(first, min(path.lastYear ?? baseline.horizon, baseline.horizon))
  }

  func claim(_ path: Path, regions: [Int], ages: [Bool], scope: String = "") -> Claim {
    Claim(
      component: component, scope: scope, operation: path.operation, regions: regions, ages: ages,
      years: years(path))
  }
}

extension Reader {
  /// Persons by age: `{age_shares: {0-17: 0.34, …}}` or `{ages_like: immigrants}`.
  mutating func schedule(_ node: Document, standard: ScheduleRequest) -> ScheduleRequest {
    if let shares = node["age_shares"] {
      var list: [AgeShare] = []
      for entry in shares.entries {
        guard let ages = groups(of: entry.key, at: entry.keyPlace) else { continue }
        if list.contains(where: { $0.ages.overlaps(ages) }) {
          report("scenario.age-overlap", ["value": entry.key], at: entry.keyPlace)
        }
        if let share = number(shares, entry.key, in: 0...1) {
          list.append(AgeShare(ages: ages, share: share))
        }
      }
      let sum = list.reduce(0) { $0 + $1.share }
      if abs(sum - 1) > 1e-9 {
        report("scenario.shares-sum", ["sum": Demography.text(sum)], at: shares.place)
      }
      return .shares(list)
    }
    guard node["ages_like"] != nil else { return standard }
    switch choice(node, "ages_like", ["internal_movers", "immigrants", "residents"]) {
    case "internal_movers": return .internalMovers
    case "immigrants": return .immigrants
    case "residents": return .residents
    default: return standard
    }
  }

  /// The programme a target names; the index among the baseline's.
  mutating func programme(_ target: Document) -> Int? {
    guard let name = text(target, "programme") else { return nil }
    if let index = programmes.firstIndex(of: name) { return index }
    report(
      "scenario.programme-unknown",
      ["programme": name, "nearest": nearest(to: name, in: programmes) ?? ""],
      at: target["programme"]?.place ?? target.place)
    return nil
  }

  /// A moment given as year or quarter.
  mutating func moment(_ node: Document, _ key: String) -> QuarterIndex? {
    guard let text = text(node, key) else { return nil }
    if let time = QuarterIndex.read(text) { return time.index }
    report("scenario.time", ["value": text], at: node[key]?.place ?? node.place)
    return nil
  }

  /// Refuses a target that names both or neither of two groups of components' keys.
  mutating func forbid(_ node: Document, _ keys: [String], because component: String) {
    for key in keys {
      guard let value = node[key] else { continue }
      report("scenario.key-not-here", ["key": key, "component": component], at: value.place)
    }
  }
}
