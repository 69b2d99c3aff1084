import Demography
import Foundation
import Kernel
import Projection
import Testing

@Suite struct CohortAnalysisTests {
  private func analysis(
    _ inputs: CohortInputs, regions: [String]
  ) -> CohortAnalysis {
    let ages = inputs.shape.ages
    let rates = (0..<inputs.shape.cellCount).map { cell -> Double in
      0.0004 * exp(0.085 * Double(cell % ages)) + (cell % ages == 0 ? 0.008 : 0)
    }
    return CohortAnalysis(inputs, deathRates: rates, regions: regions)
  }

  private func numbers(_ table: Table, _ column: String) -> [Double] {
    table.numbers(column).map { $0 ?? .nan }
  }

  @Test func lifeTablesHoldTheirIdentities() throws {
    let inputs = madeUpInputs(regions: 2)
    let table = try analysis(inputs, regions: ["A", "B"]).lifeTables()
    let ages = inputs.shape.ages
    #expect(table.rowCount == 2 * 2 * ages)
    let lived = numbers(table, "person_years")
    let expectation = numbers(table, "expectation")
    for k in 0..<4 {
      let sum = lived[k * ages..<(k + 1) * ages].reduce(0, +)
      #expect(abs(sum - expectation[k * ages]) < 1e-9)
      #expect(expectation[k * ages] > 40 && expectation[k * ages] < 90)
    }
  }

  @Test func everyClosedRegionGrowsAsItsRenewalEquationSays() throws {
    let inputs = madeUpInputs(regions: 3)
    let table = try analysis(inputs, regions: ["A", "B", "C"]).stableTable()
    let net = numbers(table, "net_reproduction")
    let mean = numbers(table, "mean_age_of_mothers")
    for (r, rate) in numbers(table, "intrinsic_rate").enumerated() {
      // r is near ln NRR / T; what is left is half the variance of the age of mothers times r².
      #expect(abs(rate - log(net[r]) / mean[r]) < 40 * rate * rate / mean[r] + 1e-6)
      #expect((rate > 0) == (net[r] > 1))
    }
    #expect(numbers(table, "damping_ratio").allSatisfy { $0 > 1 && $0 < 1.2 })
    #expect(numbers(table, "momentum").allSatisfy { $0 > 0.3 && $0 < 3 })
  }

  @Test func regionsWithTheSameRatesGrowTogetherAsOneDoes() throws {
    // Moves alone do not change what births and deaths do.
    let many = madeUpInputs(regions: 4, moving: 0.05)
    var alike = many
    for r in 1..<4 {
      let ages = many.shape.ages
      alike.fertility.replaceSubrange(
        r * ages..<(r + 1) * ages, with: many.fertility[0..<ages])
    }
    let names = ["A", "B", "C", "D"]
    let together = try analysis(alike, regions: names).multiregional().stablePopulation()
    let alone = try analysis(madeUpInputs(regions: 1), regions: ["A"]).multiregional()
      .stablePopulation()
    #expect(abs(together.growth - alone.growth) <= 1e-12)
    #expect(together.regionShares.allSatisfy { $0 > 0.01 })
  }

  @Test func sharesOfSurvivorsAreNotReadAsRates() throws {
    var inputs = madeUpInputs(regions: 2)
    #expect(analysis(inputs, regions: ["A", "B"]).hasMoveRates)
    inputs.form = .transition
    let shares = analysis(inputs, regions: ["A", "B"])
    #expect(!shares.hasMoveRates)
    #expect(throws: ProjectionError.notMovementRates) { try shares.multiregional() }
  }

  @Test func yearsOfLifeByRegionOfResidenceSumToALife() throws {
    let inputs = madeUpInputs(regions: 3)
    let analysis = analysis(inputs, regions: ["A", "B", "C"])
    let life = try analysis.multiregional()
    let table = analysis.expectationTable(life)
    let years = numbers(table, "years")
    let women = try (0..<3).map { try analysis.lifeTable(region: $0, sex: .female).expectation[0] }
    for birth in 0..<3 {
      let sum = years[birth * 3..<birth * 3 + 3].reduce(0, +)
      // The same death rates everywhere; linear survival within a year against a₀ = 0.1.
      #expect(abs(sum - women[birth]) < 0.02)
    }
  }
}
