import Foundation
import Projection
import Testing

/// One region with both sexes, as the UN's program projects it (golden README, "Step A").
private func oneRegion(
  population: [Double], survival: [Double], fertility: [Double], migrants: [Double],
  srb: Double, timing: MigrantTiming, step: Double
) -> CohortEngine {
  let shape = CohortShape(regions: 1, ages: fertility.count)
  let still = InternalRates.factored(
    shape: shape, originLevel: [0], ageProfile: [Double](repeating: 0, count: shape.ageSexCount),
    shares: [0])
  return CohortEngine(
    inputs: CohortInputs(
      shape: shape, population: population, survival: survival, fertility: fertility,
      sexRatioAtBirth: srb, internalRates: still,
      emigration: [Double](repeating: 0, count: shape.cellCount), immigration: migrants,
      timing: timing, stepYears: step))
}

@Suite struct CohortEngineTests {
  /// Golden case gc03.
  @Test(arguments: [MigrantTiming.even, .end])
  func swedenOf1993WithMigrantsIsThatOfTheBook(timing: MigrantTiming) throws {
    let table = try ReferenceTable("sweden_1993_open")
    func both(_ column: String) -> [Double] { table.numbers(column) + table.numbers(column) }
    let engine = oneRegion(
      population: both("persons"), survival: both("survival"),
      fertility: table.numbers("births_per_woman"), migrants: both("net_migrants"), srb: 1.05,
      timing: timing, step: 5)
    try engine.inputs.check()
    var population = engine.inputs.population
    var ledger = engine.makeLedger()
    var workspace = engine.makeWorkspace()
    engine.advance(
      &population, rates: StepRates(engine.inputs), ledger: &ledger, workspace: &workspace)
    let men = Array(population[..<18])
    let women = Array(population[18...])
    #expect(worstAbsolute(women, table.numbers("\(timing)_women")) <= 1e-6)
    #expect(worstAbsolute(men, table.numbers("\(timing)_men")) <= 1e-6)
    let births = table.numbers("\(timing)_births").reduce(0, +)
    #expect(abs(ledger.births[0] / births - 1) <= 1e-9)
    if timing == .even {
      #expect(worstAbsolute(women, table.numbers("book_even_women")) <= 0.5)
    }
    #expect(ledger.largestResidual < 1e-8)
  }

  /// Golden case gc11: two chains of ten years by single age.
  @Test(arguments: [1950, 2010])
  func canadaByYearAndAgeIsThatOfTheUnitedNationsProgram(start: Int) throws {
    let folder = "golden/projection/gc11_un_ccmpp_canada_1x1/"
    guard let input = sharedFile(folder + "input_1950s_2010s.csv.gz"),
      let expected = sharedFile(folder + "expected_1950s_2010s.csv.gz"),
      let totals = sharedFile(folder + "expected_totals_1951_2020.csv")
    else { return }
    let inputs = Dictionary(
      grouping: ReferenceTable(text: try unpacked(input)).rows, by: { $0["year"]! })
    let results = Dictionary(
      grouping: ReferenceTable(text: try unpacked(expected)).rows, by: { $0["year"]! })
    let sums = ReferenceTable(text: try String(contentsOf: totals, encoding: .utf8)).rows
    var population: [Double] = []
    var worst = 0.0
    for year in start..<start + 10 {
      let rows = try #require(inputs[String(year)])
      #expect(rows.count == 101)
      func column(_ name: String) -> [Double] { rows.map { Double($0[name]!)! } }
      if year == start { population = column("pop_m") + column("pop_f") }
      let engine = oneRegion(
        population: population, survival: column("S_m") + column("S_f"),
        fertility: column("asfr"), migrants: column("mig_m") + column("mig_f"),
        srb: column("srb")[0], timing: .end, step: 1)
      var ledger = engine.makeLedger()
      var workspace = engine.makeWorkspace()
      engine.advance(
        &population, rates: StepRates(engine.inputs), ledger: &ledger, workspace: &workspace)
      let end = try #require(results[String(year + 1)])
      let wanted = ["pop_m", "pop_f"].flatMap { name in end.map { Double($0[name]!)! } }
      worst = max(worst, worstRelative(population, wanted))
      let total = try #require(sums.first { $0["year"] == String(year + 1) })
      worst = max(worst, abs(population.reduce(0, +) / Double(total["total"]!)! - 1))
      worst = max(worst, abs(ledger.births[0] / Double(total["births"]!)! - 1))
    }
    #expect(worst <= 1e-9)
  }
}
