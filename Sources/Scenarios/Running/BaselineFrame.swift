public import Projection

/// What levers need to know of the baseline and what stays the same in all draws.
public struct BaselineFrame: Sendable {
  public let shape: CohortShape
  /// Regions and groups of what the shape calls regions.
  public let places: Places
  /// Years of an age group.
  let ageWidth: Int
  public let launch: Int
  let form: ProjectionForm
  public let participation: Double
  /// Internal rates with classes fine enough for the levers of the run.
  public let internalRates: InternalRates
  /// Moves a year at the launch, `to · from`, origin fastest.
  public let flows: [Double]
  /// Schedules of planned moves, `2 · ages` values each, summing to 1.
  public let schedules: [[Double]]
  /// Shares of every programme by region, summing to 1.
  public let programmeShares: [[Double]]
  /// Shares of every programme by country of origin, none where the file names none.
  public let originShares: [[Double]]
  /// Shares of the regions in the emigrants of the launch year.
  public let emigrantShares: [Double]
  private let requests: [ScheduleRequest]
  /// People of 15 to 64 and all people who are held apart, by region.
  private let specialWorkforce: [Double]
  let specialTotals: [Double]

  init(
    _ baseline: Baseline, _ inputs: BaselineInputs, masks: [[Bool]], requests: [ScheduleRequest]
  ) {
    let shape = inputs.cohort.shape
    let ageWidth = baseline.stepYears
    self.shape = shape
    places = baseline.places
    self.ageWidth = ageWidth
    launch = baseline.launch
    form = baseline.form
    let none = [Double](repeating: 0, count: shape.regions)
    specialTotals = inputs.special.isEmpty ? none : shape.totals(inputs.special)
    specialWorkforce =
      inputs.special.isEmpty
      ? none : (0..<shape.regions).map { Self.workforce(inputs.special, $0, shape, ageWidth) }
    participation = baseline.participation
    var refined = inputs.cohort.internalRates
    for mask in masks where mask.contains(false) { refined = refined.refined(by: mask) }
    internalRates = refined
    let movers = Self.movers(inputs.cohort, baseline.places)
    flows = movers.flows
    programmeShares = baseline.programmes.map { programme in
      programme.shares
        ?? Self.normalised(
          Self.asNewcomers(
            (0..<shape.regions).map {
              Self.workforce(inputs.cohort.population, $0, shape, ageWidth)
            }, baseline.places))
    }
    originShares = baseline.programmes.map { $0.origins.map(\.share) }
    // Where the baseline has nobody to be like, residents are.
    let leaving = shape.totals(
      zip(inputs.cohort.emigration, inputs.cohort.population).map { $0 * $1 })
    emigrantShares = Self.normalised(
      leaving.contains { $0 > 0 } ? leaving : shape.totals(inputs.cohort.population))
    var unique: [ScheduleRequest] = [.internalMovers, .immigrants, .residents]
    for request in requests where !unique.contains(request) { unique.append(request) }
    self.requests = unique
    let residents = Self.composition(inputs.cohort.population, shape)
    let immigrants =
      inputs.cohort.immigration.contains { $0 > 0 }
      ? Self.composition(inputs.cohort.immigration, shape) : residents
    let moving = movers.flows.contains { $0 > 0 } ? movers.composition : residents
    schedules = unique.map { request in
      switch request {
      case .internalMovers: moving
      case .immigrants: immigrants
      case .residents: residents
      case .shares(let shares): Self.spread(shares, like: immigrants, ages: shape.ages)
      case .curve(let rates): Self.normalised(zip(rates, residents).map { $0 * $1 })
      }
    }
  }

  /// The same of some places only; even over them where nobody leaves them.
  func emigrantShares(_ some: [Int]?) -> [Double] {
    guard let some else { return emigrantShares }
    var shares = [Double](repeating: 0, count: emigrantShares.count)
    let sum = some.reduce(0) { $0 + emigrantShares[$1] }
    for place in some {
      shares[place] = sum > 0 ? emigrantShares[place] / sum : 1 / Double(some.count)
    }
    return shares
  }

