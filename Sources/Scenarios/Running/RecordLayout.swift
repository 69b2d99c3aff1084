import Projection

/// Where the results of one draw stand in its record: one stretch of numbers for each draw.
struct RecordLayout: Sendable {
  enum Band: Int, CaseIterable {
    case total, children, workforce, elderly, school
  }

  enum Component: Int, CaseIterable {
    case births, deaths, internalIn, internalOut, immigration, emigration, transfersIn,
      transfersOut
    /// Who comes from and goes to another group in the region, where people are in groups.
    case groupIn, groupOut

    var isOfGroups: Bool { self == .groupIn || self == .groupOut }

    /// Name in the tables.
    var name: String {
      switch self {
      case .births: "births"
      case .deaths: "deaths"
      case .internalIn: "internal_in"
      case .internalOut: "internal_out"
      case .immigration: "immigration"
      case .emigration: "emigration"
      case .transfersIn: "transfers_in"
      case .transfersOut: "transfers_out"
      case .groupIn: "group_in"
      case .groupOut: "group_out"
      }
    }
  }

  enum Extra: Int, CaseIterable {
    case displaced, transfersUnmet, settlementUnmet, constrained
  }

  /// What is told of planned moves by place: what they cost in a year; at its end those who settled five years
  /// before, those of them who are still there, and what their moves cost.
  enum Settlement: Int, CaseIterable {
    case cost, settled, retained, settledCost
  }

  /// Numbers of a programme in a region and year.
  private static let permitNumbers = 5

  /// Places: regions, or regions with their groups.
  let regions: Int
  /// Codes of the places.
  let areas: [String]
  /// Those of a year.
  let components: [Component]
  let launch: Int
  let isConstrained: Bool
  let steps: Int
  /// Years of a step, the width of an age group.
  let stepYears: Int
  let ages: Int
  let programmes: Int
  /// Steps (0 = launch) with a pyramid, and steps whose flows are kept (0 = first year).
  let pyramidSteps: [Int]
  let flowSteps: [Int]
  /// The age group of the projection with which each group of ages of those flows begins; 0 alone where
  /// they are kept for all ages together.
  let flowAges: [Int]
  let ageGroups: Int
  /// What scenarios ask for beyond what is always there: counts of ages and sexes beside `Band`, median ages,
  /// and settlers.
  let requests: RecordRequests
  private let bandCount: Int
  private let componentStart: Int
  private let permitStart: Int
  private let extraStart: Int
  private let partStart: Int
  /// Where the parts of each programme begin inside a step, and how many there are in all.
  private let partStarts: [Int]
  private let partCount: Int
  private let medianStart: Int
  private let settlerStart: Int
  private let pyramidStart: Int
  private let flowStart: Int
  private let factorStart: Int
  /// Components with totals, the numbers each has in a step, and where they begin.
  private let constrained: [Constraint.Component]
  private let factorCounts: [Int]
  private let factorStarts: [Int]
  /// Factors of the population in a step: one, or one for each region.
  let populationFactors: Int
  /// Pairs of regions whose moves have totals of their own.
  let pairs: Int
  /// The largest residual of the account, the number of split cohorts, the number of overdrawn cells,
  /// by how much the flows of the draw miss their margins, the number of cells below zero, and of a total
  /// that was not met 0 or its place, its part, what was wanted and found, and why;
  /// then 0 or what `unbounded` makes of a rate.
  let checkStart: Int
  let length: Int

  /// - Parameter lastYear: the 1 January the record ends on, without pyramids and flows; `nil` for all
  ///   there is.
  init(
    _ baseline: Baseline, lastYear: Int? = nil, requests: RecordRequests = RecordRequests()
  ) {
    self.requests = requests
    bandCount = Band.allCases.count + requests.bands.count
    regions = baseline.areas.count
    areas = baseline.areas
    components =
      baseline.groups == nil
      ? Component.allCases.filter { !$0.isOfGroups } : Component.allCases
    launch = baseline.launch
    isConstrained = baseline.constraint != nil
    let width = baseline.stepYears
    stepYears = width
    steps = lastYear.map { max(1, ($0 - baseline.launch + width - 1) / width) } ?? baseline.steps
    ages = baseline.ages
    programmes = baseline.programmes.count
    pyramidSteps =
      lastYear == nil ? baseline.pyramidYears.map { ($0 - baseline.launch) / width } : []
    flowSteps = lastYear == nil ? baseline.flowYears.map { ($0 - baseline.launch) / width } : []
    flowAges = baseline.flowAges.isEmpty ? [0] : baseline.flowAges.map { $0 / width }
    ageGroups = (ages * width + 4) / 5
    componentStart = (steps + 1) * regions * bandCount
    permitStart = componentStart + steps * regions * components.count
    extraStart = permitStart + steps * programmes * regions * Self.permitNumbers
    pyramidStart = extraStart + steps * regions * Extra.allCases.count
    flowStart = pyramidStart + pyramidSteps.count * regions * 2 * ageGroups
    factorStart = flowStart + flowSteps.count * flowAges.count * regions * regions
    let constraint = baseline.constraint
    let n = regions
    constrained = constraint?.constrained ?? []
    pairs = constraint?.pairs.count ?? 0
    populationFactors = constraint?.regionalPopulation.isEmpty == false ? n : 1
    factorCounts = constrained.map { component in
      let count = constraint?.factorCount(component, regions: n) ?? 1
      // Of moves by pair also what the factors add, out of and into each region, and the moves.
      return component == .internal && count > 1 ? 2 * count : count
    }
    var next = factorStart + steps * populationFactors
    var starts: [Int] = []
    for count in factorCounts {
      starts.append(next)
      next += steps * count
    }
    factorStarts = starts
    partStart = next
    var parts = 0
    partStarts = baseline.programmes.map { programme in
      defer { parts += programme.origins.count + programme.rules.maxTerms }
      return parts
    }
    partCount = parts
    medianStart = next + steps * parts
    settlerStart = medianStart + (steps + 1) * requests.medianAges.count
    checkStart =
      settlerStart
      + (requests.followsSettlers ? steps * regions * Settlement.allCases.count : 0)
    length = checkStart + 11
  }

