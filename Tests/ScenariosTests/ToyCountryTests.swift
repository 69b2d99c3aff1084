import Demography
import Foundation
import Projection
import Scenarios
import Testing

/// Golden case gc21.
@Suite struct ToyCountryTests {
  private func expectAccount(
    _ path: [ScenarioRun.YearResult], _ name: String, _ areas: [String]
  ) throws {
    let rows = try ReferenceTable("toy_components").rows.filter { $0["scenario"] == name }
    #expect(rows.count == 9)
    for row in rows {
      let r = try #require(areas.firstIndex(of: row["region"]!))
      let year = try #require(path.first { String($0.year) == row["year"] })
      let ledger = year.ledger
      let ours = [
        ledger.births[r], ledger.deaths[r], ledger.immigration[r], ledger.emigration[r],
        ledger.internalIn[r] + ledger.transfersIn[r],
        ledger.internalOut[r] + ledger.transfersOut[r],
        CohortShape(regions: 3, ages: 6).totals(year.population)[r],
      ]
      let wanted = ["births", "deaths", "immigration", "emigration", "in", "out", "end"].map {
        Double(row[$0]!)!
      }
      #expect(worstRelative(ours, wanted) <= 1e-9)
      #expect(ledger.largestResidual < 1e-8)
    }
    for row in try ReferenceTable("toy_flows").rows where row["scenario"] == name {
      let year = try #require(path.first { String($0.year) == row["year"] })
      let flow = year.ledger.flow(
        from: areas.firstIndex(of: row["from"]!)!, to: areas.firstIndex(of: row["to"]!)!)
      #expect(worstRelative([flow], [Double(row["flow"]!)!]) <= 1e-9)
    }
    let shape = CohortShape(regions: 3, ages: 6)
    for row in try ReferenceTable("toy_population").rows {
      let cell = shape.index(
        sex: row["sex"] == "m" ? 0 : 1, age: Int(row["age"]!)!,
        region: areas.firstIndex(of: row["region"]!)!)
      #expect(worstRelative([path[2].population[cell]], [Double(row[name]!)!]) <= 1e-9)
    }
  }

  @Test func withoutLeversTheToyCountryAgesAsItsReference() throws {
    let baseline = try ToyCountry.baseline()
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [], seed: 1, draws: 1)
    try expectAccount(run.medianPath(), "baseline", baseline.areas)
  }

  @Test func withFiveLeversTheToyCountryAgesAsItsReference() throws {
    let baseline = try ToyCountry.baseline()
    let scenario = try ToyCountry.scenario(baseline: baseline)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1, draws: 1)
    try expectAccount(run.medianPath(scenario), "all", baseline.areas)
  }

  /// Account by year and region, and all cells at the end, of the country without levers, with each lever
  /// alone and with all; the shared files print twelve digits.
  @Test(arguments: ["baseline", "wage", "close", "quota", "resettle", "kandas", "all"])
  func everyRunOfTheToyCountryIsThatOfTheReference(_ name: String) throws {
    let folder = "golden/projection/gc21_integrated_toy/"
    guard let accounts = sharedFile(folder + "expected_components.csv"),
      let cells = sharedFile(folder + "expected_pop_2028.csv")
    else { return }
    func rows(_ url: URL) throws -> [[String: String]] {
      ReferenceTable(text: try String(contentsOf: url, encoding: .utf8)).rows.filter {
        $0["scenario"] == name
      }
    }
    let baseline = try ToyCountry.baseline()
    let all = ["wage", "close", "quota", "resettle", "kandas"]
    let scenario =
      name == "baseline"
      ? nil : try ToyCountry.scenario(name == "all" ? all : [name], baseline: baseline)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: scenario.map { [$0] } ?? [],
      seed: 1, draws: 1)
    let path = run.medianPath(scenario)
    let shape = CohortShape(regions: 3, ages: 6)
    for row in try rows(accounts) {
      let r = try #require(baseline.areas.firstIndex(of: row["region"] ?? ""))
      let k = try #require(path.firstIndex { "\($0.year)" == row["year"] })
      let ledger = path[k].ledger
      let start = k == 0 ? try ToyCountry.inputs().cohort.population : path[k - 1].population
      let ours = [
        shape.totals(start)[r], ledger.births[r], ledger.deaths[r], ledger.immigration[r],
        ledger.emigration[r], ledger.internalIn[r] + ledger.transfersIn[r],
        ledger.internalOut[r] + ledger.transfersOut[r], shape.totals(path[k].population)[r],
      ]
      let wanted = [
        "pop_start", "births", "deaths", "immigration", "emigration", "in_internal",
        "out_internal", "pop_end",
      ].map { Double(row[$0] ?? "") ?? .nan }
      #expect(worstRelative(ours, wanted) <= 1e-9, "\(row)")
      #expect(ledger.largestResidual < 1e-8)
    }
    let ends = try rows(cells)
    #expect(ends.count == 36)
    for row in ends {
      let r = try #require(baseline.areas.firstIndex(of: row["region"] ?? ""))
      let age = try #require(Int(row["age"] ?? ""))
      let cell = shape.index(sex: row["sex"] == "m" ? 0 : 1, age: age, region: r)
      let wanted = Double(row["pop_2028"] ?? "") ?? .nan
      #expect(worstRelative([path[2].population[cell]], [wanted]) <= 1e-9, "\(row)")
    }
  }

  @Test func shapleyPartsOfTheFiveLeversAreThoseOfTheReference() throws {
    let baseline = try ToyCountry.baseline()
    let scenario = try ToyCountry.scenario(baseline: baseline)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1, draws: 1)
    let parts = run.attribution(scenario).parts
    for row in try ReferenceTable("toy_attribution").rows {
      let part = try #require(parts.first { $0.lever == row["lever"] && $0.area == row["region"] })
      // Parts are differences of populations near 1e5, which the reference has to 1e-9 relative.
      #expect(abs(part.shapley - Double(row["shapley"]!)!) <= 1e-6)
      #expect(abs(part.oneAtATime - Double(row["one_at_a_time"]!)!) <= 1e-6)
      #expect(abs(part.interaction - Double(row["interaction"]!)!) <= 1e-6)
    }
    #expect(parts.count == 15)
  }
}
