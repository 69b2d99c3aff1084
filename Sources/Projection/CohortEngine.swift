import Kernel

/// The multiregional cohort-component step: equations 1 to 5.
///
/// Cohorts are survived and moved as `ProjectionForm` says, in the movement form by
/// `n1 = (I + M/2)⁻¹ (I − M/2) n0`, births follow from the mean population of women, planned moves come
/// last, and every person is accounted for. Goals in order:
/// 1. the account of a region closes; 2. no population below zero, without a clamp; 3. fast.
///
/// Rogers (1975), Introduction to multiregional mathematical demography; Willekens & Drewe (1984).
public struct CohortEngine: Sendable {
  public let inputs: CohortInputs
  /// Age and sex schedules of planned moves, `2 · ages` values each, age fastest, summing to 1.
  public let schedules: [[Double]]
  /// The part of a cell that planned moves may take.
  public let transferCap: Double
  /// That of eq. 5.
  public static let standardTransferCap = 0.9
  private let columns: CohortBlocks
  private let runsOfSchedule: [[ScheduleRun]]

  /// Neighbouring ages, counted in one group, that have a share in a schedule.
  private struct ScheduleRun: Sendable {
    let countedIn: Int
    var cells: Range<Int>
    var share: Double
  }

  /// - Parameter schedules: what `Transfer.schedule` counts.
  public init(
    inputs: CohortInputs, schedules: [[Double]] = [], transferCap: Double = standardTransferCap
  ) {
    for schedule in schedules {
      precondition(
        schedule.count == inputs.shape.ageSexCount, "a schedule of \(schedule.count) values")
    }
    precondition((0...1).contains(transferCap), "a transfer cap of \(transferCap)")
    precondition(
      inputs.form != .rogersLifetable || !inputs.deathRates.isEmpty,
      "Rogers' life table without death rates")
    self.inputs = inputs
    self.schedules = schedules
    self.transferCap = transferCap
    runsOfSchedule = schedules.map { Self.runs($0, inputs.internalRates.countedIn) }
    columns = CohortBlocks(inputs)
  }

  private static func runs(_ schedule: [Double], _ countedIn: [Int]) -> [ScheduleRun] {
    var runs: [ScheduleRun] = []
    for k in schedule.indices where schedule[k] > 0 {
      if let last = runs.last, last.cells.upperBound == k, last.countedIn == countedIn[k] {
        runs[runs.count - 1].cells = last.cells.lowerBound..<k + 1
        runs[runs.count - 1].share += schedule[k]
      } else {
        runs.append(ScheduleRun(countedIn: countedIn[k], cells: k..<k + 1, share: schedule[k]))
      }
    }
    return runs
  }

  /// Room for the intermediate values of `advance`, one for each thread.
  public func makeWorkspace() -> StepWorkspace {
    StepWorkspace(columns, form: inputs.form)
  }

  public func makeLedger() -> StepLedger {
    StepLedger(regions: inputs.shape.regions, groups: inputs.internalRates.countedGroups)
  }

