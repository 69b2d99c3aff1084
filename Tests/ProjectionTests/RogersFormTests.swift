import Foundation
import Kernel
import Projection
import Testing

/// Rogers' form of the engine: golden case gc01, and the multiregional life table.
@Suite struct RogersFormTests {
  private static let names = ["Slovenia", "RestYU"]

  /// Women of Yugoslavia 1961; men are boys of nobody else, and nobody looks at them.
  private func yugoslavia() throws -> (inputs: CohortInputs, replicated2001: [Double]) {
    let table = try ReferenceTable("yugoslavia_1961_women")
    let ages = table.rows.count / 2
    let shape = CohortShape(regions: 2, ages: ages)
    var population = [Double](repeating: 0, count: shape.cellCount)
    var deaths = population
    var expected = population
    var fertility = [Double](repeating: 0, count: 2 * ages)
    var moves = [Double](repeating: 0, count: shape.ageSexCount * 4)
    for row in table.rows {
      let region = try #require(Self.names.firstIndex(of: row["region"] ?? ""))
      let age = try #require(Int(row["age"] ?? "")) / 5
      func value(_ column: String) -> Double { Double(row[column] ?? "") ?? .nan }
      let cell = shape.index(sex: 1, age: age, region: region)
      population[cell] = value("women")
      expected[cell] = value("replicated_2001")
      deaths[cell] = value("deaths") / value("women")
      deaths[cell - ages] = deaths[cell]
      fertility[region * ages + age] = 2 * value("births") / value("women")
      let to = value(region == 0 ? "to_rest" : "to_slovenia") / value("women")
      for sex in 0..<2 { moves[((sex * ages + age) * 2 + 1 - region) * 2 + region] = to }
    }
    let none = [Double](repeating: 0, count: shape.cellCount)
    return (
      CohortInputs(
        shape: shape, population: population, survival: none.map { _ in 1 }, fertility: fertility,
        sexRatioAtBirth: 1, internalRates: .dense(shape: shape, rates: moves), emigration: none,
        immigration: none, timing: .end, stepYears: 5, form: .rogersLifetable, deathRates: deaths),
      expected
    )
  }

  /// The published table lets nobody survive a step in the open group; here the last two are pooled, so
  /// its cell is another one. It bears no children and nobody else comes from it.
  @Test func fortyYearsGiveThePublishedCellsOfGC01() throws {
    let (inputs, expected) = try yugoslavia()
    let run = projected(CohortEngine(inputs: inputs), years: 8)
    let shape = inputs.shape
    var worst = 0.0
    for region in 0..<2 {
      for age in 0..<shape.openAge {
        let cell = shape.index(sex: 1, age: age, region: region)
        worst = max(worst, abs(run.population[cell] - expected[cell]))
      }
    }
    #expect(worst <= 0.5, "\(worst) women")
    #expect(run.ledgers.allSatisfy { $0.largestResidual < 1e-6 && $0.overdrawnCells == 0 })
  }

  private func rogers(_ inputs: CohortInputs) -> CohortInputs {
    var inputs = inputs
    inputs.form = .rogersLifetable
    inputs.timing = .end
    inputs.immigration = inputs.immigration.map { _ in 0 }
    inputs.emigration = inputs.emigration.map { _ in 0 }
    return inputs
  }

  @Test func aStepIsTheGrowthMatrixAndTheOpenGroupKeepsItsProportion() throws {
    let n = 4
    let inputs = rogers(madeUpInputs(regions: n, ages: 31))
    let shape = inputs.shape
    let sex = Sex.female.rawValue
    let life = try MultiregionalLifeTable(
      width: 1,
      deathRates: (0..<31).map { age in
        (0..<n).map { inputs.deathRates[shape.index(sex: sex, age: age, region: $0)] }
      },
      birthRates: (0..<31).map { age in
        (0..<n).map { inputs.fertility[$0 * 31 + age] / (1 + inputs.sexRatioAtBirth) }
      },
      moveRates: (0..<31).map { age in
        var moves = Matrix(rows: n, columns: n)
        for j in 0..<n {
          for i in 0..<n where i != j {
            moves[j, i] = inputs.internalRates.rate(sex: sex, age: age, from: i, to: j)
          }
        }
        return moves
      })
    func women(_ surface: [Double], _ age: Int) -> [Double] {
      (0..<n).map { surface[shape.index(sex: sex, age: age, region: $0)] }
    }
    let end = projected(CohortEngine(inputs: inputs), years: 1).population
    let matrix = life.growthMatrix.times(
      (0..<31).flatMap { women(inputs.population, $0) })
    for age in 0..<30 {
      let wanted = Array(matrix[age * n..<(age + 1) * n])
      #expect(worstRelative(women(end, age), wanted) <= 1e-12, "\(age)")
    }
    let pool = zip(women(inputs.population, 29), women(inputs.population, 30)).map { $0 + $1 }
    let share = life.personYears[30].times(
      try LU(life.personYears[29] + life.personYears[30]).inverse())
    #expect(worstRelative(women(end, 30), share.times(pool)) <= 1e-12)
  }

  @Test func aClassThatIsSplitIsTheSameProjection() {
    let inputs = rogers(madeUpInputs(regions: 4, ages: 21))
    var split = inputs
    split.internalRates = inputs.internalRates.refined(
      by: (0..<42).map { (3..<9).contains($0 % 21) || $0 % 21 == 20 })
    let a = projected(CohortEngine(inputs: inputs), years: 6)
    let b = projected(CohortEngine(inputs: split), years: 6)
    #expect(worstRelative(b.population, a.population) <= 1e-12)
    let flow = a.ledgers[5].flow(from: 0, to: 2)
    #expect(abs(b.ledgers[5].flow(from: 0, to: 2) / flow - 1) <= 1e-12)
  }

  @Test func ratesThatEmptyACellBeforeTheMiddleOfTheStepAreTold() {
    let ledger = projected(
      CohortEngine(inputs: rogers(madeUpInputs(regions: 3, moving: 3))), years: 1
    ).ledgers[0]
    #expect(ledger.overdrawnCells > 0)
  }
}
