import Demography
import FlowModels

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
  /// Groups of a second state that a target names, by index: `groups: [foreign]`; `nil` for all.
  mutating func groups(_ target: Document, of component: String) -> Set<Int>? {
    guard places.isGrouped, let list = target["groups"] else { return nil }
    // Stays of programmes are in no group until they become residents.
    guard component != "temporary" else {
      report("scenario.key-not-here", ["key": "groups", "component": component], at: list.place)
      return nil
    }
    return Set(
      list.items.compactMap { item in
        let name = item.text ?? ""
        if let group = places.groups.firstIndex(of: name) { return group }
        report(
          "scenario.not-permitted",
          [
            "key": "groups", "value": name, "permitted": places.groups.joined(separator: ", "),
            "nearest": nearest(to: name, in: places.groups) ?? "",
          ], at: item.place)
        return nil
      })
  }

  /// Keys by which ages are told.
  static let ageKeys = ["age_shares", "ages_like", "age_schedule"]

  /// Persons by age: `{age_shares: {0-17: 0.34, …}}`, `{ages_like: immigrants}` or `{age_schedule: ld}`.
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
    if node["age_schedule"] != nil { return curve(node) ?? standard }
    guard node["ages_like"] != nil else { return standard }
    switch choice(node, "ages_like", ["internal_movers", "immigrants", "residents"]) {
    case "internal_movers": return .internalMovers
    case "immigrants": return .immigrants
    case "residents": return .residents
    default: return standard
    }
  }

  /// A published model schedule of migration by age, which weights the residents of the launch.
  private mutating func curve(_ node: Document) -> ScheduleRequest? {
    let published = ModelSchedules.unitedNations
    let known = ["fundamental"] + published.filter { $0.sex == "M" }.map(\.id)
    guard let name = choice(node, "age_schedule", known) else { return nil }
    let rates = ["M", "F"].flatMap { sex in
      let schedule =
        published.first { $0.id == name && $0.sex == sex } ?? ModelSchedules.fundamental
      // At the middle of each group; the open one begins a new group.
      return schedule.schedule.rates(
        (0..<ages).map { (Double($0) + 0.5) * Double(ageWidth) })
    }
    return .curve(rates)
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

  /// Cells through which people enter regions, of a programme by country of origin.
  func entry(
    _ lever: LeverNode, _ programme: Int?, _ regions: [Int], _ countries: [Int],
    _ years: ClosedRange<Int>
  ) -> Claim {
    Claim(
      component: lever.component, scope: programme.map { "entry:\($0)" } ?? "entry",
      operation: .multiply,
      regions: countries.flatMap { country in regions.map { country * areas.count + $0 } },
      ages: [true], years: years)
  }

  /// Countries of origin of a programme that a target names, by index; `nil` where it names none.
  mutating func countries(_ target: Document, _ programme: Baseline.Programme) -> [Int]? {
    guard let list = target["countries"] else { return nil }
    guard hasOrigins(programme, at: list.place) else { return nil }
    return Set(list.items.compactMap { country($0, programme) }).sorted()
  }

  /// One country of origin of a programme; `nil` after a fault.
  mutating func country(_ item: Document, _ programme: Baseline.Programme) -> Int? {
    let index = programme.origins.firstIndex { $0.country == item.text }
    if index == nil {
      let known = programme.origins.map(\.country)
      report(
        "scenario.not-permitted",
        [
          "key": "countries", "value": item.text ?? "", "permitted": known.joined(separator: ", "),
          "nearest": nearest(to: item.text ?? "", in: known) ?? "",
        ], at: item.place)
    }
    return index
  }

  /// Shares by country of origin, summing to 1: `countries: {uz: 0.6, tj: 0.4}`.
  mutating func countryShares(_ node: Document, _ programme: Baseline.Programme) -> [Double]? {
    guard hasOrigins(programme, at: node.place) else { return nil }
    var shares = [Double](repeating: 0, count: programme.origins.count)
    for entry in node.entries {
      let item = Document(.scalar(entry.key), at: entry.keyPlace)
      guard let index = country(item, programme),
        let share = number(node, entry.key, in: 0...1)
      else { continue }
      shares[index] = share
    }
    let sum = shares.reduce(0, +)
    guard abs(sum - 1) <= 1e-9 else {
      report("scenario.shares-sum", ["sum": Demography.text(sum)], at: node.place)
      return nil
    }
    return shares
  }

  private mutating func hasOrigins(_ programme: Baseline.Programme, at place: Place) -> Bool {
    if programme.origins.isEmpty {
      report("scenario.programme-origins", ["programme": programme.id], at: place)
    }
    return !programme.origins.isEmpty
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
