import Demography

/// A sudden inflow of workers under a temporary programme, with a tail.
struct ShockLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "shock",
    reference: "Carammia, Iacus & Wilkin (2022), Scientific Reports 12",
    parameters: [
      .init("event.magnitude", unit: "persons", range: 0...1e8, standard: "0"),
      .init("event.spread_quarters", unit: "quarters", range: 1...80, standard: "1"),
      .init("decay.half_life_years", unit: "years", range: 0...50, standard: "0"),
    ])
  let keys = ["event", "decay", "allocate"]
  let targetKeys = ["programme", "countries"]
  let components = ["temporary"]
  let starter = """
    kind: shock
    target: {component: temporary, programme: {programme}}
    event: {at: {year}-Q2, magnitude: 1000, spread_quarters: 4}
    decay: {half_life_years: 1.5}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let allocate = lever.node["allocate"] ?? Document(.null, at: lever.node.place)
    reader.closed(allocate, ["to"])
    let event = reader.event(lever)
    guard let index = reader.programme(lever.target), let event else { return nil }
    let programme = lever.baseline.programmes[index]
    let flat = programme.shares ?? [Double](repeating: 1, count: reader.areas.count)
    return Effect(
      programme: index, event: event,
      countries: lever.target["countries"].flatMap { reader.countryShares($0, programme) },
      shares: allocate["to"].map { reader.shares($0, normalises: false, spread: flat) })
  }

  struct Effect: LeverEffect {
    let programme: Int
    let event: Event
    /// Shares by country of origin; `nil` for those of the baseline.
    let countries: [Double]?
    let shares: [Double]?

    var stage: Stage { .add }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let persons = event.magnitude.value(year.parameters)
      let weights = shares ?? year.frame.programmeShares[programme]
      for quarter in 0..<4 {
        let part = event.share(QuarterIndex(year: year.year, quarter: quarter))
        guard part > 0 else { continue }
        for region in weights.indices {
          year.addWanted(
            part * persons * weights[region], programme, quarter: quarter, region: region,
            shares: countries)
        }
      }
    }
  }
}