  /// The step whose beginning is on the 1 January of a year; `nil` for a year inside a step.
  func step(_ year: Int, launch: Int) -> Int? {
    (year - launch) % stepYears == 0 ? (year - launch) / stepYears : nil
  }

  func band(_ band: Band, step: Int, region: Int) -> Int {
    (step * regions + region) * bandCount + band.rawValue
  }

  /// The k-th of the bands that are asked for.
  func band(own k: Int, step: Int, region: Int) -> Int {
    (step * regions + region) * bandCount + Band.allCases.count + k
  }

  /// The k-th of the median ages that are asked for.
  func medianAge(_ k: Int, step: Int) -> Int {
    medianStart + step * requests.medianAges.count + k
  }

  /// Of the year that begins at `step` or of its end, where settlers are followed.
  func settlement(_ what: Settlement, step: Int, region: Int) -> Int {
    precondition(requests.followsSettlers, "settlers are not followed")
    return settlerStart + (step * regions + region) * Settlement.allCases.count + what.rawValue
  }

  /// Components of the year that begins at `step`.
  func component(_ component: Component, step: Int, region: Int) -> Int {
    componentStart + (step * regions + region) * components.count + component.rawValue
  }

  /// 0 the stock at the end of the year, 1 the unmet demand, 2 the limit (NaN for none), 3 those of the
  /// stock who are in the country, 4 those who wanted to come in the year.
  func permit(_ what: Int, programme: Int, step: Int, region: Int) -> Int {
    permitStart + ((step * programmes + programme) * regions + region) * Self.permitNumbers + what
  }

  /// The stock of the country in one of the countries of origin, or after these in one of the terms.
  func permitPart(_ k: Int, programme: Int, step: Int) -> Int {
    partStart + step * partCount + partStarts[programme] + k
  }

  func extra(_ extra: Extra, step: Int, region: Int) -> Int {
    extraStart + (step * regions + region) * Extra.allCases.count + extra.rawValue
  }

  /// The factor of the population's constraint at the end of the year that begins at `step`.
  func factor(step: Int, region: Int = 0) -> Int {
    factorStart + step * populationFactors + (populationFactors == 1 ? 0 : region)
  }

  /// The k-th factor of a constrained component in the year that begins at `step`.
  func factor(_ component: Constraint.Component, step: Int, _ k: Int = 0) -> Int {
    guard let place = constrained.firstIndex(of: component) else {
      preconditionFailure("\(component) is not constrained")
    }
    return factorStarts[place] + step * factorCounts[place] + k
  }

  /// What factors of moves by pair add to the moves out of (0) or into (1) a region.
  func added(_ way: Int, step: Int, region: Int) -> Int {
    factor(.internal, step: step, 2 * regions + pairs + way * regions + region)
  }

  /// The moves of the k-th pair with a total of its own.
  func pairMoves(step: Int, _ k: Int) -> Int {
    factor(.internal, step: step, 4 * regions + pairs + k)
  }

  /// A number that names where a rate is without bounds: step, region, cell and component, from 1.
  func unbounded(_ found: UnboundedRate, step: Int) -> Double {
    let kinds = UnboundedRate.Component.allCases
    let kind = kinds.firstIndex(of: found.component) ?? 0
    return Double(
      1 + ((step * regions + found.region) * 2 * ages + found.cell) * kinds.count + kind)
  }

  /// The step and the rate of such a number.
  func unbounded(
    _ number: Double
  ) -> (step: Int, region: Int, cell: Int, component: UnboundedRate.Component) {
    let kinds = UnboundedRate.Component.allCases
    let (cells, kind) = (Int(number) - 1).quotientAndRemainder(dividingBy: kinds.count)
    let (rows, cell) = cells.quotientAndRemainder(dividingBy: 2 * ages)
    return (rows / regions, rows % regions, cell, kinds[kind])
  }

  func pyramid(_ index: Int, sex: Int, group: Int, region: Int) -> Int {
    pyramidStart + ((index * regions + region) * 2 + sex) * ageGroups + group
  }

  /// Moves of all groups and ages between two regions.
  func flows(_ index: Int, _ pair: (from: Scenario.Area, to: Scenario.Area)) -> [Int] {
    flowAges.indices.flatMap { flows(index, pair, ages: $0) }
  }

  /// Moves of all groups in the k-th of `flowAges` between two regions.
  func flows(
    _ index: Int, _ pair: (from: Scenario.Area, to: Scenario.Area), ages k: Int
  ) -> [Int] {
    pair.to.members.flatMap { j in
      pair.from.members.map { flow(index, from: $0, to: j, ages: k) }
    }
  }

  func flow(_ index: Int, from i: Int, to j: Int, ages k: Int) -> Int {
    flowStart + ((index * flowAges.count + k) * regions + j) * regions + i
  }
}
