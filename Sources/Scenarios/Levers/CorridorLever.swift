import Demography

/// Narrows or closes moves on named pairs of regions, or the entry of a programme's people from some
/// countries.
struct CorridorLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "corridor", reference: "Groen (2016), Simulating refugee movements",
    parameters: [
      .init("path", unit: "ratio", range: 0...1, standard: "0"),
      .init("divert.fraction", range: 0...1, standard: "0"),
    ])
  let keys = ["path", "divert"]
  let targetKeys = ["from", "to", "ages", "sexes", "programme", "countries", "ports"]
  let components = ["internal", "temporary"]
  let starter = """
    kind: corridor
    target: {component: internal, from: [{region}], to: [{other}]}
    path: {op: multiply, unit: ratio, points: {{year}: 0.5}, after: revert}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    guard let node = reader.required(lever.node, "path"),
      let path = reader.path(
        node, lever: lever.id, operations: [.multiply], units: ["ratio"], range: 0...1)
    else { return nil }
    if lever.component == "internal" {
      reader.forbid(lever.target, ["programme", "countries", "ports"], because: lever.component)
      reader.forbid(lever.node, ["divert"], because: lever.component)
      return InternalCorridor(
        origins: reader.regions(lever.target, "from"),
        destinations: reader.regions(lever.target, "to"), mask: reader.ageMask(lever.target),
        path: path)
    }
    reader.forbid(lever.target, ["from", "ages", "sexes"], because: lever.component)
    let regions = reader.regions(lever.target, "to", standard: Array(reader.areas.indices))
    let divert = lever.node["divert"] ?? Document(.null, at: lever.node.place)
    reader.closed(divert, ["fraction", "to_country"])
    let fraction = reader.quantity(
      divert, "fraction", name: lever.id + ".divert", in: 0...1,
      standard: lever.node["divert"] == nil ? 0 : nil)
    guard let index = reader.programme(lever.target), let fraction else { return nil }
    let programme = lever.baseline.programmes[index]
    if lever.target["countries"] == nil, lever.target["ports"] == nil {
      _ = reader.required(lever.target, "countries")
      return nil
    }
    let countries = reader.countries(lever.target, programme)
    if lever.target["countries"] != nil, countries == nil { return nil }
    let other = divert["to_country"].flatMap { reader.country($0, programme) }
    if let item = divert["to_country"], let other, countries?.contains(other) ?? true {
      reader.report("scenario.divert-same", ["country": item.text ?? ""], at: item.place)
    }
    func all(_ countries: [Int]?) -> [Int] {
      countries ?? Array(0..<max(1, programme.origins.count))
    }
    return EntryCorridor(
      programme: index, countries: countries, share: portShare(lever.target, programme, &reader),
      regions: regions, path: path, diverted: fraction, other: other,
      closes: [reader.entry(lever, index, regions, all(countries), lever.years(path))],
      diverts: other.map {
        [reader.entry(lever, index, regions, all(countries) + [$0], lever.years(path))]
      } ?? [])
  }

  /// Share of a programme's people who come through the ports of a target; 1 where it names none.
  private func portShare(
    _ target: Document, _ programme: Baseline.Programme, _ reader: inout Reader
  ) -> Double {
    guard let list = target["ports"] else { return 1 }
    let known = programme.ports.map(\.port)
    if list.items.isEmpty {
      reader.report("scenario.key-missing", ["key": "ports"], at: list.place)
    }
    var named: Set<Int> = []
    for item in list.items {
      if let index = known.firstIndex(of: item.text ?? "") {
        named.insert(index)
      } else {
        reader.report(
          "scenario.port-unknown",
          [
            "port": item.text ?? "", "programme": programme.id,
            "known": known.joined(separator: ", "),
            "nearest": nearest(to: item.text ?? "", in: known) ?? "",
          ], at: item.place)
      }
    }
    // Shares of all ports may round above 1.
    return min(1, named.sorted().reduce(0) { $0 + programme.ports[$1].share })
  }

  struct InternalCorridor: LeverEffect {
    let origins: [Int]
    let destinations: [Int]
    let mask: [Bool]
    let path: Path

    var stage: Stage { .closure }
    var ageMasks: [[Bool]] { [mask] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      guard let ratio = path.value(year: year.year, year.parameters, neutral: 1) else { return }
      year.multiplyInternal(from: origins, to: destinations, ages: mask, by: ratio)
    }
  }

  struct EntryCorridor: LeverEffect {
    let programme: Int
    /// `nil` for all.
    let countries: [Int]?
    /// Share of their people who come through the corridor.
    let share: Double
    let regions: [Int]
    let path: Path
    /// Share of those kept out who come another way.
    let diverted: Quantity
    /// The country whose people come in their place; `nil` where they come themselves.
    let other: Int?
    let closes: [Claim]
    let diverts: [Claim]

    var stage: Stage { .closure }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let part = diverted.value(year.parameters)
      for quarter in 0..<4 {
        let at = QuarterIndex(year: year.year, quarter: quarter)
        guard let ratio = path.value(at: at, year.parameters) else { continue }
        let kept = share * (1 - ratio)
        if let other { replace(&year, quarter, by: other, kept * part) }
        year.multiplyWanted(
          programme, quarter: quarter, regions: regions, countries: countries,
          by: 1 - kept * (other == nil ? 1 - part : 1))
      }
    }

    /// Adds people of another country in place of a share of those who would come.
    private func replace(
      _ year: inout YearBuild, _ quarter: Int, by other: Int, _ share: Double
    ) {
      for region in regions {
        let sum = year.streams(programme, countries).reduce(0) {
          $0 + year.permits[programme].wanted[($1 * 4 + quarter) * year.regions + region]
        }
        year.permits[programme].wanted[(other * 4 + quarter) * year.regions + region] +=
          sum * share
      }
    }
  }
}
