import Foundation
import Kernel
import Projection
import Testing

/// Golden cases gc04, gc05, gc06 and gc08, and laws of matrices that do not change.
@Suite struct StableAnalysisTests {
  @Test func menOfAustriaIn1992LiveAsLongAsTheBookSays() throws {
    let table = try ReferenceTable("austria_1992_men")
    let rates = zip(table.numbers("deaths"), table.numbers("population")).map { $0 / $1 }
    var years = LifeTable.coaleDemenyYears(rates: rates, sex: .male)
    let later = [
      2.5, 3.143, 2.724, 2.520, 2.481, 2.601, 2.701, 2.663, 2.698, 2.676, 2.645, 2.624, 2.619,
      2.593,
      2.518, 2.423,
    ]
    for (x, value) in later.enumerated() { years[x + 2] = value }
    let life = try LifeTable(ages: table.numbers("age"), rates: rates, meanYearsLived: years)
    #expect(worstAbsolute(life.expectation, table.numbers("printed_e")) <= 0.0011)
    #expect(worstRelative(life.meanYearsLived, table.numbers("years_lived")) <= 1e-8)
    #expect(worstRelative(life.probabilities, table.numbers("q")) <= 1e-8)
    #expect(worstRelative(life.survivors, table.numbers("l")) <= 1e-8)
    let dying = zip(table.numbers("l"), table.numbers("q")).map { $0 * $1 }
    #expect(worstRelative(life.deaths, dying) <= 1e-8)
    #expect(worstRelative(life.personYears, table.numbers("L")) <= 1e-8)
    #expect(worstRelative(life.yearsToCome, table.numbers("T")) <= 1e-8)
    #expect(worstRelative(life.expectation, table.numbers("e")) <= 1e-8)
  }

