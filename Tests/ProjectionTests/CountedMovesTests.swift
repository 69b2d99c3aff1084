import Projection
import Testing

/// Moves are counted by groups of ages that have no rates of their own.
@Suite struct CountedMovesTests {
  private func inputs(_ form: ProjectionForm, _ change: (InternalRates) -> InternalRates)
    -> CohortInputs
  {
    var inputs = madeUpInputs(regions: 5, form: form)
    inputs.internalRates = change(inputs.internalRates)
    return inputs
  }

  @Test(arguments: ProjectionForm.allCases)
  func groupsChangeNobodyAndAddUpToTheWhole(form: ProjectionForm) {
    let whole = projected(CohortEngine(inputs: inputs(form) { $0 }), years: 6)
    let apart = projected(
      CohortEngine(inputs: inputs(form) { $0.countingMoves(byAges: 5) }), years: 6)
    #expect(apart.population == whole.population)
    for (a, b) in zip(apart.ledgers, whole.ledgers) {
      #expect(a.flows.count == 21 * 25 && b.flows.count == 25)
      for i in 0..<5 {
        for j in 0..<5 where j != i {
          #expect(abs(a.flow(from: i, to: j) / b.flow(from: i, to: j) - 1) <= 1e-13)
        }
      }
    }
  }

  @Test(arguments: ProjectionForm.allCases)
  func oneMatrixForAllAgesIsAsGoodAsACopyForEachGroup(form: ProjectionForm) {
    let one = projected(
      CohortEngine(inputs: inputs(form) { $0.countingMoves(byAges: 5) }), years: 6)
    let copies = projected(
      CohortEngine(
        inputs: inputs(form) { rates in
          (1..<21).reduce(rates) { refined, group in
            refined.refined(by: (0..<202).map { $0 % 101 / 5 < group })
          }.countingMoves(byAges: 5)
        }), years: 6)
    #expect(worstRelative(one.population, copies.population) <= 1e-12)
    let last = (one.ledgers[5].flows, copies.ledgers[5].flows)
    for (a, b) in zip(last.0, last.1) { #expect(abs(a - b) <= 1e-12 * max(a, b)) }
  }

  @Test(arguments: ProjectionForm.allCases)
  func groupsOfAnyAgesAreSumsOfNarrowerOnes(form: ProjectionForm) {
    let narrow = projected(
      CohortEngine(inputs: inputs(form) { $0.countingMoves(byAges: 5) }), years: 3)
    let broad = projected(
      CohortEngine(inputs: inputs(form) { $0.countingMoves(from: [0, 15, 30, 65]) }), years: 3)
    #expect(broad.population == narrow.population)
    for (a, b) in zip(broad.ledgers, narrow.ledgers) {
      #expect(a.flows.count == 4 * 25)
      for (g, groups) in [0..<3, 3..<6, 6..<13, 13..<21].enumerated() {
        for pair in 0..<25 where pair % 6 != 0 {
          let sum = groups.reduce(0) { $0 + b.flows[$1 * 25 + pair] }
          #expect(abs(a.flows[g * 25 + pair] / sum - 1) <= 1e-13)
        }
      }
    }
  }

  /// From 64 regions on passes are extrapolated; one age of one sex has hardly anybody.
  @Test func manyRegionsThatMoveMuchAreSolvedAlikeFromOneMatrixAndFromCopies() {
    func country(_ change: (InternalRates) -> InternalRates) -> CohortEngine {
      var inputs = madeUpInputs(regions: 70, ages: 21, moving: 0.1)
      for region in 0..<70 {
        inputs.population[inputs.shape.index(sex: 0, age: 7, region: region)] *= 1e-9
      }
      inputs.internalRates = change(inputs.internalRates)
      return CohortEngine(inputs: inputs)
    }
    let one = projected(country { $0 }, years: 3)
    let copies = projected(
      country { rates in
        (1..<7).reduce(rates) { refined, group in
          refined.refined(by: (0..<42).map { $0 % 21 / 3 < group })
        }
      }, years: 3)
    #expect(worstRelative(one.population, copies.population) <= 1e-12)
    #expect(one.ledgers.allSatisfy { $0.largestResidual < 1e-8 })
    #expect(
      one.population.allSatisfy { $0 >= 0 } && one.ledgers.allSatisfy { $0.splitCohorts == 0 })
  }

