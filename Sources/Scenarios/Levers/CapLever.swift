import Demography
import Projection

/// A quota: the most who may come, with the demand it leaves unmet.
struct CapLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "cap",
    reference: "Law of the Republic of Kazakhstan on migration, quotas for foreign labour",
    parameters: [
      .init("path", unit: "percent_of_labour_force", range: 0...100, standard: "0.2"),
      .init("refused.fraction", range: 0...1, standard: "0"),
    ])
  let keys = ["path", "allocate", "refused"]
  let targetKeys = ["programme", "counts", "to"]
  let components = ["immigration", "temporary"]
  let starter = """
    kind: cap
    target: {component: immigration, to: [{region}]}
    path: {op: cap, unit: persons_per_year, points: {{year}: 100}}
    """

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let isTemporary = lever.component == "temporary"
    reader.forbid(
      lever.target, isTemporary ? ["to"] : ["programme", "counts"], because: lever.component)
    let units =
      isTemporary
      ? ["percent_of_labour_force", "persons_per_year", "persons"] : ["persons_per_year"]
    guard let node = reader.required(lever.node, "path"),
      let path = reader.path(
        node, lever: lever.id, operations: [.cap], units: units, range: 0...1e8)
    else { return nil }
    return isTemporary ? permits(lever, path, &reader) : immigrants(lever, path, &reader)
  }

  private func immigrants(
    _ lever: LeverNode, _ path: Path, _ reader: inout Reader
  ) -> (any LeverEffect)? {
    reader.forbid(lever.node, ["allocate", "refused"], because: lever.component)
    let regions = reader.regions(
      lever.target, "to", standard: Array(reader.areas.indices))
    return ImmigrationCap(
      regions: regions, path: path,
      claims: [
        lever.claim(path, regions: regions, ages: [Bool](repeating: true, count: 2 * reader.ages))
      ])
  }

  private func permits(
    _ lever: LeverNode, _ path: Path, _ reader: inout Reader
  ) -> (any LeverEffect)? {
    let counts = reader.choice(lever.target, "counts", ["admissions", "stock"])
    let allocate = lever.node["allocate"] ?? Document(.null, at: lever.node.place)
    reader.closed(allocate, ["to"])
    let refused = lever.node["refused"] ?? Document(.null, at: lever.node.place)
    reader.closed(refused, ["to", "fraction", "ages"])
    var fraction = Quantity.fixed(0)
    var request = ScheduleRequest.internalMovers
    if !refused.isNull {
      _ = reader.choice(refused, "to", ["internal"])
      fraction =
        reader.quantity(refused, "fraction", name: lever.id + ".refused", in: 0...1) ?? .fixed(0)
      if let ages = refused["ages"] {
        if let range = reader.groups(of: ages.text ?? "", at: ages.place) {
          request = .shares([AgeShare(ages: range, share: 1)])
        }
      }
    }
    guard let index = reader.programme(lever.target), let counts else { return nil }
    let programme = lever.baseline.programmes[index]
    let flat = programme.shares ?? [Double](repeating: 1, count: reader.areas.count)
    return PermitCap(
      programme: index, countsStock: counts == "stock", path: path,
      shares: allocate["to"].map { reader.shares($0, normalises: false, spread: flat) },
      fraction: fraction, request: request,
      claims: [
        lever.claim(
          path, regions: Array(reader.areas.indices),
          ages: [Bool](repeating: true, count: 2 * reader.ages), scope: programme.id)
      ])
  }

  /// Scales the immigrants of some regions down to a total.
  struct ImmigrationCap: LeverEffect {
    let regions: [Int]
    let path: Path
    let claims: [Claim]

    var stage: Stage { .limit }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      guard path.firstYear <= year.year,
        let limit = path.value(year: year.year, year.parameters, neutral: .greatestFiniteMagnitude)
      else { return }
      let length = 2 * year.ages
      let totals = year.frame.shape.totals(year.rates.immigration)
      let sum = regions.reduce(0) { $0 + totals[$1] }
      guard sum > limit else { return }
      for region in regions {
        for k in 0..<length { year.rates.immigration[region * length + k] *= limit / sum }
      }
    }
  }

  /// Limits the permits of a programme; the tightest of several limits holds.
  struct PermitCap: LeverEffect {
    let programme: Int
    let countsStock: Bool
    let path: Path
    let shares: [Double]?
    let fraction: Quantity
    let request: ScheduleRequest
    let claims: [Claim]

    var stage: Stage { .limit }
    var schedules: [ScheduleRequest] { [request] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let value = path.value(at: QuarterIndex(year: year.year, quarter: 3), year.parameters)
      guard let value else { return }
      let persons =
        path.unit == "percent_of_labour_force" ? value / 100 * year.labourForce : value
      let byRegion = (shares ?? year.frame.programmeShares[programme]).map { $0 * persons }
      if countsStock {
        year.permits[programme].limitStock(byRegion, replacesBaseline: true)
      } else {
        year.permits[programme].limitAdmissions(byRegion.map { $0 / 4 })
      }
      year.permits[programme].substitution = fraction.value(year.parameters)
      year.permits[programme].substitutes = schedules[0]
    }
  }
}