  @Test func aRateThatWouldKillMoreThanAllIsRefused() throws {
    #expect(throws: ProjectionError.outOfRange(input: "death rate", value: 3)) {
      try LifeTable(ages: [0, 1, 2], rates: [3, 0.1, 0.2], meanYearsLived: [0.9, 0.5, 0])
    }
    #expect(throws: ProjectionError.outOfRange(input: "death rate", value: -0.1)) {
      try LifeTable(ages: [0, 1], rates: [-0.1, 0.2], meanYearsLived: [0.5, 0])
    }
    #expect(throws: ProjectionError.outOfRange(input: "open death rate", value: 0)) {
      try LifeTable(ages: [0, 1], rates: [0.1, 0], meanYearsLived: [0.5, 0])
    }
  }

  @Test func westernAsiaWouldGrowBySixtyPerCentMore() throws {
    let table = try ReferenceTable("western_asia_momentum")
    let momentum = Momentum(
      ages: table.numbers("mid_age"), population: table.numbers("thousands"), total: 87176,
      personYears: table.numbers("person_years"), maternity: table.numbers("daughters"),
      expectation: 70.3)
    #expect(abs(momentum.factor - 1.609443248) <= 5e-10, "as printed, box 7.3")
    #expect(abs(momentum.factor - 1.609443247957817) <= 1e-8)
    #expect(abs(momentum.netReproduction - 1.70282) <= 5e-6)
    #expect(abs(momentum.meanAgeOfChildbearing - 26.60042753) <= 5e-9)
    // Ten digits are printed; the last weight is rounding noise around 0.
    #expect(worstAbsolute(momentum.weights, table.numbers("weight")) <= 1e-10)
    let births = zip(table.numbers("thousands"), table.numbers("daughters")).reduce(0) {
      $0 + $1.0 * $1.1
    }
    let simple = Momentum.ofStablePopulation(
      birthRate: births / 87176, expectation: 70.3, netReproduction: momentum.netReproduction)
    #expect(abs(simple - 1.57265258) <= 5e-9)
  }

  @Test func egyptAndTheUnitedStatesGrowAtTheRateOfTheBook() throws {
    let egypt = try ReferenceTable("egypt_1997_renewal")
    let growing = try Renewal(
      ages: egypt.numbers("mid_age"), personYears: egypt.numbers("person_years"),
      maternity: egypt.numbers("daughters"))
    #expect(abs(growing.rate - 0.014244057505989957) <= 1e-9)
    #expect(abs(growing.netReproduction - 1.527413734) <= 1e-9)
    #expect(abs(growing.meanAgeOfMothers - 29.472482784328818) <= 1e-8)
    let states = try ReferenceTable("usa_1991_renewal")
    let shrinking = try Renewal(
      ages: states.numbers("mid_age"), personYears: states.numbers("person_years"),
      maternity: states.numbers("daughters"))
    #expect(abs(shrinking.rate + 0.00016648244784416366) <= 1e-9)
    #expect(abs(shrinking.birthRate - 0.012584262047727135) <= 1e-9)
    #expect(worstRelative(shrinking.shares, states.numbers("stable_renewal")) <= 1e-8)
    let leslie = LeslieModel(
      personYears: states.numbers("person_years"), fertility: states.numbers("daughters"),
      sexRatioAtBirth: 0)
    let stable = try leslie.stablePopulation()
    #expect(abs(stable.growth - 0.9991679504607363) <= 1e-8)
    #expect(worstRelative(stable.shares, states.numbers("stable_leslie")) <= 1e-8)
  }

  @Test func nobodyBornIsNoRenewal() {
    #expect(throws: ProjectionError.outOfRange(input: "net reproduction", value: 0)) {
      try Renewal(ages: [20, 25], personYears: [4.8, 4.7], maternity: [0, 0])
    }
  }

  /// The last column of births lacks the factor `L₀`, as Goodman, Keyfitz & Pullum's program has it.
  @Test(arguments: [
    ("venezuela", 1.2066528807362147, 67.70189792489032, 2.817931850820864, 27.575233093096358),
    ("madagascar", 1.120348968773183, 38.53726088254338, 1.8812095309531442, 27.803314685993637),
    ("usa", 1.037572812207249, 74.24919292570017, 1.212442906568834, 26.113825261687133),
  ])
  func threeCountriesGrowAsGoodmanKeyfitzAndPullumFound(
    _ country: String, growth: Double, lifetime: Double, reproduction: Double, generation: Double
  ) throws {
    let table = try ReferenceTable("three_countries_counts")
    let women = table.numbers("\(country)_women")
    let rates = zip(table.numbers("\(country)_deaths"), women).map { $0 / $1 }
    var years = [Double](repeating: 2.5, count: rates.count)
    years[0] = 0.07 + 1.7 * rates[0]
    years[1] = 1.5
    let life = try LifeTable(
      ages: table.numbers("age"), rates: rates, meanYearsLived: years, radix: 1)
    #expect(abs(life.expectation[0] / lifetime - 1) <= 1e-9)
    var births = zip(table.numbers("\(country)_births"), women).map { $0 / $1 }
    births.remove(at: 1)
    let lived = [life.personYears[0] + life.personYears[1]] + life.personYears.dropFirst(2)
    let groups = try #require(births.lastIndex { $0 > 0 }) + 1
    var A = Matrix(rows: groups, columns: groups)
    for j in 0..<groups {
      let survival = j < groups - 1 ? lived[j + 1] / lived[j] : 0
      let mean = j < groups - 1 ? lived[0] * (births[j] + survival * births[j + 1]) / 2 : births[j]
      A[0, j] = mean / 2.05
      if j < groups - 1 { A[j + 1, j] = survival }
    }
    let stable = try StableAnalysis(A, stepYears: 5)
    #expect(abs(stable.growth / growth - 1) <= 1e-9)
    let expected = try ReferenceTable("three_countries_stable")
    let rows = expected.rows.indices.filter { expected.rows[$0]["country"] == country }
    #expect(rows.count == groups)
    func column(_ name: String) -> [Double] { rows.map { expected.numbers(name)[$0] } }
    #expect(worstRelative((0..<groups).map { A[0, $0] }, column("births")) <= 1e-9)
    #expect(
      worstRelative((0..<groups - 1).map { A[$0 + 1, $0] }, Array(column("survival").dropLast()))
        <= 1e-9)
    #expect(abs(stable.rate / (log(growth) / 5) - 1) <= 1e-9)
    #expect(worstRelative(stable.shares, column("share")) <= 1e-9)
    #expect(worstRelative(stable.reproductiveValues, column("value")) <= 1e-9)
    #expect(abs(stable.elasticities.values.reduce(0, +) - 1) <= 1e-12)
    let net = try StableAnalysis.netReproduction(A, newborn: 0..<1)
    #expect(abs(net / reproduction - 1) <= 1e-9)
    #expect(abs(stable.generationYears(netReproduction: net) / generation - 1) <= 1e-8)
  }

  @Test func aSensitivityIsTheSlopeOfTheGrowth() throws {
    let A = Matrix([[0.1, 1.2, 0.9], [0.6, 0.1, 0], [0, 0.7, 0.3]])
    let stable = try StableAnalysis(A, stepYears: 1)
    for (i, j) in [(0, 1), (1, 0), (2, 1), (2, 2)] {
      var up = A
      var down = A
      up[i, j] += 1e-5
      down[i, j] -= 1e-5
      let slope =
        (try StableAnalysis(up, stepYears: 1).growth
          - (try StableAnalysis(down, stepYears: 1).growth)) / 2e-5
      // Central differences err by h² times a third derivative of order one, and by rounding / h.
      #expect(abs(slope - stable.sensitivities[i, j]) <= 1e-8)
    }
    #expect(stable.dampingRatio > 1)
    #expect(
      abs(
        stable.rate
          - (stable.doublingYears.isFinite ? 0.6931471805599453 / stable.doublingYears : 0))
        <= 1e-15)
  }

  @Test func aPeriodicMatrixHasNoStablePopulationThatIsReached() {
    // Both eigenvalues have modulus 1; the real positive one still leads.
    #expect(throws: Never.self) {
      try StableAnalysis(Matrix([[0, 1], [1, 0]]), stepYears: 1)
    }
    // Nilpotent: nobody is left after two steps.
    #expect(throws: KernelError.noConvergence(routine: "StableAnalysis", code: 0)) {
      try StableAnalysis(Matrix([[0, 0], [1, 0]]), stepYears: 1)
    }
  }
}
