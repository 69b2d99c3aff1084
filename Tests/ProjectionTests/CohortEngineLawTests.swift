import Foundation
import Projection
import Testing

/// A country of made-up regions, larger towards the end of the list, with rates of ordinary size.
func madeUpInputs(
  regions n: Int, ages: Int = 101, order: [Int]? = nil, scale: Double = 1, moving: Double = 0.05,
  steeper: Double = 0.03, timing: MigrantTiming = .even, form: ProjectionForm = .movement
) -> CohortInputs {
  let shape = CohortShape(regions: n, ages: ages)
  let order = order ?? Array(0..<n)
  var population = [Double](repeating: 0, count: shape.cellCount)
  var survival = population
  var emigration = population
  var immigration = population
  var fertility = [Double](repeating: 0, count: n * ages)
  for (place, region) in order.enumerated() {
    for sex in 0..<2 {
      for age in 0..<ages {
        let cell = shape.index(sex: sex, age: age, region: place)
        let x = Double(age) * 100 / Double(ages - 1)
        population[cell] = scale * Double(4000 + 900 * region) * exp(-x * x / 5000) + 0.37 * scale
        survival[cell] = max(0.3, 1 - 0.0005 * exp(0.075 * x) - 0.0001 * Double(region))
        emigration[cell] = 0.002 * exp(-abs(x - 27) / 20)
        immigration[cell] = scale * Double(5 + region) * exp(-abs(x - 30) / 15)
      }
    }
    for age in 0..<ages {
      let x = Double(age) * 100 / Double(ages - 1)
      if (15..<50).contains(x) {
        fertility[place * ages + age] = 0.15 * exp(-(x - 28) * (x - 28) / 60)
      }
    }
  }
  let profile = (0..<shape.ageSexCount).map { k in
    0.2 + exp(-abs(Double(k % ages) * 100 / Double(ages - 1) - 24) / 12)
  }
  var shares = [Double](repeating: 0, count: n * n)
  for i in 0..<n {
    let weights = (0..<n).map { $0 == i ? 0 : 1 / Double(1 + abs(order[$0] - order[i])) }
    for j in 0..<n { shares[j * n + i] = weights[j] / weights.reduce(0, +) }
  }
  return CohortInputs(
    shape: shape, population: population, survival: survival, fertility: fertility,
    sexRatioAtBirth: 1.06,
    internalRates: .factored(
      shape: shape, originLevel: order.map { moving * (1 + steeper * Double($0)) },
      ageProfile: profile, shares: n == 1 ? [0] : shares),
    emigration: emigration, immigration: immigration, timing: timing, stepYears: 1, form: form,
    deathRates: survival.map { -log($0) })
}

/// Runs an engine for some years and returns the end and every year's ledger.
func projected(
  _ engine: CohortEngine, years: Int, rates: StepRates? = nil
) -> (population: [Double], ledgers: [StepLedger]) {
  var population = engine.inputs.population
  var ledger = engine.makeLedger()
  var workspace = engine.makeWorkspace()
  var ledgers: [StepLedger] = []
  for _ in 0..<years {
    engine.advance(
      &population, rates: rates ?? StepRates(engine.inputs), ledger: &ledger, workspace: &workspace)
    ledgers.append(ledger)
  }
  return (population, ledgers)
}

/// Numbers in [0, 1) by the generator of Steele, Lea & Flood (2014), SplitMix.
private struct Numbers {
  var state: UInt64

  mutating func next() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

@Suite struct CohortEngineLawTests {
  @Test(arguments: ProjectionForm.allCases, [MigrantTiming.even, .end])
  func everyPersonIsAccountedFor(form: ProjectionForm, timing: MigrantTiming) {
    let engine = CohortEngine(inputs: madeUpInputs(regions: 6, timing: timing, form: form))
    for ledger in projected(engine, years: 10).ledgers {
      #expect(ledger.largestResidual < 1e-8)
      let inwards = ledger.internalIn.reduce(0, +)
      let outwards = ledger.internalOut.reduce(0, +)
      #expect(abs(inwards - outwards) <= 1e-9 * inwards)
      let flows = (0..<6).flatMap { i in (0..<6).map { ledger.flow(from: i, to: $0) } }
      #expect(abs(flows.reduce(0, +) / inwards - 1) <= 1e-12)
      #expect(ledger.splitCohorts == 0 && ledger.overdrawnCells == 0 && ledger.negativeCells == 0)
    }
  }

  @Test func nobodyIsBelowZero() {
    let engine = CohortEngine(inputs: madeUpInputs(regions: 5, moving: 0.9))
    let run = projected(engine, years: 30)
    #expect(run.population.allSatisfy { $0 >= 0 })
  }

  /// Rates that many cells do not have, and cells without people: the solution of one block says little
  /// of the next, and small cells must still not fall below zero.
  @Test func nobodyIsBelowZeroWhereRatesAreFarApart() {
    let (n, ages) = (6, 61)
    var below = 0
    for seed in 0..<40 {
      var numbers = Numbers(state: UInt64(seed))
      var inputs = madeUpInputs(regions: n, ages: ages)
      for k in inputs.population.indices {
        inputs.population[k] = numbers.next() < 0.4 ? 0 : exp(13 * numbers.next()).rounded(.down)
        inputs.immigration[k] = 0
      }
      let rates = (0..<2 * ages * n * n).map { _ in
        numbers.next() < 0.85 ? 0 : exp(8 * numbers.next() - 9)
      }
      inputs.internalRates = .dense(shape: inputs.shape, rates: rates)
      let run = projected(CohortEngine(inputs: inputs), years: 2)
      for ledger in run.ledgers {
        below += ledger.negativeCells
        #expect(ledger.largestResidual < 1e-8)
      }
    }
    #expect(below == 0)
  }

