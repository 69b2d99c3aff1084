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
  let targetKeys = ["from", "to", "ages", "sexes", "programme", "countries"]
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
      reader.forbid(lever.target, ["programme", "countries"], because: lever.component)
      reader.forbid(lever.node, ["divert"], because: lever.component)
      return InternalCorridor(
        origins: reader.regions(lever.target, "from"),
        destinations: reader.regions(lever.target, "to"), mask: reader.ageMask(lever.target),
        path: path)
    }
    reader.forbid(lever.target, ["from", "ages", "sexes"], because: lever.component)
    let regions = reader.regions(lever.target, "to", standard: Array(reader.areas.indices))
    let divert = lever.node["divert"] ?? Document(.null, at: lever.node.place)
    reader.closed(divert, ["fraction"])
    let fraction = reader.quantity(
      divert, "fraction", name: lever.id + ".divert", in: 0...1, standard: 0)
    guard let index = reader.programme(lever.target), let fraction,
      let countries = reader.required(lever.target, "countries")
    else { return nil }
    var share = 0.0
    let origins = lever.baseline.programmes[index].origins
    if origins.isEmpty {
      reader.report(
        "scenario.programme-origins", ["programme": lever.baseline.programmes[index].id],
        at: countries.place)
      return nil
    }
    for item in countries.items {
      if let origin = origins.first(where: { $0.country == item.text }) {
        share += origin.share
      } else {
        reader.report(
          "scenario.not-permitted",
          [
            "key": "countries", "value": item.text ?? "",
            "permitted": origins.map(\.country).joined(separator: ", "), "nearest": "",
          ], at: item.place)
      }
    }
    return EntryCorridor(
      programme: index, share: share, regions: regions, path: path, diverted: fraction)
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
    /// Share of the programme's people who come through the corridor.
    let share: Double
    let regions: [Int]
    let path: Path
    /// Share of those kept out who come another way.
    let diverted: Quantity

    var stage: Stage { .closure }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      for quarter in 0..<4 {
        let at = QuarterIndex(year: year.year, quarter: quarter)
        guard let ratio = path.value(at: at, year.parameters) else { continue }
        let lost = share * (1 - ratio) * (1 - diverted.value(year.parameters))
        for region in regions {
          year.permits[programme].wanted[quarter * year.regions + region] *= 1 - lost
        }
      }
    }
  }
}
