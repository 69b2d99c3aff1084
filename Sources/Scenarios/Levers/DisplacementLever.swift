import Demography
import Kernel
import Projection

/// Residents driven from their homes by an event that comes with a yearly probability or at a set
/// time; most of them return.
struct DisplacementLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "displacement",
    reference: "IDMC, Global Report on Internal Displacement",
    parameters: [
      .init("event.hazard", unit: "1/year", range: 0...1, standard: "0"),
      .init("event.magnitude", unit: "persons", range: 0...1e7, standard: "0"),
      .init("within_region", range: 0...1, standard: "0.85"),
      .init("returns.half_life_years", unit: "years", range: 0.01...50, standard: "0.5"),
      .init("returns.permanent_share", range: 0...1, standard: "0.1"),
    ])
  let keys = ["event", "within_region", "returns"]
  let targetKeys = ["from"]
  let components = ["internal"]
  let starter = """
    kind: displacement
    target: {component: internal, from: [{region}]}
    event: {hazard: 0.1, season: Q2, magnitude: {dist: lognormal, median: 500, p90: 1500}}
    within_region: 0.85
    returns: {half_life_years: 0.5, permanent_share: 0.1}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let origins = reader.regions(lever.target, "from")
    guard let event = reader.required(lever.node, "event"),
      let returns = reader.required(lever.node, "returns")
    else { return nil }
    reader.closed(event, ["hazard", "season", "magnitude"])
    reader.closed(returns, ["half_life_years", "permanent_share"])
    let hazard = reader.quantity(event, "hazard", name: lever.id + ".hazard", in: 0...1)
    let season = reader.choice(event, "season", ["Q1", "Q2", "Q3", "Q4"])
    let magnitude = reader.quantity(
      event, "magnitude", name: lever.id + ".magnitude", in: 0...1e7)
    let within = reader.quantity(
      lever.node, "within_region", name: lever.id + ".within_region", in: 0...1)
    let halfLife = reader.quantity(
      returns, "half_life_years", name: lever.id + ".half_life", in: 0.01...50)
    let permanent = reader.quantity(
      returns, "permanent_share", name: lever.id + ".permanent_share", in: 0...1)
    guard let hazard, let season, let magnitude, let within, let halfLife, let permanent else {
      return nil
    }
    return Effect(
      id: lever.id, regions: reader.areas.count, origins: origins, hazard: hazard,
      yearsLeft: Double(4 - (Int(season.dropFirst()) ?? 4)) / 4, magnitude: magnitude,
      within: within, halfLife: halfLife, permanent: permanent)
  }

  struct Effect: LeverEffect {
    let id: String
    let regions: Int
    let origins: [Int]
    let hazard: Quantity
    /// From the end of the season to the end of the year.
    let yearsLeft: Double
    let magnitude: Quantity
    let within: Quantity
    let halfLife: Quantity
    let permanent: Quantity

    var stage: Stage { .programme }
    var schedules: [ScheduleRequest] { [.residents] }
    /// Displaced who may return, `origin · regions + destination`; the origin itself holds those who
    /// stayed inside their region.
    var memory: Int { origins.count * regions }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let half = halfLife.value(year.parameters)
      sendHome(&year, &memory, kept: power(0.5, 1 / half), schedules[0])
      if strikes(year) { displace(&year, &memory, half, schedules[0]) }
      for (k, origin) in origins.enumerated() {
        year.displaced[origin] += (0..<regions).reduce(0) { $0 + memory[k * regions + $1] }
      }
    }

    private func displace(
      _ year: inout YearBuild, _ memory: inout [Double], _ half: Double, _ schedule: Int
    ) {
      let weights = origins.map { year.frame.shape.totals(year.population)[$0] }
      let sum = weights.reduce(0, +)
      let persons = magnitude.value(year.parameters)
      let inside = within.value(year.parameters)
      let stay = permanent.value(year.parameters)
      let away = (1 - stay) * power(0.5, yearsLeft / half)
      for (k, origin) in origins.enumerated() where sum > 0 {
        let displaced = persons * weights[k] / sum
        memory[k * regions + origin] += displaced * inside * away
        let shares = year.frame.destinations(from: origin)
        for destination in shares.indices where shares[destination] > 0 {
          let moved = displaced * (1 - inside) * shares[destination]
          memory[k * regions + destination] += moved * away
          year.move(moved * (stay + away), from: origin, to: destination, schedule: schedule)
        }
      }
    }

    /// Whether the event happens in this year of this draw; on the median path it happens when it is
    /// likelier than not.
    private func strikes(_ year: YearBuild) -> Bool {
      let chance = hazard.value(year.parameters)
      guard let draw = year.draw else { return chance > 0.5 }
      var stream = RandomStream(
        StreamKey(seed: year.seed, stream: "event"), unit: UnitKey(id), draw: draw,
        time: year.year)
      return stream.uniform() < chance
    }

    private func sendHome(
      _ year: inout YearBuild, _ memory: inout [Double], kept: Double, _ schedule: Int
    ) {
      for (k, origin) in origins.enumerated() {
        for destination in 0..<year.regions {
          let back = (1 - kept) * memory[k * regions + destination]
          memory[k * regions + destination] -= back
          year.move(back, from: destination, to: origin, schedule: schedule)
        }
      }
    }
  }
}