  /// Takes a population through one step.
  ///
  /// - Parameters:
  ///   - population: surface of persons, replaced by the population at the end of the step.
  ///   - rates: what happens in the step.
  ///   - ledger: overwritten with the account of the step.
  /// - Precondition: but in the movement form, no more leave a cell than are in it;
  ///   `CohortInputs.check` tells of the inputs, `ledger.overdrawnCells` of a step.
  /// - Complexity: O(regions² · ages · passes), passes about 7 at 5 % a year moving, 1 in the
  ///   transition and prospective forms.
  public func advance(
    _ population: inout [Double], rates: StepRates, ledger: inout StepLedger,
    workspace: inout StepWorkspace
  ) {
    precondition(population.count == inputs.shape.cellCount, "a population of \(population.count)")
    let n = inputs.shape.regions
    let length = inputs.shape.ageSexCount
    ledger.clear()
    workspace.prepare(rates.level)
    age(population, rates, &workspace)
    switch inputs.form {
    case .movement, .transition: break
    case .rogersLifetable: setLifeTable(rates, &workspace)
    case .prospective: setDeadArrivals(rates, &workspace)
    }
    move(columns.blocks, rates, &ledger, &workspace)
    bear(population, rates, &ledger, &workspace)
    move(columns.newbornBlocks, rates, &ledger, &workspace)
    workspace.book(columns, rates.level, &ledger)
    write(&population, rates, &workspace, &ledger)
    if !rates.transfers.isEmpty {
      transfer(&population, rates.transfers, rates.schedules, &ledger)
      setRowSums(of: population, length: length, into: &workspace.totals)
    }
    for r in 0..<n {
      workspace.start[r] +=
        ledger.births[r] - ledger.deaths[r] + ledger.immigration[r] - ledger.emigration[r]
        + ledger.internalIn[r] - ledger.internalOut[r] + ledger.transfersIn[r]
        - ledger.transfersOut[r]
    }
    for r in 0..<n {
      let residual = abs(workspace.start[r] - workspace.totals[r])
      let worst = ledger.largestResidual
      // What is no number stays.
      if !(residual <= worst || worst.isNaN) { ledger.largestResidual = residual }
    }
  }

  /// Survivors and those who come late.
  private func write(
    _ population: inout [Double], _ rates: StepRates, _ workspace: inout StepWorkspace,
    _ ledger: inout StepLedger
  ) {
    ledger.negativeCells = addLateImmigrants(
      workspace.end, rates.immigration, late: isEven ? 0.5 : 1, into: &population,
      totals: &workspace.totals, coming: &ledger.immigration)
    if inputs.form == .prospective { ledger.overdrawnCells += ledger.negativeCells }
  }

  /// Whether half of the immigrants come at the start; the prospective form has a timing of its own.
  private var isEven: Bool { inputs.timing == .even && inputs.form != .prospective }

  private func move(
    _ blocks: [CohortBlocks.Block], _ rates: StepRates, _ ledger: inout StepLedger,
    _ workspace: inout StepWorkspace
  ) {
    for block in blocks {
      switch inputs.form {
      case .movement: workspace.solve(block, columns, rates, &ledger)
      case .transition: workspace.moveSurvivors(block, columns, rates, &ledger)
      case .rogersLifetable: workspace.solveLifeTable(block, columns, rates, &ledger)
      case .prospective: workspace.moveCohorts(block, columns, rates, &ledger)
      }
    }
    if !workspace.splits.isEmpty {
      workspace.solveSplits(columns, rates.level, &ledger)
    }
  }

  /// Brings persons to the age they end the step in, and emigration to the exposure of a cohort.
  private func age(
    _ population: [Double], _ rates: StepRates, _ workspace: inout StepWorkspace
  ) {
    let shape = inputs.shape
    bringToEndAge(
      population, rates.immigration, early: isEven ? 0.5 : 0, ages: shape.ages,
      into: &workspace.aged, sums: &workspace.start)
    let halfStep = inputs.stepYears / 2
    let emigration = rates.emigration.span
    var leaving = workspace.leaving.mutableSpan
    for base in stride(from: 0, to: shape.cellCount, by: shape.ages) {
      let exposure = inputs.form == .prospective ? 1 : inputs.newbornExposure
      let newborns = exposure * emigration[base]
      guard inputs.form == .movement else {
        leaving[base] = newborns
        for cell in base + 1..<base + shape.ages { leaving[cell] = emigration[cell] }
        continue
      }
      leaving[base] = inputs.stepYears * newborns
      for cell in base + 1..<base + shape.ages {
        leaving[cell] = halfStep * (emigration[cell - 1] + emigration[cell])
      }
    }
  }