  /// Nobody moves but at ages 10 to 14, who are 11 to 15 at the end of a step of one year.
  @Test(arguments: [ProjectionForm.movement, .transition])
  func movesStandInTheGroupOfTheirAge(form: ProjectionForm) {
    var made = madeUpInputs(regions: 3, form: form)
    let shares = (0..<9).map { $0 % 4 == 0 ? 0 : 0.5 }
    made.internalRates = InternalRates.factored(
      shape: made.shape, originLevel: [0.1, 0.1, 0.1],
      ageProfile: (0..<202).map { (10..<15).contains($0 % 101) ? 1 : 0 }, shares: shares
    ).countingMoves(byAges: 5)
    let ledger = projected(CohortEngine(inputs: made), years: 1).ledgers[0]
    let moved = (0..<21).map { g in ledger.flows[g * 9..<(g + 1) * 9].reduce(0, +) }
    for g in 0..<21 { #expect(g == 2 ? moved[g] > 0 : moved[g] == 0) }
    #expect(abs(moved[2] / ledger.internalIn.reduce(0, +) - 1) <= 1e-13)
  }

  @Test func plannedMovesStandInTheGroupOfTheirAge() {
    let made = inputs(.movement) { $0.countingMoves(byAges: 5) }
    var schedule = [Double](repeating: 0, count: 202)
    schedule[12] = 0.75
    schedule[101 + 40] = 0.25
    let engine = CohortEngine(inputs: made, schedules: [schedule])
    var rates = StepRates(made)
    for k in rates.level.indices { rates.level[k] = 0 }
    rates.transfers = [Transfer(from: 1, to: 3, persons: 8, schedule: 0)]
    let ledger = projected(engine, years: 1, rates: rates).ledgers[0]
    for g in 0..<21 {
      let moved = ledger.flows[(g * 5 + 3) * 5 + 1]
      #expect(moved == (g == 2 ? 6 : g == 8 ? 2 : 0))
    }
  }
}

@Suite struct UnboundedRateTests {
  private func ledger(_ change: (inout StepRates) -> Void) -> StepLedger {
    let engine = CohortEngine(inputs: madeUpInputs(regions: 4))
    var rates = StepRates(engine.inputs)
    change(&rates)
    return projected(engine, years: 1, rates: rates).ledgers[0]
  }

  @Test func aRateForWhichNoStepIsShortEnoughIsToldAndTheStepEnds() throws {
    let cell = CohortShape(regions: 4, ages: 101).index(sex: 1, age: 30, region: 2)
    for rate in [1e3, 1e18, 1e300, .infinity] {
      let dying = try #require(ledger { $0.mortality[cell] = rate }.unbounded)
      #expect(dying.region == 2 && dying.cell == 131 && dying.component == .mortality)
      #expect(dying.rate >= rate)
      let leaving = try #require(ledger { $0.emigration[cell] = rate }.unbounded)
      // The mean of both ages of a cohort, so that those who reach 30 come first.
      #expect(leaving.region == 2 && leaving.cell == 131 && leaving.component == .emigration)
    }
    let moving = try #require(
      ledger { for j in [0, 1, 3] { $0.level[j * 4 + 2] = 1e200 } }.unbounded)
    #expect(moving.region == 2 && moving.component == .internal)
  }

  @Test func aRateThatASplitStepCanTakeIsNotOne() {
    let cell = CohortShape(regions: 4, ages: 101).index(sex: 1, age: 30, region: 2)
    let found = ledger { $0.mortality[cell] = 200 }
    #expect(found.unbounded == nil && found.splitCohorts == 1 && found.largestResidual < 1e-8)
  }
}
