import Foundation
import Projection
import Testing

/// The transition form: golden cases gc14 and gc20, and its laws.
@Suite struct TransitionFormTests {
  private static func table(_ path: String) throws -> ReferenceTable? {
    guard let url = sharedFile("golden/projection/" + path) else { return nil }
    return ReferenceTable(
      text: path.hasSuffix(".gz") ? try unpacked(url) : try String(contentsOf: url, encoding: .utf8)
    )
  }

  /// Takes a population through steps; every step must close its account.
  static func advanced(_ inputs: CohortInputs, steps: Int) -> [[Double]] {
    let engine = CohortEngine(inputs: inputs)
    var population = inputs.population
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    return (0..<steps).map { _ in
      engine.advance(
        &population, rates: StepRates(inputs), ledger: &ledger, workspace: &workspace)
      #expect(ledger.largestResidual <= 1e-9 * population.reduce(0, +))
      #expect(ledger.overdrawnCells == 0)
      return population
    }
  }

  @Test func everybodyIsSomewhereAndSharesAboveOneAreTold() {
    var inputs = madeUpInputs(regions: 5)
    inputs.form = .transition
    _ = Self.advanced(inputs, steps: 20)
    inputs.internalRates.level = inputs.internalRates.level.map { $0 * 100 }
    let engine = CohortEngine(inputs: inputs)
    var population = inputs.population
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    engine.advance(&population, rates: StepRates(inputs), ledger: &ledger, workspace: &workspace)
    #expect(ledger.overdrawnCells > 0)
  }

  @Test func withoutMovesBothFormsAreOne() {
    var inputs = madeUpInputs(regions: 4, moving: 0)
    inputs.emigration = inputs.emigration.map { _ in 0 }
    let moved = Self.advanced(inputs, steps: 5)[4]
    inputs.form = .transition
    let survived = Self.advanced(inputs, steps: 5)[4]
    #expect(worstRelative(survived, moved) <= 1e-13)
  }

  @Test func destinationsThatAreSplitReceiveTogetherWhatOneReceived() {
    var inputs = madeUpInputs(regions: 3)
    inputs.form = .transition
    let one = Self.advanced(inputs, steps: 1)[0]
    let engine = CohortEngine(inputs: inputs)
    var population = inputs.population
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    engine.advance(&population, rates: StepRates(inputs), ledger: &ledger, workspace: &workspace)
    #expect(population == one)
    let into = (0..<3).map { j in (0..<3).reduce(0) { $0 + ledger.flow(from: $1, to: j) } }
    #expect(worstRelative(ledger.internalIn, into) <= 1e-12)
  }

  /// 51 regions of the United States by single age over forty years, statepop (Jiang, Zoraghein &
  /// O'Neill 2020); inputs are printed with seven or eight digits.
  @Test func fiftyOneStatesOverFortyYearsAreThoseOfTheReferenceRun() throws {
    let folder = "gc20_us51_dense_od/"
    guard let cells = try Self.table(folder + "input_pop_mx_asfr.csv.gz"),
      let moves = try Self.table(folder + "input_od_rates_5y_bands.csv.gz"),
      let totals = try Self.table(folder + "expected_state_totals_2010_2050.csv"),
      let ages = try Self.table(folder + "expected_2050_agesex.csv.gz")
    else { return }
    let inputs = try unitedStates(cells, moves)
    let level = inputs.cohort.internalRates.level
    #expect(inputs.states.count == 51 && level.count { $0 != 0 } == 307_690)
    let start: Double = inputs.cohort.population.reduce(0, +)
    // Cells are printed with seven or eight digits.
    #expect(abs(start / 308_710_772.0000116 - 1) <= 1e-10)
    let years = Self.advanced(inputs.cohort, steps: 40)
    for (step, population) in years.enumerated() {
      let found = inputs.cohort.shape.totals(population)
      let row = totals.rows[step + 1]
      let wanted = inputs.states.map { Double(row[$0] ?? "") ?? .nan }
      #expect(worstRelative(found, wanted) <= 1e-7, "\(2011 + step)")
    }
    #expect(abs(years[39].reduce(0, +) / 338_285_459 - 1) <= 2e-9)
    for row in ages.rows {
      let region = try #require(inputs.states.firstIndex(of: row["state"] ?? ""))
      let age = try #require(Int(row["age"] ?? ""))
      let cell = inputs.cohort.shape.index(sex: row["sex"] == "m" ? 0 : 1, age: age, region: region)
      #expect(abs(years[39][cell] / (Double(row["pop"] ?? "") ?? .nan) - 1) <= 1e-7)
    }
  }

  private func unitedStates(
    _ cells: ReferenceTable, _ moves: ReferenceTable
  ) throws -> (cohort: CohortInputs, states: [String]) {
    var states: [String] = []
    for row in cells.rows where row["sex"] == "m" && row["age"] == "0" {
      states.append(row["state"] ?? "")
    }
    let index = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, $0) })
    let shape = CohortShape(regions: states.count, ages: 101)
    let n = states.count
    var population = [Double](repeating: 0, count: shape.cellCount)
    var rates = population
    var fertility = [Double](repeating: 0, count: n * 101)
    for row in cells.rows {
      let region = try #require(index[row["state"] ?? ""])
      let age = try #require(Int(row["age"] ?? ""))
      let cell = shape.index(sex: row["sex"] == "m" ? 0 : 1, age: age, region: region)
      population[cell] = try #require(Double(row["pop2010"] ?? ""))
      rates[cell] = try #require(Double(row["mx"] ?? ""))
      if row["sex"] != "m" { fertility[region * 101 + age] = Double(row["asfr"] ?? "") ?? 0 }
    }
    let survival = stride(from: 0, to: rates.count, by: 101).flatMap {
      survivalRatios(deathRates: Array(rates[$0..<$0 + 101]))
    }
    var level = [Double](repeating: 0, count: 202 * n * n)
    for row in moves.rows {
      let from = try #require(index[row["from"] ?? ""])
      let to = try #require(index[row["to"] ?? ""])
      let first = try #require(Int(row["age_from"] ?? ""))
      let rate = try #require(Double(row["rate"] ?? ""))
      let sex = row["gender"] == "m" ? 0 : 1
      for age in first...(first == 95 ? 100 : first + 4) {
        level[((sex * 101 + age) * n + to) * n + from] = rate
      }
    }
    let none = [Double](repeating: 0, count: shape.cellCount)
    return (
      CohortInputs(
        shape: shape, population: population, survival: survival, fertility: fertility,
        sexRatioAtBirth: 1.05, internalRates: .dense(shape: shape, rates: level),
        emigration: none, immigration: none, timing: .even, stepYears: 1, form: .transition,
        newbornExposure: 0), states
    )
  }
}
