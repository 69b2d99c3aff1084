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

  @Test func theAbridgedTableIsTheCompleteOneByWiderGroups() throws {
    let inputs = madeUpInputs(regions: 2)
    let analysis = analysis(inputs, regions: ["A", "B"])
    let complete = try analysis.lifeTables()
    let abridged = try #require(try analysis.abridgedLifeTables())
    #expect(abridged.rowCount == 4 * 22)
    let starts = numbers(abridged, "age")
    #expect(starts[..<4] == [0, 1, 5, 10] && starts[21] == 100)
    // The few who are left at 95 are small differences of sums.
    for k in 0..<4 {
      for (g, start) in starts[k * 22..<(k + 1) * 22].enumerated() {
        let (a, c) = (k * 22 + g, k * 101 + Int(start))
        for column in ["survivors", "years_to_come", "expectation"] {
          let ratio = numbers(abridged, column)[a] / numbers(complete, column)[c]
          #expect(abs(ratio - 1) <= 1e-10, "\(column) \(start)")
        }
        let end = g < 21 ? k * 101 + Int(starts[k * 22 + g + 1]) : (k + 1) * 101
        let dying: Double = numbers(complete, "deaths")[c..<end].reduce(0, +)
        #expect(abs(numbers(abridged, "deaths")[a] / dying - 1) <= 1e-10)
      }
    }
    var wide = inputs
    wide.stepYears = 5
    #expect(try self.analysis(wide, regions: ["A", "B"]).abridgedLifeTables() == nil)
  }

  /// Shares sum to 1, elasticities too, and the leading sensitivity is the slope of the growth.
  @Test func stableAgesOfAClosedRegionAddUp() throws {
    let closed = try analysis(madeUpInputs(regions: 2), regions: ["A", "B"]).closedRegions()
    let table = analysis(madeUpInputs(regions: 2), regions: ["A", "B"]).stableAgeTable(closed)
    for r in 0..<2 {
      let rows = r * 101..<(r + 1) * 101
      for column in ["share", "share_now"] {
        let sum: Double = numbers(table, column)[rows].reduce(0, +)
        #expect(abs(sum - 1) <= 1e-12, "\(column)")
      }
      let births: Double = numbers(table, "elasticity_births")[rows].reduce(0, +)
      let survival: Double = numbers(table, "elasticity_survival")[rows].reduce(0, +)
      // The open group is one element of the matrix that two ages share.
      let open = closed[r].stable.elasticities[100, 100]
      #expect(abs(births + survival - 1) <= 1e-9 && open >= 0)
      #expect(numbers(table, "reproductive_value")[rows.lowerBound] == 1)
      var more = closed[r].matrix
      more[26, 25] += 1e-5
      let faster = try StableAnalysis(more, stepYears: 1).growth
      let slope = (faster - closed[r].stable.growth) / 1e-5
      // A one-sided difference errs by half of h times a second derivative of order one.
      let told = numbers(table, "sensitivity_survival")[rows.lowerBound + 25]
      #expect(abs(slope - told) <= 1e-5)
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