  /// Index of a schedule among `schedules`.
  func schedule(_ request: ScheduleRequest) -> Int { requests.firstIndex(of: request) ?? 0 }

  func workforce(_ population: [Double], _ region: Int) -> Double {
    Self.workforce(population, region, shape, ageWidth) + specialWorkforce[region]
  }

  private static func workforce(
    _ population: [Double], _ region: Int, _ shape: CohortShape, _ width: Int
  ) -> Double {
    var sum = 0.0
    for sex in 0..<2 {
      for age in 15 / width..<65 / width where age < shape.ages {
        sum += population[shape.index(sex: sex, age: age, region: region)]
      }
    }
    return sum
  }

  /// What stands for regions spread over their groups as newcomers are.
  private static func asNewcomers(_ values: [Double], _ places: Places) -> [Double] {
    guard places.isGrouped else { return values }
    return values.indices.map { place in
      let members = places.members(region: places.regionOf[place])
      return members.reduce(0) { $0 + values[$1] } * places.share(of: place, among: members)
    }
  }

  /// Destination shares of movers out of a region, none to itself; zero when nobody moves.
  func destinations(from origin: Int) -> [Double] {
    let n = shape.regions
    let column = (0..<n).map { $0 == origin ? 0 : flows[$0 * n + origin] }
    let sum = column.reduce(0, +)
    return sum > 0 ? column.map { $0 / sum } : column
  }

  /// Origin shares of movers into the region of a place, of all groups.
  func origins(to destination: Int) -> [Double] {
    let n = shape.regions
    let members = places.members(region: places.regionOf[destination])
    let row = (0..<n).map { origin in
      places.isMove(origin, destination)
        ? members.reduce(0) { $0 + flows[$1 * n + origin] } : 0
    }
    let sum = row.reduce(0, +)
    return sum > 0 ? row.map { $0 / sum } : row
  }

  private static func movers(
    _ cohort: CohortInputs, _ places: Places
  ) -> (flows: [Double], composition: [Double]) {
    let shape = cohort.shape
    let n = shape.regions
    let rates = cohort.internalRates
    var flows = [Double](repeating: 0, count: n * n)
    var composition = [Double](repeating: 0, count: shape.ageSexCount)
    for k in 0..<shape.ageSexCount {
      let g = rates.classOf[k]
      for i in 0..<n {
        let cell = i * shape.ageSexCount + k
        let people = rates.profile[cell] * cohort.population[cell]
        for j in 0..<n where j == i || places.isMove(i, j) {
          let moved = rates.level[(g * n + j) * n + i] * people
          flows[j * n + i] += moved
          composition[k] += moved
        }
      }
    }
    return (flows, normalised(composition))
  }

  private static func composition(_ surface: [Double], _ shape: CohortShape) -> [Double] {
    normalised(
      (0..<shape.ageSexCount).map { k in
        (0..<shape.regions).reduce(0) { $0 + max(surface[$1 * shape.ageSexCount + k], 0) }
      })
  }

  private static func normalised(_ values: [Double]) -> [Double] {
    let sum = values.reduce(0, +)
    guard sum > 0 else { return values.map { _ in 1 / Double(values.count) } }
    return values.map { $0 / sum }
  }

  private static func spread(_ shares: [AgeShare], like model: [Double], ages: Int) -> [Double] {
    var result = [Double](repeating: 0, count: model.count)
    for entry in shares {
      let inside = model.indices.filter { entry.ages.contains($0 % ages) }
      let sum = inside.reduce(0) { $0 + model[$1] }
      for k in inside {
        result[k] += entry.share * (sum > 0 ? model[k] / sum : 1 / Double(inside.count))
      }
    }
    return result
  }
}
