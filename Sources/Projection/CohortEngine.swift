/// The multiregional cohort-component step: equations 1 to 5.
///
/// Cohorts are survived and moved as the form says, in the movement form by
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
  private let columns: CohortColumns
  /// Ages and sexes with a share in each schedule.
  private let agesOfSchedule: [[Int]]

  /// - Parameter schedules: what `Transfer.schedule` counts.
  public init(inputs: CohortInputs, schedules: [[Double]] = [], transferCap: Double = 0.9) {
    for schedule in schedules {
      precondition(
        schedule.count == inputs.shape.ageSexCount, "a schedule of \(schedule.count) values")
    }
    precondition((0...1).contains(transferCap), "a transfer cap of \(transferCap)")
    self.inputs = inputs
    self.schedules = schedules
    self.transferCap = transferCap
    agesOfSchedule = schedules.map { schedule in schedule.indices.filter { schedule[$0] > 0 } }
    columns = CohortColumns(inputs)
  }

  /// Room for the intermediate values of `advance`, one for each thread.
  public func makeWorkspace() -> StepWorkspace { StepWorkspace(columns) }

  public func makeLedger() -> StepLedger {
    StepLedger(regions: inputs.shape.regions, classes: inputs.internalRates.classCount)
  }

  /// Takes a population through one step.
  ///
  /// - Parameters:
  ///   - population: surface of persons, replaced by the population at the end of the step.
  ///   - rates: what happens in the step.
  ///   - ledger: overwritten with the account of the step.
  /// - Precondition: with `transition`, no more than all survivors of a cell move or emigrate;
  ///   `CohortInputs.check` tells of the inputs, `ledger.overdrawnCells` of a step.
  /// - Complexity: O(regions² · ages · passes), passes about 8 at 5 % a year moving, 1 in the
  ///   transition form.
  public func advance(
    _ population: inout [Double], rates: StepRates, ledger: inout StepLedger,
    workspace: inout StepWorkspace
  ) {
    precondition(population.count == inputs.shape.cellCount, "a population of \(population.count)")
    let n = inputs.shape.regions
    ledger.clear()
    for r in 0..<n { workspace.start[r] = regionTotal(population, r) }
    fillColumns(population, rates, &workspace)
    switch inputs.form {
    case .movement:
      for block in 0..<columns.blockCount {
        workspace.solveBlock(block, columns, rates.level)
      }
      workspace.solveSplitCohorts(columns, rates.level, &ledger)
      workspace.collect(columns, rates.level, &ledger)
    case .transition:
      workspace.moveSurvivors(columns, rates.level, &ledger)
    }
    let half = inputs.timing == .even ? 0.5 : 0.0
    addBirths(population, rates, half, &ledger, &workspace)
    writePopulation(&population, rates, half, workspace)
    for r in 0..<n { ledger.immigration[r] = regionTotal(rates.immigration, r) }
    transfer(&population, rates.transfers, &ledger)
    for r in 0..<n {
      let expected =
        workspace.start[r] + ledger.births[r] - ledger.deaths[r] + ledger.immigration[r]
        - ledger.emigration[r] + ledger.internalIn[r] - ledger.internalOut[r]
        + ledger.transfersIn[r] - ledger.transfersOut[r]
      let residual = abs(expected - regionTotal(population, r))
      if !(residual <= ledger.largestResidual) { ledger.largestResidual = residual }
    }
  }

  private func regionTotal(_ surface: [Double], _ region: Int) -> Double {
    let length = inputs.shape.ageSexCount
    var sum = 0.0
    for cell in region * length..<(region + 1) * length { sum += surface[cell] }
    return sum
  }

  /// Puts the cohorts at the start of the step, their mortality and their emigration into columns.
  private func fillColumns(
    _ population: [Double], _ rates: StepRates, _ workspace: inout StepWorkspace
  ) {
    let shape = inputs.shape
    let open = shape.openAge
    let half = inputs.timing == .even ? 0.5 : 0.0
    let isMoving = inputs.form == .movement
    let halfStep = inputs.stepYears / 2
    for region in 0..<shape.regions {
      for sex in 0..<2 {
        let base = shape.index(sex: sex, age: 0, region: region)
        for age in 1..<shape.ages {
          let cell = base + age
          var persons = population[cell - 1] + half * rates.immigration[cell - 1]
          if age == open { persons += population[cell] + half * rates.immigration[cell] }
          workspace.set(
            region: region, column: sex * open + age - 1, persons: persons,
            mortality: rates.mortality[cell],
            emigration: isMoving
              ? halfStep * (rates.emigration[cell - 1] + rates.emigration[cell])
              : rates.emigration[cell])
        }
      }
    }
  }

  /// Eq. 4: births of the step, and the newborn cohorts with half the exposure.
  private func addBirths(
    _ population: [Double], _ rates: StepRates, _ half: Double, _ ledger: inout StepLedger,
    _ workspace: inout StepWorkspace
  ) {
    let shape = inputs.shape
    let open = shape.openAge
    for r in 0..<shape.regions {
      var births = 0.0
      for age in 1..<open {
        let rate = rates.fertility[r * shape.ages + age]
        guard rate != 0 else { continue }
        let cell = shape.index(sex: Sex.female.rawValue, age: age, region: r)
        let women =
          population[cell] + workspace.survivors(region: r, column: open + age - 1)
          + 2 * half * rates.immigration[cell]
        births += inputs.stepYears * rate * women / 2
      }
      ledger.births[r] = births
    }
    let boys = inputs.sexRatioAtBirth / (1 + inputs.sexRatioAtBirth)
    for sex in 0..<2 {
      for r in 0..<shape.regions {
        let cell = shape.index(sex: sex, age: 0, region: r)
        let girls = ledger.births[r] / (1 + inputs.sexRatioAtBirth)
        workspace.setSingle(
          region: r, persons: sex == 0 ? ledger.births[r] * boys : girls,
          mortality: rates.mortality[cell],
          emigration: inputs.newbornExposure * rates.emigration[cell]
            * (inputs.form == .movement ? inputs.stepYears : 1))
      }
      switch inputs.form {
      case .movement:
        workspace.solveSingle(columns.newbornTerms[sex], rates.level, pieces: nil, &ledger)
      case .transition:
        workspace.moveNewborns(columns.newbornTerms[sex], rates.level, &ledger)
      }
      for r in 0..<shape.regions {
        workspace.newborns[sex * shape.regions + r] = workspace.single[r].end
      }
    }
  }

  private func writePopulation(
    _ population: inout [Double], _ rates: StepRates, _ half: Double, _ workspace: StepWorkspace
  ) {
    let shape = inputs.shape
    let open = shape.openAge
    for r in 0..<shape.regions {
      for sex in 0..<2 {
        let base = shape.index(sex: sex, age: 0, region: r)
        population[base] =
          workspace.newborns[sex * shape.regions + r] + (1 - half) * rates.immigration[base]
        for age in 1..<shape.ages {
          population[base + age] =
            workspace.survivors(region: r, column: sex * open + age - 1)
            + (1 - half) * rates.immigration[base + age]
        }
      }
    }
  }

  /// Eq. 5: planned moves, each capped by what the cells of its origin hold.
  private func transfer(
    _ population: inout [Double], _ transfers: [Transfer], _ ledger: inout StepLedger
  ) {
    let shape = inputs.shape
    let n = shape.regions
    let length = shape.ageSexCount
    let classOf = inputs.internalRates.classOf
    for move in transfers where move.persons > 0 {
      let schedule = schedules[move.schedule]
      var leaving = 0.0
      var unmet = 0.0
      for k in agesOfSchedule[move.schedule] {
        let from = move.origin * length + k
        let wanted = move.persons * schedule[k]
        let moved = min(wanted, transferCap * max(population[from], 0))
        population[from] -= moved
        population[move.destination * length + k] += moved
        leaving += moved
        unmet += wanted - moved
        ledger.flows[(classOf[k] * n + move.destination) * n + move.origin] += moved
      }
      ledger.transfersOut[move.origin] += leaving
      ledger.transfersIn[move.destination] += leaving
      ledger.transfersUnmet[move.origin] += unmet
    }
  }
}
