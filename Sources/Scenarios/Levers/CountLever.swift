import Demography
import Projection

/// Sets or adds immigrants.
struct CountLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "count", reference: "Preston, Heuveline & Guillot (2001), section 6.3",
    parameters: [.init("path", unit: "persons_per_year", range: 0...1e8, standard: "0")])
  let keys = ["path", "allocate"]
  let targetKeys = ["to"]
  let components = ["immigration"]
  let starter = """
    kind: count
    target: {component: immigration, to: [{region}]}
    path: {op: add, unit: persons_per_year, points: {{year}: 500}}
    allocate: {ages_like: immigrants}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let all = Array(reader.areas.indices)
    let targets = reader.regions(lever.target, "to", standard: all)
    guard let node = reader.required(lever.node, "path"),
      let path = reader.path(
        node, lever: lever.id, operations: [.set, .add], units: ["persons_per_year"],
        range: 0...1e8)
    else { return nil }
    let allocate = lever.node["allocate"] ?? Document(.null, at: lever.node.place)
    reader.closed(allocate, ["to"] + Reader.ageKeys)
    let even = reader.areas.indices.map { targets.contains($0) ? 1.0 : 0 }
    let shares = allocate["to"].map { reader.shares($0, normalises: true, spread: even) }
    return Effect(
      targets: targets, shares: shares, path: path,
      request: reader.schedule(allocate, standard: .immigrants),
      claims: [
        lever.claim(
          path, regions: targets, ages: [Bool](repeating: true, count: 2 * reader.ages))
      ])
  }

  struct Effect: LeverEffect {
    let targets: [Int]
    /// `nil` keeps the baseline's distribution over the targets.
    let shares: [Double]?
    let path: Path
    let request: ScheduleRequest
    let claims: [Claim]

    var stage: Stage { path.operation == .set ? .set : .add }
    var schedules: [ScheduleRequest] { [request] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      guard let persons = path.value(year: year.year, year.parameters, neutral: 0) else { return }
      let length = 2 * year.ages
      let totals = year.frame.shape.totals(year.rates.immigration)
      let sum = targets.reduce(0) { $0 + totals[$1] }
      let weights =
        shares
        ?? (sum > 0
          ? totals.indices.map { targets.contains($0) ? totals[$0] / sum : 0 }
          : year.frame.places.evenShares(targets))
      if path.operation == .set {
        for region in targets {
          for k in 0..<length { year.rates.immigration[region * length + k] = 0 }
        }
      }
      for region in weights.indices where weights[region] > 0 {
        year.addImmigrants(persons * weights[region], region: region, schedule: schedules[0])
      }
    }
  }
}
