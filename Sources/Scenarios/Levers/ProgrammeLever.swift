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
    ])
  let keys = ["path", "allocate", "takeup", "retention", "net_of_baseline"]
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
        shares: shares, path: path, takeup: takeup, contained: contained ?? .fixed(0),
        request: reader.schedule(allocate, standard: .immigrants))
    }
    reader.forbid(lever.node, ["net_of_baseline"], because: lever.component)
    reader.warn("scenario.double-counting", ["lever": lever.id], at: lever.node.place)
    let origins = reader.regions(lever.target, "from")
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
      goHome: leavers != "follow_movers",
      request: reader.schedule(allocate, standard: .internalMovers), cells: 2 * reader.ages)
  }

  /// People who settle from abroad beyond those the baseline contains.
  struct Arrivals: LeverEffect {
    let shares: [Double]
    let path: Path
    let takeup: Quantity
    let contained: Quantity
    let request: ScheduleRequest

    var stage: Stage { .programme }
    var schedules: [ScheduleRequest] { [request] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      guard let places = path.value(year: year.year, year.parameters, neutral: 0) else { return }
      let persons =
        takeup.value(year.parameters) * places - contained.value(year.parameters)
      for region in shares.indices where shares[region] > 0 {
        year.addImmigrants(persons * shares[region], region: region, schedule: schedules[0])
      }
    }
  }

  /// Residents moved by plan; those who do not stay go home.
  struct Resettlement: LeverEffect {
    let origins: [Int]
    let shares: [Double]
    let path: Path
    let takeup: Quantity
    let kept: Quantity
    let years: Double
    /// Whether those who do not stay go back; else they go where the movers of their region go.
    let goHome: Bool
    let request: ScheduleRequest

    var stage: Stage { .programme }
    var schedules: [ScheduleRequest] { [request] }
    /// Ages of both sexes.
    let cells: Int
    /// Settlers still followed, `origin · places + destination`; then those of each destination by age and
    /// sex, `destination · cells + cell`.
    var memory: Int { (origins.count + cells) * shares.count }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      sendAway(&year, &memory)
      guard let places = path.value(year: year.year, year.parameters, neutral: 0) else { return }
      let n = year.regions
      let persons = takeup.value(year.parameters) * places
      let weights = origins.map { origin in
        (0..<n).reduce(0.0) { $0 + ($1 == origin ? 0 : year.frame.flows[$1 * n + origin]) }
      }
      let sum = weights.reduce(0, +)
      for (k, origin) in origins.enumerated() {
        let part = sum > 0 ? weights[k] / sum : 1 / Double(origins.count)
        for place in 0..<n where shares[place] > 0 {
          let destination = year.frame.places.place(place, like: origin)
          guard destination != origin else { continue }
          let planned = persons * part * shares[place]
          year.move(planned, from: origin, to: destination, schedule: schedules[0])
          // Who cannot be moved settles nowhere.
          let moved = year.movable(
            planned, of: persons * part, from: origin, schedule: schedules[0])
          let first = (origins.count * n) + destination * cells
          for k in 0..<cells { memory[first + k] += moved[k] }
          memory[k * n + destination] += moved.reduce(0, +)
        }
      }
    }

    /// The settlers grow a year older, some die, and of the others some leave at the end of the year.
    private func sendAway(_ year: inout YearBuild, _ memory: inout [Double]) {
      let n = year.regions
      let leaving = 1 - power(kept.value(year.parameters), 1 / years)
      guard leaving > 0 else { return }
      for destination in 0..<n {
        let settlers = origins.indices.reduce(0) { $0 + memory[$1 * n + destination] }
        guard settlers > 0 else { continue }
        let first = (origins.count * n) + destination * cells
        let people = aged(memory[first..<first + cells], year, destination)
        let living = people.reduce(0, +)
        for k in origins.indices { memory[k * n + destination] *= living / settlers }
        for k in 0..<cells { memory[first + k] = people[k] * (1 - leaving) }
        guard living > 0 else { continue }
        let schedule = year.add(schedules: [people.map { $0 / living }])[0]
        for (k, origin) in origins.enumerated() {
          let back = leaving * memory[k * n + destination]
          memory[k * n + destination] -= back
          guard !goHome else {
            year.move(back, from: destination, to: origin, schedule: schedule)
            continue
          }
          let shares = year.frame.destinations(from: destination)
          for next in 0..<n where back > 0 && shares[next] > 0 {
            year.move(back * shares[next], from: destination, to: next, schedule: schedule)
          }
        }
      }
    }

    /// The settlers of a region at the end of a year by age and sex, without the dead.
    private func aged(
      _ people: ArraySlice<Double>, _ year: YearBuild, _ destination: Int
    ) -> [Double] {
      let ages = cells / 2
      let part = 1 / Double(year.ageWidth)
      let survivors = year.survivors(destination)
      var result = [Double](repeating: 0, count: cells)
      for sex in 0..<2 {
        let first = people.startIndex + sex * ages
        for age in 0..<ages {
          let stay = age == ages - 1 ? 1 : 1 - part
          let come = age == 0 ? 0 : part * people[first + age - 1]
          let k = sex * ages + age
          result[k] = survivors[k] * (stay * people[first + age] + come)
        }
      }
      return result
    }
  }
}
