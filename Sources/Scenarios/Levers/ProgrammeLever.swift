import Demography

/// Planned moves: resettlement of residents between regions, or people brought home from abroad.
struct ProgrammeLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "programme",
    reference: "Regional quotas for resettlers and kandas, Republic of Kazakhstan",
    parameters: [
      .init("path", unit: "persons_per_year", range: 0...1e7, standard: "0"),
      .init("takeup", range: 0...1, standard: "1"),
      .init("net_of_baseline", unit: "persons_per_year", range: 0...1e7, standard: "0"),
      .init("retention.share", range: 0...1, standard: "1"),
      .init("cost.per_person", range: 0...1e15, standard: "unknown"),
    ])
  let keys = ["path", "allocate", "takeup", "retention", "net_of_baseline", "cost"]
  let targetKeys = ["from", "to"]
  let components = ["internal", "immigration"]
  let starter = """
    kind: programme
    target: {component: internal, from: [{region}], to: [{other}]}
    path: {op: add, unit: persons_per_year, points: {{year}: 300}}
    takeup: {dist: beta, mean: 0.8, sd: 0.06}
    retention: {share: 0.7, after_years: 5}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    guard let node = reader.required(lever.node, "path"),
      let path = reader.path(
        node, lever: lever.id, operations: [.add], units: ["persons_per_year"], range: 0...1e7)
    else { return nil }
    let takeup = reader.quantity(
      lever.node, "takeup", name: lever.id + ".takeup", in: 0...1, standard: 1)
    let allocate = lever.node["allocate"] ?? Document(.null, at: lever.node.place)
    reader.closed(allocate, ["to"] + Reader.ageKeys)
    let all = Array(reader.areas.indices)
    let targets = reader.regions(lever.target, "to", standard: all)
    let even = all.map { targets.contains($0) ? 1.0 : 0 }
    let shares =
      allocate["to"].map { reader.shares($0, normalises: true, spread: even) }
      ?? reader.places.evenShares(targets)
    let cost = reader.cost(lever)
    // Who is sent where the target does not name anybody would be missed there.
    if lever.target["to"] != nil, let to = allocate["to"],
      let outside = shares.indices.first(where: { shares[$0] > 0 && !targets.contains($0) })
    {
      reader.report(
        "scenario.allocate-outside",
        ["lever": lever.id, "region": reader.areas[outside]], at: to.place)
    }
    guard let takeup else { return nil }
    if lever.component == "immigration" {
      reader.forbid(lever.target, ["from"], because: lever.component)
      reader.forbid(lever.node, ["retention"], because: lever.component)
      let contained = reader.quantity(
        lever.node, "net_of_baseline", name: lever.id + ".net_of_baseline", in: 0...1e7,
        standard: 0)
      if lever.node["net_of_baseline"] == nil {
        reader.warn("scenario.double-counting", ["lever": lever.id], at: lever.node.place)
      }
      return Arrivals(
        shares: shares, path: path, takeup: takeup, contained: contained ?? .fixed(0), cost: cost,
        request: reader.schedule(allocate, standard: .immigrants))
    }
    reader.forbid(lever.node, ["net_of_baseline"], because: lever.component)
    reader.warn("scenario.double-counting-moves", ["lever": lever.id], at: lever.node.place)
    let origins = reader.regions(lever.target, "from")
    // Within a region and a group nobody moves.
    if !origins.isEmpty,
      origins.allSatisfy({ origin in
        shares.indices.allSatisfy {
          shares[$0] <= 0 || reader.places.place($0, like: origin) == origin
        }
      })
    {
      reader.report(
        "scenario.moves-nowhere", ["lever": lever.id],
        at: (lever.target["to"] ?? allocate["to"] ?? lever.target).place)
    }
    let retention = lever.node["retention"] ?? Document(.null, at: lever.node.place)
    reader.closed(retention, ["share", "after_years", "leavers"])
    let leavers = reader.choice(
      retention, "leavers", ["return_to_origin", "follow_movers"], standard: "return_to_origin")
    let kept = reader.quantity(
      retention, "share", name: lever.id + ".retention", in: 1e-6...1, standard: 1)
    let years = reader.number(retention, "after_years", in: 1...50, standard: 5)
    if leavers == "follow_movers", lever.baseline.absent.contains("internal") {
      reader.report(
        "scenario.component-absent", ["component": "internal", "lever": lever.id],
        at: (retention["leavers"] ?? retention).place)
    }
    guard let kept, let years else { return nil }
    return Resettlement(
      origins: origins, shares: shares, path: path, takeup: takeup, kept: kept, years: years,
      goHome: leavers != "follow_movers", isFollowed: lever.node["retention"] != nil, cost: cost,
      request: reader.schedule(allocate, standard: .internalMovers), cells: 2 * reader.ages)
  }

  /// People who settle from abroad beyond those the baseline contains.
  struct Arrivals: LeverEffect {
    let shares: [Double]
    let path: Path
    let takeup: Quantity
    let contained: Quantity
    /// Of one who comes; `nil` where the file gives none.
    let cost: Quantity?
    let request: ScheduleRequest

    var stage: Stage { .programme }
    var schedules: [ScheduleRequest] { [request] }
    var settlers: SettlerFacts? { SettlerFacts(isFollowed: false, hasCost: cost != nil) }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      guard let places = path.value(year: year.year, year.parameters, neutral: 0) else { return }
      let persons =
        takeup.value(year.parameters) * places - contained.value(year.parameters)
      for region in shares.indices where shares[region] > 0 {
        year.addImmigrants(persons * shares[region], region: region, schedule: schedules[0])
        // All who come by the programme cost, those whom the baseline contains as well.
        guard let cost else { continue }
        year.settlement?.cost[region] +=
          takeup.value(year.parameters) * places * shares[region] * cost.value(year.parameters)
      }
    }
  }
}

extension Reader {
  /// Reads `cost: {per_person: 275200, unit: tenge}`, the unit as one text or in the languages of the house; all
  /// levers of a file name the same one. `nil` where there is none.
  mutating func cost(_ lever: LeverNode) -> Quantity? {
    guard let node = lever.node["cost"] else { return nil }
    closed(node, ["per_person", "unit"])
    let found = quantity(node, "per_person", name: lever.id + ".cost", in: 0...1e15)
    let unit: Names?
    if case .map? = node["unit"]?.content {
      unit = names(node, "unit")
    } else {
      unit = text(node, "unit").map { Names(kk: $0, ru: $0, en: $0) }
    }
    guard let unit else { return nil }
    if let known = costUnit, known != unit {
      report(
        "scenario.cost-unit", ["unit": unit.en, "other": known.en],
        at: node["unit"]?.place ?? node.place)
    }
    costUnit = costUnit ?? unit
    return found
  }
}
