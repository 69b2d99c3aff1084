import Demography

/// Citizens who come back from abroad, after an event or along a path, as long as there are some abroad.
struct ReturnMigrationLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "return_migration",
    reference: "Cassarino (2004), Theorising return migration",
    parameters: [
      .init("event.magnitude", unit: "persons", range: 0...1e8, standard: "0"),
      .init("event.spread_quarters", unit: "quarters", range: 1...80, standard: "1"),
      .init("path", unit: "persons_per_year", range: 0...1e8, standard: "0"),
      .init("stock_abroad", unit: "persons", range: 0...1e10, standard: "no limit"),
    ])
  let keys = ["event", "decay", "path", "stock_abroad", "allocate"]
  let targetKeys: [String] = []
  let components = ["immigration"]
  let starter = """
    kind: return_migration
    target: {component: immigration}
    event: {at: {year}-Q2, magnitude: {dist: lognormal, median: 1000, p90: 3000}, spread_quarters: 4}
    decay: {half_life_years: 1}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let allocate = lever.node["allocate"] ?? Document(.null, at: lever.node.place)
    reader.closed(allocate, ["to"] + Reader.ageKeys)
    let flat = [Double](repeating: 1, count: reader.areas.count)
    let shares = allocate["to"].map { reader.shares($0, normalises: true, spread: flat) }
    let request = reader.schedule(allocate, standard: .immigrants)
    let places = reader.groups == nil ? nil : reader.ofGroups(Array(reader.areas.indices))
    let stock = lever.node["stock_abroad"].flatMap {
      reader.quantity($0, name: lever.id + ".stock_abroad", in: 0...1e10)
    }
    if let node = lever.node["path"] {
      for key in ["event", "decay"] {
        guard let own = lever.node[key] else { continue }
        reader.report("scenario.event-or-path", ["key": key], at: own.place)
      }
      guard
        let path = reader.path(
          node, lever: lever.id, operations: [.add], units: ["persons_per_year"], range: 0...1e8)
      else { return nil }
      return Effect(
        event: nil, path: path, stock: stock, shares: shares, places: places, request: request)
    }
    guard let event = reader.event(lever) else { return nil }
    return Effect(
      event: event, path: nil, stock: stock, shares: shares, places: places, request: request)
  }

  struct Effect: LeverEffect {
    /// Either an event or a path.
    let event: Event?
    let path: Path?
    /// Who may come back in all; `nil` for no limit.
    let stock: Quantity?
    /// `nil` spreads over regions as the region's emigrants of the year.
    let shares: [Double]?
    /// Places of the groups they belong to; `nil` for all.
    let places: [Int]?
    let request: ScheduleRequest

    var stage: Stage { .add }
    var schedules: [ScheduleRequest] { [request] }
    /// Who has come back so far.
    var memory: Int { 1 }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      var persons =
        path?.value(year: year.year, year.parameters, neutral: 0)
        ?? event.map { $0.share(year: year.year) * $0.magnitude.value(year.parameters) } ?? 0
      if let stock { persons = min(persons, max(stock.value(year.parameters) - memory[0], 0)) }
      guard persons > 0 else { return }
      memory[0] += persons
      let weights = shares ?? year.frame.emigrantShares(places)
      for region in weights.indices where weights[region] > 0 {
        year.addImmigrants(persons * weights[region], region: region, schedule: schedules[0])
      }
    }
  }
}
