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
  let keys = ["event", "within_region", "destinations", "returns"]
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
    reader.closed(event, ["hazard", "season", "at", "magnitude"])
    reader.closed(returns, ["half_life_years", "permanent_share"])
    let time = readTime(event, lever, &reader)
    let destinations = lever.node["destinations"].flatMap { readDestinations($0, &reader) }
    let magnitude = reader.quantity(
      event, "magnitude", name: lever.id + ".magnitude", in: 0...1e7)
    let within = reader.quantity(
      lever.node, "within_region", name: lever.id + ".within_region", in: 0...1)
    let halfLife = reader.quantity(
      returns, "half_life_years", name: lever.id + ".half_life", in: 0.01...50)
    let permanent = reader.quantity(
      returns, "permanent_share", name: lever.id + ".permanent_share", in: 0...1)
    if destinations == nil || destinations?.gravity ?? 0 > 0,
      lever.baseline.absent.contains("internal")
    {
      reader.report(
        "scenario.component-absent", ["component": "internal", "lever": lever.id],
        at: (lever.node["destinations"] ?? lever.node).place)
    }
    guard let time, let magnitude, let within, let halfLife, let permanent else { return nil }
    return Effect(
      id: lever.id, regions: reader.areas.count, origins: origins, time: time,
      magnitude: magnitude, within: within, destinations: destinations, halfLife: halfLife,
      permanent: permanent)
  }

  /// Reads `at: 2027-Q2`, or `hazard` and `season`.
  private func readTime(
    _ event: Document, _ lever: LeverNode, _ reader: inout Reader
  ) -> Effect.Time? {
    guard let at = event["at"] else {
      let hazard = reader.quantity(event, "hazard", name: lever.id + ".hazard", in: 0...1)
      let season = reader.choice(event, "season", ["Q1", "Q2", "Q3", "Q4"])
      guard let hazard, let season else { return nil }
      return .chance(hazard, quarter: (Int(season.dropFirst()) ?? 4) - 1)
    }
    for key in ["hazard", "season"] {
      guard let own = event[key] else { continue }
      reader.report("scenario.hazard-or-at", ["key": key], at: own.place)
    }
    guard let moment = reader.moment(event, "at") else { return nil }
    let (launch, horizon) = (lever.baseline.launch, lever.baseline.horizon)
    if moment.number / 4 < launch || moment.number / 4 >= horizon {
      reader.report(
        "scenario.outside-horizon",
        [
          "year": String(moment.number / 4), "launch": String(launch), "horizon": String(horizon),
        ], at: at.place)
    }
    return .set(moment)
  }

  /// Reads `destinations: {mangystau: 0.3, gravity: 0.7}`: where those go who leave their region;
  /// `gravity` as the movers of the baseline.
  private func readDestinations(
    _ node: Document, _ reader: inout Reader
  ) -> (shares: [Double], gravity: Double)? {
    var shares = [Double](repeating: 0, count: reader.places.regions.count)
    var gravity = 0.0
    for entry in node.entries {
      guard let share = reader.number(node, entry.key, in: 0...1) else { continue }
      if entry.key == "gravity" {
        gravity = share
      } else if let region = reader.region(entry.key, at: entry.keyPlace) {
        shares[region] += share
      }
    }
    let sum = shares.reduce(gravity, +)
    guard abs(sum - 1) <= 1e-9 else {
      reader.report("scenario.shares-sum", ["sum": text(sum)], at: node.place)
      return nil
    }
    return (shares, gravity)
  }

  struct Effect: LeverEffect {
    enum Time: Sendable {
      /// At a moment, in every draw.
      case set(QuarterIndex)
      /// In a quarter of any year, with a probability.
      case chance(Quantity, quarter: Int)

      /// From the end of the quarter to the end of the year.
      var yearsLeft: Double {
        switch self {
        case .set(let at): Double(3 - at.number % 4) / 4
        case .chance(_, let quarter): Double(3 - quarter) / 4
        }
      }
    }

    let id: String
    let regions: Int
    let origins: [Int]
    let time: Time
    let magnitude: Quantity
    let within: Quantity
    /// Where those go who leave their region, by region; `nil` for as the movers of the baseline.
    let destinations: (shares: [Double], gravity: Double)?
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
      let away = (1 - stay) * power(0.5, time.yearsLeft / half)
      for (k, origin) in origins.enumerated() where sum > 0 {
        let displaced = persons * weights[k] / sum
        memory[k * regions + origin] += displaced * inside * away
        let shares = shares(year, origin)
        // Nobody vanishes: where no other region takes them they stay in theirs.
        if !shares.contains(where: { $0 > 0 }) {
          memory[k * regions + origin] += displaced * (1 - inside) * away
        }
        for destination in shares.indices where shares[destination] > 0 {
          let moved = displaced * (1 - inside) * shares[destination]
          memory[k * regions + destination] += moved * away
          year.move(moved * (stay + away), from: origin, to: destination, schedule: schedule)
        }
      }
    }

    /// Where those go who leave a region, itself left out.
    private func shares(_ year: YearBuild, _ origin: Int) -> [Double] {
      let gravity = year.frame.destinations(from: origin)
      guard let destinations else { return gravity }
      let places = year.frame.places
      var shares = gravity.indices.map { place in
        guard place != origin, places.groupOf[place] == places.groupOf[origin] else { return 0.0 }
        return destinations.shares[places.regionOf[place]] + destinations.gravity * gravity[place]
      }
      let sum = shares.reduce(0, +)
      if sum > 0 { for k in shares.indices { shares[k] /= sum } }
      return shares
    }

    /// Whether the event happens in this year of this draw; on the median path it happens when it is
    /// likelier than not.
    private func strikes(_ year: YearBuild) -> Bool {
      guard case .chance(let hazard, _) = time else {
        if case .set(let at) = time { return at.number / 4 == year.year }
        return false
      }
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
