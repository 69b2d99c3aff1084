import Demography

/// Citizens who come back from abroad after an event.
struct ReturnMigrationLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "return_migration",
    reference: "Cassarino (2004), Theorising return migration",
    parameters: [
      .init("event.magnitude", unit: "persons", range: 0...1e8, standard: "0"),
      .init("event.spread_quarters", unit: "quarters", range: 1...80, standard: "1"),
    ])
  let keys = ["event", "decay", "allocate"]
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
    reader.closed(allocate, ["to", "age_shares", "ages_like"])
    let flat = [Double](repeating: 1, count: reader.areas.count)
    let shares = allocate["to"].map { reader.shares($0, normalises: true, spread: flat) }
    let request = reader.schedule(allocate, standard: .immigrants)
    guard let event = reader.event(lever) else { return nil }
    return Effect(event: event, shares: shares, request: request)
  }

  struct Effect: LeverEffect {
    let event: Event
    /// `nil` spreads over regions as the region's emigrants of the year.
    let shares: [Double]?
    let request: ScheduleRequest

    var stage: Stage { .add }
    var schedules: [ScheduleRequest] { [request] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let part = event.share(year: year.year)
      guard part > 0 else { return }
      let persons = part * event.magnitude.value(year.parameters)
      let weights = shares ?? year.frame.emigrantShares
      for region in weights.indices where weights[region] > 0 {
        year.addImmigrants(persons * weights[region], region: region, schedule: schedules[0])
      }
    }
  }
}
