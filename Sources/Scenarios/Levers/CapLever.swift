import Demography
import Projection

/// A quota: the most who may come, with the demand it leaves unmet; or the fewest immigrants (`op: floor`).
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
        node, lever: lever.id, operations: isTemporary ? [.cap] : [.cap, .floor], units: units,
        range: 0...1e8)
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
    let refused = refused(lever, &reader)
    let all = Array(reader.areas.indices)
    let everybody = [Bool](repeating: true, count: 2 * reader.ages)
    guard let index = reader.programme(lever.target), let counts else { return nil }
    let programme = lever.baseline.programmes[index]
    let flat = programme.shares ?? [Double](repeating: 1, count: reader.areas.count)
    return PermitCap(
      programme: index, countsStock: counts == "stock", path: path,
      shares: allocate["to"].map { reader.shares($0, normalises: false, spread: flat) },
      seasons: programme.seasons, fraction: refused.fraction, request: refused.request,
      turned: refused.turned, saysRefused: lever.node["refused"] != nil,
      claims: [
        lever.claim(path, regions: all, ages: everybody, scope: programme.id)
      ]
        + (lever.node["refused"] == nil
          ? []
          // Where the refused go is said once.
          : [
            Claim(
              component: lever.component, scope: "refused:\(index)", operation: .set, regions: all,
              ages: everybody, years: lever.years(path))
          ]))
  }

  /// Reads `refused: {to: internal, fraction: 0.3, ages: 18-59}` or a list of them; `to` may name another
  /// programme, which the refused ask for in the next quarter. Who is named nowhere stays away.
  private func refused(
    _ lever: LeverNode, _ reader: inout Reader
  ) -> (
    fraction: Quantity, request: ScheduleRequest, turned: [(programme: Int, share: Quantity)]
  ) {
    var fraction = Quantity.fixed(0)
    var request = ScheduleRequest.internalMovers
    var turned: [(programme: Int, share: Quantity)] = []
    var parts: [(name: String, share: Quantity)] = []
    let own = lever.target["programme"]?.text
    for node in lever.node["refused"]?.items ?? [] {
      let to = reader.choice(
        node, "to", ["internal"] + reader.programmes.filter { $0 != own })
      reader.closed(node, ["to", "fraction"] + (to == "internal" ? ["ages"] : []))
      guard let to else { continue }
      if to == "internal", lever.baseline.absent.contains("internal") {
        reader.report(
          "scenario.component-absent", ["component": "internal", "lever": lever.id],
          at: node.place)
      }
      if parts.contains(where: { $0.name == to }) {
        reader.report("scenario.refused-twice", ["to": to], at: node.place)
        continue
      }
      // One part has the name it always had, so that its draws stay what they are.
      let isOnly = lever.node["refused"]?.items.count == 1
      guard
        let share = reader.quantity(
          node, "fraction", name: lever.id + (isOnly ? ".refused" : ".refused." + to), in: 0...1)
      else { continue }
      parts.append((to, share))
      if let index = reader.programmes.firstIndex(of: to), to != "internal" {
        turned.append((index, share))
        continue
      }
      fraction = share
      if let ages = node["ages"], let range = reader.groups(of: ages.text ?? "", at: ages.place) {
        request = .shares([AgeShare(ages: range, share: 1)])
      }
    }
    if parts.count > 1 {
      reader.limit(
        ShareSum(
          code: "scenario.refused-sum",
          parts: parts, place: lever.node["refused"]?.place ?? lever.node.place))
    }
    return (fraction, request, turned)
  }

  /// Scales the immigrants of some regions down to the most, or up to the fewest, who may come.
  struct ImmigrationCap: LeverEffect {
    let regions: [Int]
    let path: Path
    let claims: [Claim]

    var stage: Stage { .limit }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let isFloor = path.operation == .floor
      let length = 2 * year.ages
      let totals = year.frame.shape.totals(year.rates.immigration)
      let sum = regions.reduce(0) { $0 + totals[$1] }
      // Quarters without the limit have the immigrants there are.
      guard path.firstYear <= year.year,
        let limit = path.value(year: year.year, year.parameters, neutral: sum)
      else { return }
      guard isFloor ? sum < limit : sum > limit else { return }
      guard sum > 0 else {
        let shares = year.frame.places.evenShares(regions)
        for region in regions {
          year.addImmigrants(limit * shares[region], region: region, schedule: 1)
        }
        return
      }
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
    /// Share of a year's admissions in each quarter.
    let seasons: [Double]
    let fraction: Quantity
    let request: ScheduleRequest
    /// Other programmes that the refused ask for.
    let turned: [(programme: Int, share: Quantity)]
    let saysRefused: Bool
    let claims: [Claim]

    var stage: Stage { .limit }
    var schedules: [ScheduleRequest] { [request] }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      let shares = shares ?? year.frame.programmeShares[programme]
      let limits = (0..<4).map { quarter in
        path.value(at: QuarterIndex(year: year.year, quarter: quarter), year.parameters).map {
          path.unit == "percent_of_labour_force" ? $0 / 100 * year.labourForce : $0
        }
      }
      guard limits.contains(where: { $0 != nil }) else { return }
      if countsStock {
        // The stock of a year has one limit: that of its end.
        guard let limit = limits[3] else { return }
        year.permits[programme].limitStock(shares.map { $0 * limit }, replacesBaseline: true)
      } else {
        year.permits[programme].limitAdmissions(
          zip(limits, seasons).flatMap { limit, season in
            shares.map { share in limit.map { share * $0 * season } ?? .infinity }
          })
      }
      guard saysRefused else { return }
      year.permits[programme].substitution = fraction.value(year.parameters)
      year.permits[programme].substitutes = schedules[0]
      year.permits[programme].turned = turned.map {
        YearBuild.PermitYear.Turn(programme: $0.programme, share: $0.share.value(year.parameters))
      }
    }
  }
}
