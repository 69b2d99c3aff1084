/// Where the results of one draw stand in its record: one stretch of numbers for each draw.
struct RecordLayout: Sendable {
  enum Band: Int, CaseIterable {
    case total, children, workforce, elderly, school
  }

  enum Component: Int, CaseIterable {
    case births, deaths, internalIn, internalOut, immigration, emigration, transfersIn,
      transfersOut

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
      }
    }
  }

  enum Extra: Int, CaseIterable {
    case displaced, transfersUnmet, settlementUnmet, constrained
  }

  let regions: Int
  let steps: Int
  /// Years of a step, the width of an age group.
  let stepYears: Int
  let ages: Int
  let programmes: Int
  /// Steps (0 = launch) with a pyramid, and steps whose flows are kept (0 = first year).
  let pyramidSteps: [Int]
  let flowSteps: [Int]
  let ageGroups: Int
  private let componentStart: Int
  private let permitStart: Int
  private let extraStart: Int
  private let pyramidStart: Int
  private let flowStart: Int
  private let factorStart: Int
  private let constrained: [Constraint.Component]
  /// The largest residual of the account, the number of split cohorts, the number of overdrawn cells,
  /// by how much the flows of the draw miss their margins, the number of cells below zero, and 0 or the
  /// place of a total that was not met.
  let checkStart: Int
  let length: Int

  /// - Parameter lastYear: the 1 January the record ends on, without pyramids and flows; `nil` for all
  ///   there is.
  init(_ baseline: Baseline, lastYear: Int? = nil) {
    regions = baseline.areas.count
    let width = baseline.stepYears
    stepYears = width
    steps = lastYear.map { max(1, ($0 - baseline.launch + width - 1) / width) } ?? baseline.steps
    ages = baseline.ages
    programmes = baseline.programmes.count
    pyramidSteps =
      lastYear == nil ? baseline.pyramidYears.map { ($0 - baseline.launch) / width } : []
    flowSteps = lastYear == nil ? baseline.flowYears.map { ($0 - baseline.launch) / width } : []
    ageGroups = (ages * width + 4) / 5
    componentStart = (steps + 1) * regions * Band.allCases.count
    permitStart = componentStart + steps * regions * Component.allCases.count
    extraStart = permitStart + steps * programmes * regions * 4
    pyramidStart = extraStart + steps * regions * Extra.allCases.count
    flowStart = pyramidStart + pyramidSteps.count * regions * 2 * ageGroups
    factorStart = flowStart + flowSteps.count * regions * regions
    constrained = baseline.constraint?.constrained ?? []
    checkStart = factorStart + steps * (1 + constrained.count)
    length = checkStart + 6
  }

  /// The step whose beginning is on the 1 January of a year; `nil` for a year inside a step.
  func step(_ year: Int, launch: Int) -> Int? {
    (year - launch) % stepYears == 0 ? (year - launch) / stepYears : nil
  }

  func band(_ band: Band, step: Int, region: Int) -> Int {
    (step * regions + region) * Band.allCases.count + band.rawValue
  }

  /// Components of the year that begins at `step`.
  func component(_ component: Component, step: Int, region: Int) -> Int {
    componentStart + (step * regions + region) * Component.allCases.count + component.rawValue
  }

  /// 0 the stock at the end of the year, 1 the unmet demand, 2 the limit (NaN for none), 3 those of the
  /// stock who are in the country.
  func permit(_ what: Int, programme: Int, step: Int, region: Int) -> Int {
    permitStart + ((step * programmes + programme) * regions + region) * 4 + what
  }

  func extra(_ extra: Extra, step: Int, region: Int) -> Int {
    extraStart + (step * regions + region) * Extra.allCases.count + extra.rawValue
  }

  /// The factor of the population's constraint at the end of the year that begins at `step`.
  func factor(step: Int) -> Int { factorStart + step }

  /// The factor of a constrained component in the year that begins at `step`.
  func factor(_ component: Constraint.Component, step: Int) -> Int {
    guard let place = constrained.firstIndex(of: component) else {
      preconditionFailure("\(component) is not constrained")
    }
    return factorStart + steps * (1 + place) + step
  }

  func pyramid(_ index: Int, sex: Int, group: Int, region: Int) -> Int {
    pyramidStart + ((index * regions + region) * 2 + sex) * ageGroups + group
  }

  func flow(_ index: Int, from i: Int, to j: Int) -> Int {
    flowStart + (index * regions + j) * regions + i
  }
}
