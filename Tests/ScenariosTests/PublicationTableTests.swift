import Demography
import Scenarios
import Testing

/// Whole persons for publication, and fractions everywhere else.
@Suite struct PublicationTableTests {
  private func results(seed: UInt32 = 5, draws: Int = 6) throws -> ScenarioResults {
    let baseline = try ToyCountry.baseline(
      extra: """
        uncertainty: {deviations: {immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}}}
        outputs: {pyramid_years: [2025, 2026, 2028]}
        """)
    return try ScenarioRun(
      baseline: baseline, inputs: ToyCountry.inputs(),
      scenarios: [ToyCountry.scenario(["kandas"], baseline: baseline)], seed: seed, draws: draws
    ).results()
  }

  /// Persons by the words of a row: scenario, area, period, sex, age.
  private func persons(_ results: ScenarioResults) throws -> [[String]: Int] {
    let table = try #require(results["publication_population"])
    let columns = ["scenario", "area", "period", "sex", "age"].map { table.texts($0) }
    var found: [[String]: Int] = [:]
    for row in 0..<table.rowCount {
      let key = columns.map { $0[row] ?? "" }
      #expect(found[key] == nil)
      found[key] = Int(try #require(table.numbers("persons")[row]))
    }
    return found
  }

  @Test func everyTotalIsTheSumOfItsCells() throws {
    let found = try persons(results())
    let areas = ["City", "North", "South"]
    let ages = ["Y0T4", "Y_GE5"]
    #expect(found.count == 2 * 4 * 3 * 3 * 3)
    for scenario in ["baseline", "toy-levers"] {
      for period in ["2025-01-01", "2026-01-01", "2028-01-01"] {
        func count(_ area: String, _ sex: String, _ age: String) throws -> Int {
          try #require(found[[scenario, area, period, sex, age]])
        }
        for area in areas + ["TOY"] {
          for age in ages + ["_T"] {
            #expect(
              try count(area, "_T", age) == count(area, "M", age) + count(area, "F", age))
          }
          for sex in ["M", "F", "_T"] {
            let sum = try ages.reduce(0) { $0 + (try count(area, sex, $1)) }
            #expect(try count(area, sex, "_T") == sum)
          }
        }
        let parts = try areas.reduce(0) { $0 + (try count($1, "_T", "_T")) }
        #expect(try count("TOY", "_T", "_T") == parts)
      }
    }
  }

  @Test func totalsAreTheMeansToAPersonAndOtherTablesKeepTheirFractions() throws {
    let found = try results()
    let whole = try persons(found)
    let table = try #require(found["population"])
    var fractions = 0
    for row in 0..<table.rowCount {
      let period = table.texts("period")[row] ?? ""
      guard period != "2027-01-01" else { continue }
      let mean = try #require(table.numbers("mean")[row])
      let key = [
        table.texts("scenario")[row] ?? "", table.texts("area")[row] ?? "", period, "_T", "_T",
      ]
      let published = try #require(whole[key])
      #expect(abs(Double(published) - mean) < 1 + 1e-6, "\(key)")
      if mean != mean.rounded() { fractions += 1 }
    }
    #expect(fractions > 10)
    let rounded = try #require(found["publication_population"])
    #expect(rounded.texts("note").allSatisfy { $0 == "rounded_to_sums" })
  }

  /// Over offsets each cell is right on average: 200 seeds, without any other chance.
  @Test func cellsAreUnbiasedOverSeeds() throws {
    var sum = 0.0
    var exact = 0.0
    let seeds = 200
    for seed in 0..<UInt32(seeds) {
      let found = try results(seed: seed, draws: 1)
      sum += Double(
        try #require(try persons(found)[["baseline", "City", "2025-01-01", "M", "Y0T4"]]))
      let pyramid = try #require(found["pyramid"])
      let row = try #require(
        (0..<pyramid.rowCount).first {
          pyramid.texts("area")[$0] == "City" && pyramid.texts("sex")[$0] == "M"
            && pyramid.texts("period")[$0] == "2025-01-01" && pyramid.texts("age")[$0] == "Y0T4"
        })
      exact = try #require(pyramid.numbers("median")[row])
    }
    // Five standard errors of a fraction that is 0 or 1.
    #expect(abs(sum / Double(seeds) - exact) < 5 * 0.5 / Double(seeds).squareRoot())
  }

  @Test func theSamePeopleAreTheSameNumbersInEveryScenario() throws {
    let found = try persons(results())
    for (key, count) in found where key[2] == "2025-01-01" {
      #expect(found[["baseline"] + key.dropFirst()] == count)
    }
  }
}
