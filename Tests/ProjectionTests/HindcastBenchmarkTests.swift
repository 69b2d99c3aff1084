import Foundation
import Projection
import Testing

/// Golden case gc15: naive lines on 16 harmonised units of Kazakhstan (stat.gov.kz by way of
/// open-data-kazakhstan; errors computed by the case's author).
@Suite struct HindcastBenchmarkTests {
  private static let folder = "golden/projection/gc15_kazakhstan_benchmarks/"

  private func table(_ name: String) throws -> ReferenceTable? {
    guard let url = sharedFile(Self.folder + name) else { return nil }
    return ReferenceTable(text: try String(contentsOf: url, encoding: .utf8))
  }

  /// The sixteen units are the published regions with the three of 2022 and Shymkent put back to where
  /// they were divided from; a sum takes the parts that are there.
  @Test func sixteenUnitsAreTheSumsOfThePublishedRegions() throws {
    guard let published = try table("oblast_population_2000_2023.csv"),
      let units = try table("oblast_population_harmonised_16.csv")
    else { return }
    let divided = [
      "Абай": "Восточно-Казахстанская", "Жетісу": "Алматинская", "Ұлытау": "Карагандинская",
      "г. Шымкент": "Туркестанская", "Туркестанская 1": "Туркестанская",
    ]
    var sums: [String: [Int: Double]] = [:]
    for row in published.rows {
      let name = row["r"] ?? ""
      for year in 2000...2023 {
        guard let persons = Double(row["\(year)"] ?? "") else { continue }
        sums[divided[name] ?? name, default: [:]][year, default: 0] += persons
      }
    }
    #expect(units.rows.count == 16)
    for row in units.rows {
      let name = row["r"] ?? ""
      for year in 2000...2023 {
        #expect(sums[name]?[year] == Double(row["\(year)"] ?? ""), "\(name) \(year)")
      }
    }
  }

  @Test func naiveLinesHaveTheErrorsOfTheReferenceRun() throws {
    guard let input = try table("oblast_population_harmonised_16.csv"),
      let expected = try table("expected_naive_oblast_hindcast.csv")
    else { return }
    let population = input.rows.flatMap { row in
      (2000...2023).map { Double(row[String($0)] ?? "") ?? .nan }
    }
    let totals = try RegionalTotals(
      regions: input.rows.map { $0["r"] ?? "" }, firstYear: 2000, population: population,
      naturalIncrease: population.map { _ in .nan }, breaks: [])
    let result = try Hindcast.run(
      Hindcast.Specification(
        launches: Array(2005...2022), horizons: [1, 3, 5, 10],
        lines: [.noChange, .linear(years: 5), .geometric(years: 5), .linear(years: 10)],
        breaks: .declared, target: .published),
      on: totals)
    #expect(expected.rows.count == 208)
    for row in expected.rows {
      func expect(_ column: String, _ ours: Double) {
        let theirs = Double(row[column] ?? "") ?? .nan
        #expect(abs(ours - theirs) <= 1e-4 * abs(theirs), "\(row) \(column): \(ours)")
      }
      let cases = result.cases.filter {
        $0.line.name == row["method"] && "\($0.launch)" == row["launch"]
          && "\($0.horizon)" == row["h"]
      }
      #expect(cases.count == 16)
      let errors = cases.map { abs($0.percentError) }.sorted()
      let score = try #require(
        result.score { one in cases.contains(one) })
      expect("MAPE", score.mape)
      expect("maxAPE", score.largest)
      expect("medAPE", (errors[7] + errors[8]) / 2)
      let forecast = cases.reduce(0) { $0 + $1.forecast }
      expect("national_pct", 100 * (forecast / cases.reduce(0) { $0 + $1.actual } - 1))
    }
    for (h, mape) in [(1, 0.694), (3, 1.969), (5, 3.219), (10, 6.419)] {
      let score = try #require(result.score(.linear(years: 10), horizon: h))
      #expect(abs(score.mape - mape) <= 0.0005)
    }
  }
}
