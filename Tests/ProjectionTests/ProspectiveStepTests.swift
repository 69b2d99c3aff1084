import Foundation
import Projection
import Testing

/// Golden case gc10: the official projection of canton Aargau, 2025 to 2055, in three scenarios
/// (Federal Statistical Office, STAT-TAB px-x-0104020000, by way of propop 2.1).
@Suite struct ProspectiveStepTests {
  private static let form = ProspectiveStep(ages: 101, sexRatioAtBirth: 1.05)

  /// The inputs of one scenario by year, surfaces as `ProspectiveStep` lays them out.
  private struct Canton {
    var start: [Int: [Double]] = [:]
    var published: [Int: [Double]] = [:]
    var rates: [Int: ProspectiveStep.Rates] = [:]

    init(_ table: ReferenceTable) throws {
      for (name, rows) in Dictionary(grouping: table.rows, by: { $0["year"] ?? "" }) {
        let year = try #require(Int(name))
        func surface(_ value: ([String: String]) -> Double) -> [Double] {
          var cells = [Double](repeating: .nan, count: 404)
          for row in rows {
            let group = row["nat"] == "ch" ? 0 : 1
            let sex = row["sex"] == "m" ? 0 : 1
            cells[(group * 2 + sex) * 101 + Int(row["age"] ?? "")!] = value(row)
          }
          return cells
        }
        func number(_ row: [String: String], _ column: String) -> Double {
          Double(row[column] ?? "") ?? .nan
        }
        start[year] = surface { number($0, "start_n") }
        published[year] = surface { number($0, "fso_projection_n") }
        let births = surface { number($0, "birthrate") }
        let isFertile = (0..<101).map { (16...50).contains($0) ? 1.0 : 0.0 }
        rates[year] = ProspectiveStep.Rates(
          mortality: surface { number($0, "mor") },
          emigration: surface { number($0, "emi_int") + number($0, "emi_nat") },
          acquisition: surface { $0["nat"] == "ch" ? 0 : number($0, "acq") },
          immigration: surface { number($0, "imm_int_n") + number($0, "imm_nat_n") },
          fertility: [101, 303].flatMap { base in
            (0..<101).map { births[base + $0] * isFertile[$0] }
          },
          nationalBirths: Array(surface { number($0, "int_mothers") }[303...]))
      }
    }
  }

  private func canton(_ scenario: String) throws -> (Canton, ReferenceTable)? {
    let folder = "golden/projection/gc10_fso_aargau_2025_2055/"
    guard let input = sharedFile(folder + "input_\(scenario).csv.gz"),
      let chain = sharedFile(folder + "expected_chain_\(scenario).csv")
    else { return nil }
    return (
      try Canton(ReferenceTable(text: try unpacked(input))),
      ReferenceTable(text: try String(contentsOf: chain, encoding: .utf8))
    )
  }

  @Test(arguments: [("reference", 0.11), ("high", 0.12), ("low", 0.11)])
  func oneYearIsWithinATenthOfAPersonOfThePublishedOne(_ scenario: String, bar: Double) throws {
    guard let (canton, _) = try canton(scenario),
      let url = sharedFile(
        "golden/projection/gc10_fso_aargau_2025_2055/expected_onestep_\(scenario).csv")
    else { return }
    let steps = ReferenceTable(text: try String(contentsOf: url, encoding: .utf8))
    var worst = 0.0
    for (year, start) in canton.start {
      let rates = try #require(canton.rates[year])
      let published = try #require(canton.published[year])
      let end = try Self.form.advance(start, rates).population
      let aged = end.indices.filter { $0 % 101 > 0 }
      let apart = aged.map { abs(end[$0] - published[$0]) }.max() ?? .nan
      worst = max(worst, apart)
      let row = try #require(steps.rows.first { $0["year"] == "\(year)" })
      func printed(_ column: String) -> Double { Double(row[column] ?? "") ?? .nan }
      let ours: Double = aged.reduce(0) { $0 + end[$1] }
      let official: Double = aged.reduce(0) { $0 + published[$1] }
      #expect(abs(ours / printed("onestep_ages1plus") - 1) <= 1e-7, "\(year)")
      #expect(official == printed("fso_ages1plus"), "\(year)")
      // Six to eight digits are printed of differences that are small parts of a person.
      #expect(abs(apart - printed("max_abs_cell_err")) <= 1e-6, "\(year)")
    }
    #expect(steps.rows.count == canton.start.count)
    #expect(worst <= bar, "\(worst) persons")
  }

  @Test(arguments: ["reference", "high", "low"])
  func thirtyYearsAreWithinAPersonOfEveryPublishedCell(_ scenario: String) throws {
    guard let (canton, expected) = try canton(scenario) else { return }
    var population = try #require(canton.published[2025])
    for year in 2026...2055 {
      let start = population
      let rates = try #require(canton.rates[year])
      let result = try Self.form.advance(Self.form.aged(population), rates)
      population = result.population
      let published = try #require(canton.published[year])
      #expect(worstAbsolute(population, published) <= 1, "\(year)")
      let total = population.reduce(0, +)
      #expect(abs(total / published.reduce(0, +) - 1) <= 5e-5)
      let row = try #require(expected.rows.first { $0["year"] == "\(year)" })
      #expect(abs(total / (Double(row["chained_total"] ?? "") ?? .nan) - 1) <= 1e-7)
      // Cells are known to 1e-8 of themselves: seven and eight digits of the inputs are printed.
      let apart = worstAbsolute(population, published)
      let printed = Double(row["max_abs_cell"] ?? "") ?? .nan
      #expect(abs(apart - printed) <= 1e-8 * (published.max() ?? 0), "\(year)")
      let newborn: Double = stride(from: 0, to: 404, by: 101).reduce(0) { $0 + population[$1] }
      #expect(worstRelative([newborn], [Double(row["age0_chained"] ?? "") ?? .nan]) <= 1e-7)
      let births = result.account.births.reduce(0, +)
      #expect(abs(births / (Double(row["births"] ?? "") ?? .nan) - 1) <= 1e-7)
      let change = ProspectiveStep.Group.allCases.reduce(0) { $0 + result.account.change(of: $1) }
      #expect(abs(total - start.reduce(0, +) - change) <= 1e-8)
    }
  }

  @Test func moreLeavingThanThereAreIsRefused() {
    let form = ProspectiveStep(ages: 3, sexRatioAtBirth: 1.05)
    let none = [Double](repeating: 0, count: 12)
    let rates = ProspectiveStep.Rates(
      mortality: none, emigration: none.map { _ in 1.5 }, acquisition: none, immigration: none,
      fertility: [Double](repeating: 0, count: 6), nationalBirths: [0, 0, 0])
    #expect(throws: ProjectionError.outOfRange(input: "population", value: -50)) {
      try form.advance(none.map { _ in 100 }, rates)
    }
  }
}
