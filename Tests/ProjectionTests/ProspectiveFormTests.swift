import Foundation
import Kernel
import Projection
import Testing

/// The prospective form of the engine: nationals and foreigners as two regions are `ProspectiveStep`,
/// which golden case gc10 holds to the official projection of canton Aargau.
@Suite struct ProspectiveFormTests {
  private static let form = ProspectiveStep(ages: 101, sexRatioAtBirth: 1.05)

  /// A made-up country of two groups: probabilities of ordinary size, other ones in every cell.
  private func rates() -> (ProspectiveStep.Rates, population: [Double]) {
    func surface(_ value: (_ group: Int, _ sex: Int, _ age: Double) -> Double) -> [Double] {
      (0..<404).map { value($0 / 202, $0 / 101 % 2, Double($0 % 101)) }
    }
    let rates = ProspectiveStep.Rates(
      mortality: surface { g, s, x in
        min(0.45, 0.0004 * exp(0.078 * x)) * (1 + 0.1 * Double(g + s))
      },
      emigration: surface { g, _, x in 0.01 * (1 + 2 * Double(g)) * exp(-abs(x - 28) / 20) },
      acquisition: surface { g, s, x in g == 0 ? 0 : 0.02 * exp(-x / 40) + 0.001 * Double(s) },
      immigration: surface { g, s, x in
        (200 + 900 * Double(g) + 30 * Double(s)) * exp(-abs(x - 25) / 10)
      },
      fertility: (0..<202).map { k in
        let x = Double(k % 101)
        return (16...50).contains(x) ? 0.11 * exp(-(x - 31) * (x - 31) / 60) : 0
      },
      nationalBirths: (0..<101).map { 0.1 + 0.004 * Double($0) })
    return (rates, surface { g, s, x in 9000 / (1 + 2 * Double(g)) * exp(-x * x / 6000) + 1 })
  }

  /// The same as inputs of the engine, whose surfaces lie the same way.
  private func inputs(_ rates: ProspectiveStep.Rates, _ population: [Double]) -> CohortInputs {
    let shape = CohortShape(regions: 2, ages: 101)
    var moves = [Double](repeating: 0, count: 202 * 4)
    for k in 0..<202 { moves[k * 4 + 1] = rates.acquisition[202 + k] }
    return CohortInputs(
      shape: shape, population: population, survival: rates.mortality.map { 1 - $0 },
      fertility: rates.fertility, sexRatioAtBirth: 1.05,
      internalRates: .dense(shape: shape, rates: moves), emigration: rates.emigration,
      immigration: rates.immigration, timing: .end, stepYears: 1, form: .prospective,
      birthShares: [BirthShare(mother: 1, child: 0, shares: rates.nationalBirths)])
  }

  @Test func noMotherHasMoreChildrenElsewhereThanChildren() throws {
    let (rates, population) = rates()
    var inputs = inputs(rates, population)
    #expect(throws: Never.self) { try inputs.check() }
    inputs.birthShares = Array(
      repeating: BirthShare(mother: 1, child: 0, shares: rates.nationalBirths), count: 3)
    let error = #expect(throws: ProjectionError.self) { try inputs.check() }
    guard case .outOfRange(let input, let value) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(input == "sum of shares of births" && value > 1)
  }

  @Test func twoGroupsAreTheOfficialFormulas() throws {
    let (rates, start) = rates()
    var population = start
    let inputs = inputs(rates, start)
    let run = projected(CohortEngine(inputs: inputs), years: 12)
    for ledger in run.ledgers {
      let (end, account) = try Self.form.advance(Self.form.aged(population), rates)
      population = end
      for group in 0..<2 {
        #expect(abs(ledger.births[group] / account.births[group] - 1) <= 1e-12)
        #expect(abs(ledger.deaths[group] / account.deaths[group] - 1) <= 1e-12)
        #expect(abs(ledger.emigration[group] / account.emigrants[group] - 1) <= 1e-12)
        #expect(abs(ledger.immigration[group] / account.immigrants[group] - 1) <= 1e-12)
      }
      #expect(abs(ledger.internalIn[0] / account.acquired - 1) <= 1e-12)
      #expect(ledger.largestResidual < 1e-8 && ledger.overdrawnCells == 0)
    }
    #expect(worstRelative(run.population, population) <= 1e-12)
  }

  @Test func withoutMovesOrMigrantsTheFormsAreOneButForTheBirths() {
    var inputs = madeUpInputs(regions: 4, moving: 0, timing: .end)
    inputs.emigration = inputs.emigration.map { _ in 0 }
    inputs.immigration = inputs.immigration.map { _ in 0 }
    let moved = projected(CohortEngine(inputs: inputs), years: 1).population
    inputs.form = .prospective
    let survived = projected(CohortEngine(inputs: inputs), years: 1).population
    let grown = moved.indices.filter { $0 % 101 > 0 }
    #expect(worstRelative(grown.map { survived[$0] }, grown.map { moved[$0] }) <= 1e-13)
  }

  @Test func moreLeavingThanThereAreIsTold() {
    let (rates, start) = rates()
    var more = rates
    more.emigration = rates.emigration.map { _ in 1.5 }
    more.immigration = rates.immigration.map { _ in 0 }
    let ledger = projected(CohortEngine(inputs: inputs(more, start)), years: 1).ledgers[0]
    #expect(ledger.overdrawnCells > 0 && ledger.negativeCells > 0)
  }

  @Test func mortalityThatLeavesNoSurvivorsIsTold() {
    var inputs = madeUpInputs(regions: 3)
    inputs.form = .transition
    var rates = StepRates(inputs)
    rates.mortality = rates.mortality.map { $0 * 100 }
    let ledger = projected(CohortEngine(inputs: inputs), years: 1, rates: rates).ledgers[0]
    #expect(ledger.overdrawnCells > 0)
  }

  @Test func netMigrantsWhoAreMoreThanThereAreLeaveACellBelowZeroAndAreTold() {
    var inputs = madeUpInputs(regions: 2)
    inputs.immigration = inputs.population.map { -2 * $0 }
    let run = projected(CohortEngine(inputs: inputs), years: 1)
    #expect(run.ledgers[0].negativeCells > 0)
    #expect(run.population.contains { $0 < 0 })
  }
}
