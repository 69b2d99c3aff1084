import Demography
import Foundation
import Projection
import Scenarios
import Testing

/// Components that are held as numbers or as rates, and components that are left out.
@Suite struct HeldComponentTests {
  /// Years of the toy country with twenty times its immigrants, so that it grows.
  private func years(_ inputs: String) throws -> [ScenarioRun.YearResult] {
    let baseline = try ToyCountry.baseline(extra: "inputs: {\(inputs)}")
    let plain = try ToyCountry.inputs()
    var cohort = plain.cohort
    for k in cohort.immigration.indices { cohort.immigration[k] *= 20 }
    return ScenarioRun(
      baseline: baseline, inputs: BaselineInputs(areas: plain.areas, cohort: cohort),
      scenarios: [], seed: 1, draws: 1
    ).medianPath()
  }

  /// What a region's events of the last year are to those of the first.
  private func change(
    _ years: [ScenarioRun.YearResult], _ component: KeyPath<StepLedger, [Double]>, _ region: Int
  ) -> Double {
    years[years.count - 1].ledger[keyPath: component][region]
      / years[0].ledger[keyPath: component][region]
  }

  @Test func emigrantsAndMovesHeldAsPersonsStayAsMany() throws {
    let free = try years("")
    let held = try years("emigration: {held: persons}, internal: {held: persons}")
    for region in 0..<3 {
      // Rates act on those who live in the year, numbers on those of 1 January: close, not equal.
      for component in [\StepLedger.emigration, \StepLedger.internalOut] {
        #expect(change(free, component, region) > 1.1)
        #expect(abs(change(held, component, region) - 1) < 0.05)
      }
    }
  }

  @Test func immigrantsHeldAsARateGrowWithTheResidents() throws {
    let held = try years("immigration: {held: rate}")
    let shape = CohortShape(regions: 3, ages: 6)
    let start = shape.totals(try ToyCountry.inputs().cohort.population)
    let before = shape.totals(held[held.count - 2].population)
    for region in 0..<3 {
      let wanted = before[region] / start[region]
      #expect(abs(change(held, \.immigration, region) / wanted - 1) < 1e-12)
    }
    #expect(change(try years(""), \.immigration, 0) == 1)
  }

  @Test func aHeldComponentHasOneOfTwoWords() throws {
    let faults = try ToyCountry.baselineFaults(extra: "inputs: {emigration: {held: count}}")
    #expect(faults.all.map(\.code) == ["scenario.not-permitted"])
    let other = try ToyCountry.baselineFaults(extra: "inputs: {mortality: none}")
    #expect(other.all.map(\.code) == ["scenario.not-a-map"])
  }

  @Test func aClosedPopulationNeedsNoMigration() throws {
    let regions = try Bundle20.regions()
    var text = String(decoding: try Bundle20.bytes("scenarios/baseline.yaml"), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let words = line.split(separator: ":")
      let key = words.first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
      return line.hasPrefix("  ") && line.contains("measure: FLOW")
        ? "  \(key): none" : String(line)
    }
    text = lines.joined(separator: "\n")
    let baseline = try Baseline(
      ToyCountry.document(text, file: "baseline.yaml"), regions: regions)
    #expect(baseline.absent == ["internal", "emigration", "immigration"])
    let observations = try Bundle20.observations().filter { !$0.measure.hasPrefix("FLOW") }
    let inputs = try BaselineInputs(
      observations: observations, baseline: baseline, regions: regions)
    let first = ScenarioRun(
      baseline: baseline, inputs: inputs, scenarios: [], seed: 1, draws: 1
    ).medianPath()[0]
    for sum in [first.ledger.internalIn, first.ledger.immigration, first.ledger.emigration] {
      #expect(sum.allSatisfy { $0 == 0 })
    }
    let (births, deaths) = (
      first.ledger.births.reduce(0, +), first.ledger.deaths.reduce(0, +)
    )
    #expect(births > 300_000 && deaths > 100_000)
    let growth = first.population.reduce(0, +) - inputs.cohort.population.reduce(0, +)
    #expect(abs(growth - births + deaths) < 1e-6)
    // Levers on what is not there are refused, and levers that bring persons are not.
    func scenario(_ lever: String) throws -> Scenario {
      try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: closed
          title: {en: Closed}
          baseline: {ref: kz-baseline-2025}
          levers: [{id: a, \(lever)}]
          """), baseline: baseline, regions: regions)
    }
    let refused = try #require(
      #expect(throws: Faults.self) {
        try scenario(
          "kind: rate, target: {component: emigration}, path: {op: multiply, points: {2026: 2}}")
      })
    #expect(refused.all.map(\.code) == ["scenario.component-absent"])
    // Who comes is then like the residents, of whom a tenth is above 64.
    let open = try scenario(
      "kind: count, target: {component: immigration}, path: {op: add, points: {2025: 100000}}")
    let table = try #require(
      ScenarioRun(baseline: baseline, inputs: inputs, scenarios: [open], seed: 1, draws: 1)
        .results()["pyramid"])
    var (old, all) = (0.0, 0.0)
    for row in 0..<table.rowCount
    where table.texts("area")[row] == "KZ" && table.texts("period")[row] == "2030-01-01" {
      let sign = table.texts("scenario")[row] == "closed" ? 1.0 : -1
      let persons = sign * (table.numbers("median")[row] ?? .nan)
      all += persons
      let age = table.texts("age")[row] ?? ""
      if let first = Int(age.drop { !$0.isNumber }.prefix { $0.isNumber }), first >= 70 {
        old += persons
      }
    }
    #expect(all > 400_000 && old / all < 0.12)
  }
}