  @Test func aStepInWhichTooManyWouldLeaveIsSplitAndStillCloses() {
    let engine = CohortEngine(inputs: madeUpInputs(regions: 4, moving: 3))
    let run = projected(engine, years: 3)
    #expect(run.ledgers.allSatisfy { $0.splitCohorts > 0 && $0.largestResidual < 1e-8 })
    #expect(run.population.allSatisfy { $0 >= 0 })
  }

  @Test(arguments: ProjectionForm.allCases)
  func orderOfTheRegionsMakesNoDifference(form: ProjectionForm) {
    let n = 5
    let order = [3, 0, 4, 2, 1]
    let straight = projected(
      CohortEngine(inputs: madeUpInputs(regions: n, form: form)), years: 15
    ).population
    let mixed = projected(
      CohortEngine(inputs: madeUpInputs(regions: n, order: order, form: form)), years: 15
    ).population
    let block = 2 * 101
    for (place, region) in order.enumerated() {
      let a = Array(straight[region * block..<(region + 1) * block])
      let b = Array(mixed[place * block..<(place + 1) * block])
      #expect(worstRelative(b, a) <= 1e-12)
    }
  }

  @Test(arguments: ProjectionForm.allCases)
  func twiceThePeopleGiveTwiceTheResults(form: ProjectionForm) {
    let one = projected(
      CohortEngine(inputs: madeUpInputs(regions: 4, form: form)), years: 12
    ).population
    let two = projected(
      CohortEngine(inputs: madeUpInputs(regions: 4, scale: 2, form: form)), years: 12)
    #expect(worstRelative(two.population, one.map { 2 * $0 }) <= 1e-13)
  }

  @Test(arguments: ProjectionForm.allCases)
  func regionsWithEqualRatesAddUpToOneRegion(form: ProjectionForm) {
    var inputs = madeUpInputs(regions: 3, form: form)
    for cell in inputs.population.indices {
      let k = cell % inputs.shape.ageSexCount
      inputs.survival[cell] = inputs.survival[k]
      inputs.emigration[cell] = inputs.emigration[k]
      inputs.deathRates[cell] = inputs.deathRates[k]
    }
    // In the official formulas newborns who move die in no other place than where they were born.
    let isProspective = form == .prospective
    let years = isProspective ? 1 : 10
    let many = projected(CohortEngine(inputs: inputs), years: years).population
    let shape = CohortShape(regions: 1, ages: 101)
    func merged(_ surface: [Double]) -> [Double] {
      (0..<202).map { k in (0..<3).reduce(0) { $0 + surface[$1 * 202 + k] } }
    }
    let one = CohortInputs(
      shape: shape, population: merged(inputs.population),
      survival: Array(inputs.survival[..<202]), fertility: Array(inputs.fertility[..<101]),
      sexRatioAtBirth: inputs.sexRatioAtBirth,
      internalRates: .factored(
        shape: shape, originLevel: [0], ageProfile: [Double](repeating: 0, count: 202),
        shares: [0]),
      emigration: Array(inputs.emigration[..<202]), immigration: merged(inputs.immigration),
      timing: .even, stepYears: 1, form: form, deathRates: Array(inputs.deathRates[..<202]))
    let together = projected(CohortEngine(inputs: one), years: years).population
    let cells = (0..<202).filter { !isProspective || $0 % 101 > 0 }
    let sums = merged(many)
    #expect(worstRelative(cells.map { sums[$0] }, cells.map { together[$0] }) <= 1e-12)
  }

  @Test func factoredAndDenseRatesAreTheSameProjection() {
    let factored = madeUpInputs(regions: 4, ages: 21)
    var dense = factored
    let n = 4
    var rates: [Double] = []
    for sex in 0..<2 {
      for age in 0..<21 {
        for j in 0..<n {
          for i in 0..<n {
            rates.append(factored.internalRates.rate(sex: sex, age: age, from: i, to: j))
          }
        }
      }
    }
    dense.internalRates = .dense(shape: factored.shape, rates: rates)
    let refined = factored.internalRates.refined(by: (0..<42).map { (3..<9).contains($0 % 21) })
    var split = factored
    split.internalRates = refined
    #expect(refined.classCount == 2)
    let a = projected(CohortEngine(inputs: factored), years: 8)
    let b = projected(CohortEngine(inputs: dense), years: 8)
    let c = projected(CohortEngine(inputs: split), years: 8)
    #expect(worstRelative(b.population, a.population) <= 1e-12)
    #expect(worstRelative(c.population, a.population) <= 1e-12)
    let flow = a.ledgers[7].flow(from: 0, to: 2)
    #expect(abs(b.ledgers[7].flow(from: 0, to: 2) / flow - 1) <= 1e-12)
  }

  @Test func plannedMovesTakeAtMostTheirPartOfACellAndReportTheRest() {
    let inputs = madeUpInputs(regions: 3, ages: 21)
    let everyone = [Double](repeating: 1.0 / 42, count: 42)
    let engine = CohortEngine(inputs: inputs, schedules: [everyone])
    var rates = StepRates(inputs)
    rates.transfers = [Transfer(from: 1, to: 0, persons: 1e9, schedule: 0)]
    let ledger = projected(engine, years: 1, rates: rates).ledgers[0]
    #expect(abs((ledger.transfersOut[1] + ledger.transfersUnmet[1]) / 1e9 - 1) <= 1e-12)
    #expect(ledger.transfersIn[0] == ledger.transfersOut[1])
    #expect(ledger.transfersUnmet[1] > 0 && ledger.largestResidual < 1e-8)
  }
}
