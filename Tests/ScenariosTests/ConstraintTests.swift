import Demography
import Projection
import Scenarios
import Testing

@Suite struct ConstraintTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
    """

  private func run(
    _ constraint: String, levers: [String] = ["kandas"], timing: MigrantTiming = .even
  ) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: Self.uncertain + "\n" + constraint)
    return ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(),
      scenarios: [try ToyCountry.scenario(levers, baseline: baseline)], seed: 4, draws: 9)
  }

  private func total(_ run: ScenarioRun, _ year: Int) -> Double {
    run.medianPath().first { $0.year == year - 1 }!.population.reduce(0, +)
  }

  @Test func aHardConstraintIsMetInEveryDrawOfTheBaseline() throws {
    let free = total(try run(""), 2027)
    let found = try run(
      "constraint: {mode: hard, population: {2026: \(free), 2027: \(free * 1.01)}}"
    ).results()
    let table = try #require(found["population"])
    let rows = (0..<table.rowCount).filter {
      table.texts("area")[$0] == "TOY" && table.texts("period")[$0] == "2027-01-01"
        && table.texts("scenario")[$0] == "baseline"
    }
    for column in ["mean", "lower_95", "upper_95"] {
      let value = try #require(table.numbers(column)[rows[0]])
      #expect(abs(value - free * 1.01) < 1e-9 * free)
    }
    // The year after the last total is free again.
    let later = (0..<table.rowCount).filter {
      table.texts("area")[$0] == "TOY" && table.texts("period")[$0] == "2028-01-01"
        && table.texts("scenario")[$0] == "baseline"
    }
    let spread =
      table.numbers("upper_95")[later[0]]! - table.numbers("lower_95")[later[0]]!
    #expect(spread > 1)
  }

  @Test func aSoftConstraintGoesPartOfTheWay() throws {
    let free = total(try run(""), 2026)
    let soft = total(
      try run("constraint: {mode: soft, weight: 0.25, population: {2026: \(free * 1.2)}}"), 2026)
    #expect(abs(soft / free - 1.0466351393921056) < 1e-12)  // 1.2 to the power of 1/4
  }

  @Test func theLedgerHoldsWhatTheConstraintAdds() throws {
    let free = total(try run(""), 2026)
    let found = try run("constraint: {mode: hard, population: {2026: \(free * 1.05)}}").results()
    let ledger = try #require(found["ledger"])
    let rows = (0..<ledger.rowCount).filter {
      ledger.texts("entry")[$0] == "constraint" && ledger.texts("scenario")[$0] == "baseline"
    }
    #expect(rows.count == 3)
    let added = rows.reduce(0.0) { $0 + ledger.numbers("amount")[$1]! }
    // On average over the draws; the totals before it differ by a few immigrants.
    #expect(abs(added / (0.05 * free) - 1) < 0.02)
    #expect(found.warnings.contains { $0.code == "scenario.constraint-step" })
  }

  @Test func scenariosAreScaledAsTheBaselineAndKeepTheirDifference() throws {
    let free = total(try run(""), 2028)
    let constraint = "constraint: {mode: hard, population: {2026: \(free), 2028: \(free)}}"
    let found = try run(constraint).results()
    let differences = try #require(found["differences"])
    let median = differences.numbers("median").compactMap { $0 }
    // 300 kandas a year stay a difference although the baseline meets its total.
    #expect(median.reduce(0, +) > 700)
  }

  @Test func withoutAConstraintNoBitChanges() throws {
    let plain = try run("").results().tables()
    let none = try run("constraint: {mode: none}").results().tables()
    #expect(plain == none)
  }

  @Test func theFormStandsInTheBaselineFile() throws {
    func baseline(_ form: String) throws -> Baseline {
      try Baseline(
        ToyCountry.document(
          """
          schema: agyn.baseline/1
          id: toy
          title: {en: Toy}
          geography: {country: TOY}
          time: {launch: 2025-01-01, horizon: 2028-01-01}
          population: {ages: {to: 5}, form: \(form)}
          """), regions: ToyCountry.regions)
    }
    #expect(try baseline("transition").form == .transition)
    #expect(try baseline("movement").form == .movement)
    let faults = try #require(#expect(throws: Faults.self) { try baseline("transitory") })
    #expect(faults.all.map { $0.arguments["nearest"] } == ["transition"])
  }

  @Test func theTransitionFormRunsAndAnOverdrawnCellIsRefused() throws {
    let baseline = try ToyCountry.baseline(extra: "")
    var inputs = try ToyCountry.inputs(timing: .end).cohort
    inputs.form = .transition
    let taken = BaselineInputs(areas: ["City", "North", "South"], cohort: inputs)
    func results(_ factor: Double) throws -> ScenarioResults {
      let scenario = try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: leave
          title: {en: Leave}
          baseline: {ref: toy}
          levers:
            - {id: a, kind: rate, target: {component: internal}, path: {op: multiply, points: {2025: \(factor)}}}
          compare: {regions: [all], years: [2028]}
          """), baseline: baseline, regions: ToyCountry.regions)
      return try ScenarioRun(
        baseline: baseline, inputs: taken, scenarios: [scenario], seed: 1, draws: 2
      ).results()
    }
    #expect(try results(2)["population"] != nil)
    let faults = try #require(#expect(throws: Faults.self) { try results(60) })
    #expect(faults.all.map(\.code) == ["scenario.overdrawn"])
    #expect(faults.all[0].arguments["scenario"] == "leave")
  }
}
