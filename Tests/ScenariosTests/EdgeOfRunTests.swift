import Demography
import Projection
import Scenarios
import Testing

/// Runs at the edges: nobody to scale, numbers that are none, one region alone, billions of people.
@Suite struct EdgeOfRunTests {
  private static let areas = ["City", "North", "South"]

  private func run(
    _ extra: String = "", special: [Double] = [], change: (inout CohortInputs) -> Void
  ) throws -> ScenarioRun {
    var cohort = try ToyCountry.inputs().cohort
    change(&cohort)
    return ScenarioRun(
      baseline: try ToyCountry.baseline(extra: extra),
      inputs: BaselineInputs(areas: Self.areas, cohort: cohort, special: special), scenarios: [],
      seed: 4, draws: 2)
  }

  private func fault(_ run: ScenarioRun) throws -> Fault {
    try #require(#expect(throws: Faults.self) { try run.results() }).all[0]
  }

  /// Nobody lives in the city, and nobody comes.
  private func empties(_ cohort: inout CohortInputs) {
    for k in 0..<cohort.shape.ageSexCount {
      cohort.population[k] = 0
      cohort.immigration[k] = 0
    }
    for g in 0..<cohort.internalRates.classCount {
      for origin in 0..<3 { cohort.internalRates.level[g * 9 + origin] = 0 }
    }
  }

  @Test func aPopulationThatIsNoNumberIsRefused() throws {
    let found = try fault(run { $0.immigration[3] = .nan })
    #expect(found.code == "projection.identity-broken")
  }

  @Test(arguments: ["soft", "hard"])
  func aTotalOfARegionWhereAllAreHeldApartIsRefused(_ mode: String) throws {
    let shape = CohortShape(regions: 3, ages: 6)
    var special = [Double](repeating: 0, count: shape.cellCount)
    special[2] = 200
    let weight = mode == "soft" ? "weight: 0.5, " : ""
    let found = try fault(
      run(
        "constraint: {mode: \(mode), \(weight)population_by_region: {City: {2026: 300}}}",
        special: special, change: empties))
    #expect(found.code == "scenario.constraint-unmet")
    #expect(found.arguments["component"] == "population City")
    #expect(found.arguments["found"] == "200" && found.arguments["wanted"] == "300")
  }

  @Test func aHardTotalOfARegionWithoutPeopleIsRefused() throws {
    let found = try fault(
      run(
        "constraint: {mode: hard, population_by_region: {City: {2026: 300}}}", change: empties))
    #expect(found.code == "scenario.constraint-unmet")
    #expect(found.arguments["component"] == "population City")
    #expect(found.arguments["found"] == "0" && found.arguments["wanted"] == "300")
    // Nobody is wanted and nobody is there.
    let none = try run(
      "constraint: {mode: soft, weight: 1, population_by_region: {City: {2026: 300}}}",
      change: empties)
    #expect(try none.results()["population"] != nil)
  }

  /// The toy's city as a country of its own.
  private func city(_ constraint: String) throws -> ScenarioRun {
    let toy = try ToyCountry.inputs().cohort
    let shape = CohortShape(regions: 1, ages: 6)
    func own(_ surface: [Double]) -> [Double] { Array(surface[..<shape.ageSexCount]) }
    let cohort = CohortInputs(
      shape: shape, population: own(toy.population), survival: own(toy.survival),
      fertility: Array(toy.fertility[..<6]), sexRatioAtBirth: 1.06,
      internalRates: .factored(
        shape: shape, originLevel: [0], ageProfile: [Double](repeating: 0, count: 12), shares: [0]
      ), emigration: own(toy.emigration), immigration: own(toy.immigration), timing: .even,
      stepYears: 1)
    let baseline = try Baseline(
      ToyCountry.document(
        """
        schema: agyn.baseline/1
        id: city
        title: {en: City}
        geography: {country: TOY}
        time: {launch: 2025-01-01, horizon: 2028-01-01}
        population: {ages: {to: 5}, timing: even, sex_ratio_at_birth: 1.06}
        \(constraint)
        """),
      regions: Codelist(
        id: "regions", codes: [Code(id: "City", names: Names(kk: "City", ru: "City", en: "City"))]))
    return ScenarioRun(
      baseline: baseline, inputs: BaselineInputs(areas: ["City"], cohort: cohort), scenarios: [],
      seed: 4, draws: 1)
  }

  @Test func aCountryOfOneRegionMeetsTheTotalOfItsRegion() throws {
    let free = try city("").medianPath()[1].ledger
    let (births, deaths) = (free.births[0] * 1.1, free.deaths[0] * 0.9)
    let met = try city(
      """
      constraint:
        mode: hard
        components:
          births: {by_region: {City: {2026: \(births)}}}
          deaths: {totals: {2026: \(deaths)}}
      """
    ).medianPath()[1].ledger
    #expect(abs(met.births[0] / births - 1) <= 1e-10)
    #expect(abs(met.deaths[0] / deaths - 1) <= 1e-10)
  }

  @Test func billionsOfPeopleCloseToWhatTheirNumbersHold() throws {
    for factor in [1e5, 1e8] {
      let found = try run { cohort in
        for k in cohort.population.indices { cohort.population[k] *= factor }
      }.results()
      let ledger = try #require(found["ledger"])
      let row = try #require(
        (0..<ledger.rowCount).first { ledger.texts("entry")[$0] == "largest_residual" })
      // More than the bound for millions, and a few units of the sixteenth digit.
      let residual = try #require(ledger.numbers("amount")[row])
      #expect(residual > 1e-7 && residual < 1e-15 * 1e5 * factor)
    }
  }

  @Test func morePeopleThanWholeNumbersCanCountAreRefused() throws {
    let found = try fault(run { $0.population[4] = 1e20 })
    #expect(found.code == "scenario.population-size")
    #expect(found.arguments["scenario"] == "baseline")
  }

  @Test(arguments: [1e6, 1e9])
  func rogersFormWithAbsurdRatesIsOverdrawn(_ rate: Double) throws {
    let found = try fault(
      run { cohort in
        cohort.form = .rogersLifetable
        cohort.timing = .end
        cohort.deathRates = cohort.survival.map { 1 - $0 }
        cohort.internalRates.level = cohort.internalRates.level.map { $0 * rate }
      })
    #expect(found.code == "scenario.overdrawn")
  }
}
