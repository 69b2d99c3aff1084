import Demography
import Formats
import Foundation
import Projection
import Scenarios
import Testing

/// People who are counted but neither age nor bear, die or move: barracks, prisons, dormitories.
@Suite struct SpecialPopulationTests {
  private let areas = ["City", "North", "South"]

  /// 200 people of each sex at age 2 in the city.
  private func special() -> [Double] {
    let shape = CohortShape(regions: 3, ages: 6)
    var cells = [Double](repeating: 0, count: shape.cellCount)
    for sex in 0..<2 { cells[shape.index(sex: sex, age: 2, region: 0)] = 200 }
    return cells
  }

  private func run(_ constraint: String = "", special: [Double]) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: constraint)
    return ScenarioRun(
      baseline: baseline,
      inputs: BaselineInputs(
        areas: areas, cohort: try ToyCountry.inputs().cohort, special: special),
      scenarios: [], seed: 1, draws: 2)
  }

  @Test func theyAreAddedToEveryYearAndChangeNothingElse() throws {
    let with = try run(special: special())
    let without = try run(special: [])
    for (a, b) in zip(with.medianPath(), without.medianPath()) {
      #expect(a.ledger == b.ledger)
      #expect(a.population == zip(b.population, special()).map { $0 + $1 })
    }
    func totals(_ run: ScenarioRun) throws -> [Double] {
      let table = try #require(run.results()["population"])
      return (0..<table.rowCount).filter { table.texts("area")[$0] == "City" }
        .compactMap { table.numbers("median")[$0] }
    }
    let (more, fewer) = (try totals(with), try totals(without))
    #expect(more.count == 4)
    for (a, b) in zip(more, fewer) { #expect(abs(a - b - 400) < 1e-9) }
  }

  @Test func aConstraintCountsThemAndScalesTheOthers() throws {
    let free = try run(special: special()).medianPath()[0].population.reduce(0, +)
    let held = try run(
      "constraint: {mode: hard, population: {2026: \(free * 1.1)}}", special: special()
    ).medianPath()[0].population
    #expect(abs(held.reduce(0, +) / (free * 1.1) - 1) < 1e-12)
    let faults = try #require(
      #expect(throws: Faults.self) {
        try run("constraint: {mode: hard, population: {2026: 300}}", special: special()).results()
      })
    #expect(faults.all.map(\.code) == ["scenario.constraint-unmet"])
  }

  @Test func theFileNamesThemAndTheyArePartOfThePopulation() throws {
    let text = String(decoding: try Bundle20.bytes("scenarios/baseline.yaml"), as: UTF8.self)
      .replacingOccurrences(of: "inputs:\n", with: "inputs:\n  special_population: {}\n")
    let regions = try Bundle20.regions()
    let baseline = try Baseline(
      ToyCountry.document(text, file: "baseline.yaml"), regions: regions)
    let observations = try Bundle20.observations()
    func inputs(_ share: Double) throws -> BaselineInputs {
      let apart = observations.filter { $0.measure == "POP" && $0.age != "_T" && $0.sex != "_T" }
        .map { observation in
          var copy = observation
          copy.measure = "POP_SPECIAL"
          copy.value = (observation.age == "Y20" ? share : 0) * (observation.value ?? 0)
          return copy
        }
      return try BaselineInputs(
        observations: observations + apart, baseline: baseline, regions: regions)
    }
    let found = try inputs(0.25)
    let plain = try BaselineInputs(
      observations: observations, baseline: Bundle20().baseline, regions: regions)
    let whole = zip(found.cohort.population, found.special).map { $0 + $1 }
    #expect(worstRelative(whole, plain.cohort.population) < 1e-15)
    #expect(found.special.reduce(0, +) > 10_000)
    let faults = try #require(#expect(throws: Faults.self) { try inputs(1.5) })
    #expect(faults.all.allSatisfy { $0.code == "baseline.special-more" } && faults.all.count == 20)
    let missing = try #require(
      #expect(throws: Faults.self) {
        try BaselineInputs(observations: observations, baseline: baseline, regions: regions)
      })
    #expect(missing.all.allSatisfy { $0.arguments["input"] == "special_population" })
  }
}