  /// Eq. 4: births of the step, which stand at age 0 of the aged population.
  private func bear(
    _ population: [Double], _ rates: StepRates, _ ledger: inout StepLedger,
    _ workspace: inout StepWorkspace
  ) {
    let shape = inputs.shape
    let isProspective = inputs.form == .prospective
    let both = isEven || isProspective ? 1.0 : 0.0
    let boys = inputs.sexRatioAtBirth / (1 + inputs.sexRatioAtBirth)
    // Births of age groups of this width by women of both ends.
    let perWoman = inputs.stepYears / 2
    let first = isProspective ? workspace.aged : population
    if inputs.birthShares.isEmpty {
      addBirths(
        rates.fertility, first, workspace.end, rates.immigration, both: both, ages: shape.ages,
        into: &ledger.births)
      for r in 0..<shape.regions { ledger.births[r] *= perWoman }
    } else {
      for r in 0..<shape.regions {
        bear(region: r, perWoman, first, workspace.end, both: both, rates, &ledger)
      }
    }
    for r in 0..<shape.regions {
      let births = ledger.births[r]
      let girls = shape.index(sex: Sex.female.rawValue, age: 0, region: r)
      workspace.aged[shape.index(sex: Sex.male.rawValue, age: 0, region: r)] = births * boys
      workspace.aged[girls] = births / (1 + inputs.sexRatioAtBirth)
    }
  }

  /// Births of a region some of whose children may belong to another.
  private func bear(
    region r: Int, _ perWoman: Double, _ first: [Double], _ end: [Double], both: Double,
    _ rates: StepRates, _ ledger: inout StepLedger
  ) {
    let shape = inputs.shape
    let females = shape.index(sex: Sex.female.rawValue, age: 0, region: r)
    let elsewhere = inputs.birthShares.filter { $0.mother == r }
    for age in 1..<shape.openAge {
      let rate = rates.fertility[r * shape.ages + age]
      guard rate != 0 else { continue }
      let cell = females + age
      let born = perWoman * rate * (first[cell] + end[cell] + both * rates.immigration[cell])
      ledger.births[r] += born
      for share in elsewhere {
        ledger.births[share.child] += born * share.shares[age]
        ledger.births[r] -= born * share.shares[age]
      }
    }
  }

  /// Eq. 5: planned moves, each capped by what the cells of its origin hold.
  private func transfer(
    _ population: inout [Double], _ transfers: [Transfer], _ more: [[Double]],
    _ ledger: inout StepLedger
  ) {
    let n = inputs.shape.regions
    let length = inputs.shape.ageSexCount
    let runsOfMore = more.map { Self.runs($0, inputs.internalRates.countedIn) }
    for move in transfers where move.persons > 0 && move.origin != move.destination {
      let own = move.schedule - schedules.count
      let shares = own < 0 ? schedules[move.schedule] : more[own]
      var leaving = 0.0
      for run in own < 0 ? runsOfSchedule[move.schedule] : runsOfMore[own] {
        let isWhole = moveShares(
          move.persons, shares, run.cells, cap: transferCap, from: move.origin * length,
          to: move.destination * length, in: &population)
        let moving =
          isWhole
          ? move.persons * run.share
          : capped(move, shares, run.cells, &population, &ledger.transfersUnmet[move.origin])
        leaving += moving
        ledger.flows[(run.countedIn * n + move.destination) * n + move.origin] += moving
      }
      ledger.transfersOut[move.origin] += leaving
      ledger.transfersIn[move.destination] += leaving
    }
  }

  /// Moves what the cells of the origin may give; the rest is unmet.
  private func capped(
    _ move: Transfer, _ shares: [Double], _ cells: Range<Int>, _ population: inout [Double],
    _ unmet: inout Double
  ) -> Double {
    let from = move.origin * inputs.shape.ageSexCount
    let to = move.destination * inputs.shape.ageSexCount
    var moving = 0.0
    for k in cells {
      let wanted = move.persons * shares[k]
      let moved = min(wanted, transferCap * max(population[from + k], 0))
      population[from + k] -= moved
      population[to + k] += moved
      moving += moved
      unmet += wanted - moved
    }
    return moving
  }
}
