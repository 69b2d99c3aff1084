import Demography
import Projection
import Scenarios
import Testing

@Suite struct ExplanationTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        internal: {sd: 0.1, persistence: 0.7, correlation: 0.3}
        immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
    """

  /// Rows of a table as dictionaries of texts.
  private func rows(_ table: Table) -> [[String: String]] {
    (0..<table.rowCount).map { row in
      Dictionary(
        uniqueKeysWithValues: table.columns.map { ($0.name, table.texts($0.name)[row] ?? "") })
    }
  }

  private func toy(
    _ order: [String] = ["wage", "close", "quota", "resettle", "kandas"], extra: String = "",
    more: String = "", draws: Int = 1, seed: UInt32 = 7, threads: Int? = nil
  ) throws -> (ScenarioRun, Scenario) {
    let baseline = try ToyCountry.baseline(extra: extra)
    let scenario = try ToyCountry.scenario(order, baseline: baseline, extra: more)
    return (
      ScenarioRun(
        baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: seed,
        draws: draws, threads: threads), scenario
    )
  }

  @Test func theFiveLeversOfTheToyHaveTheShapleyValuesOfTheReferenceEngine() throws {
    let (run, scenario) = try toy()
    let found = try run.explanation(scenario, variant: scenario.variants[0])
    let parts = rows(found.parts)
    #expect(!found.isSampled)
    for row in try ReferenceTable("toy_attribution").rows {
      func number(_ part: String, _ column: String) throws -> Double {
        let found = try #require(
          parts.first { $0["part"] == part && $0["area"] == row["region"] })
        return try #require(Double(found[column]!))
      }
      // Parts are differences of populations near 1e5, which the reference has to 1e-9 relative.
      #expect(abs(try number(row["lever"]!, "mean") - Double(row["shapley"]!)!) <= 1e-6)
      #expect(
        abs(try number(row["lever"]!, "one_at_a_time") - Double(row["one_at_a_time"]!)!) <= 1e-6)
      #expect(abs(try number("interaction", "mean") - Double(row["interaction"]!)!) <= 1e-6)
    }
  }

  @Test func partsSumToTheTotalAndComponentsToThePopulation() throws {
    let (run, scenario) = try toy(extra: Self.uncertain, draws: 20)
    let found = try run.explanation(scenario, variant: scenario.variants[0])
    let parts = rows(found.parts)
    let ledger = rows(found.ledger)
    for area in ["City", "North", "South"] {
      let here = parts.filter { $0["area"] == area }
      let total = try #require(here.first { $0["part"] == "total" })
      let levers = here.filter { !["total", "interaction"].contains($0["part"]) }
      #expect(levers.count == 5)
      let sum = levers.reduce(0.0) { $0 + Double($1["mean"]!)! }
      #expect(abs(sum - Double(total["mean"]!)!) < 1e-6)
      for part in here.map({ $0["part"]! }) {
        let components = ledger.filter { $0["area"] == area && $0["part"] == part }
        #expect(components.count == 5)
        let change = components.reduce(0.0) { $0 + Double($1["mean"]!)! }
        let mean = Double(here.first { $0["part"] == part }!["mean"]!)!
        #expect(abs(change - mean) < 1e-6, "\(area) \(part)")
      }
    }
  }

  @Test func withAConstraintItsPartMakesTheComponentsSumToThePopulation() throws {
    let constraint = "constraint: {mode: hard, population: {2026: 200000, 2028: 190000}}"
    let (run, scenario) = try toy(
      ["wage", "quota", "kandas"], extra: Self.uncertain + "\n" + constraint, draws: 8)
    let found = try run.explanation(scenario, variant: scenario.variants[0])
    let parts = rows(found.parts)
    let ledger = rows(found.ledger)
    for part in parts {
      let components = ledger.filter { $0["area"] == part["area"] && $0["part"] == part["part"] }
      #expect(components.count == 6)
      let change = components.reduce(0.0) { $0 + Double($1["mean"]!)! }
      #expect(abs(change - Double(part["mean"]!)!) < 1e-6, "\(part)")
    }
    let added = ledger.filter { $0["component"] == "constraint" && $0["part"] == "kandas" }
    #expect(added.count == 3 && added.contains { abs(Double($0["mean"]!)!) > 1 })
    // The difference explained is the one the run tells, under the same factors.
    let differences = rows(try #require(try run.results()["differences"]))
    for total in parts where total["part"] == "total" {
      let told = try #require(differences.first { $0["area"] == total["area"] })
      for column in ["lower_95", "upper_95"] {
        #expect(abs(Double(told[column]!)! - Double(total[column]!)!) < 1e-6)
      }
    }
  }

  @Test func theBaselineIsRunOnceForTheConstraintAndForNoLever() throws {
    let plain = try toy(["wage", "quota", "kandas"])
    let bound = try toy(
      ["wage", "quota", "kandas"], extra: "constraint: {mode: hard, population: {2026: 200000}}")
    let free = try plain.0.workload(explaining: plain.1, plain.1.variants)
    let held = try bound.0.workload(explaining: bound.1, bound.1.variants)
    #expect(free.runs == 8 && held.runs == 8)
    #expect(free.stores == 2 && held.stores == 3)
    #expect(2 * held.bytes == 3 * free.bytes)
  }

  @Test func oneYearAloneIsExplainedAsAmongOthers() throws {
    let (run, scenario) = try toy(
      extra: Self.uncertain, draws: 5)
    let short = scenario.compared(in: 2028)
    #expect(scenario.compared(in: 1999).comparison.years == scenario.comparison.years)
    let whole = try run.explanation(scenario, variant: scenario.variants[0])
    let one = try run.explanation(short, variant: short.variants[0])
    let periods = whole.parts.texts("period")
    #expect(one.parts == whole.parts.filter { periods[$0] == "2028-01-01" })
  }

  @Test func orderAndThreadsChangeNoBitOfAnExplanation() throws {
    let (one, a) = try toy(extra: Self.uncertain, draws: 6, threads: 1)
    let (two, b) = try toy(
      ["kandas", "resettle", "quota", "close", "wage"], extra: Self.uncertain, draws: 6, threads: 2)
    let first = try one.explanation(a, variant: a.variants[0])
    let second = try two.explanation(b, variant: b.variants[0])
    #expect(first.parts == second.parts && first.ledger == second.ledger)
    #expect(first.players == second.players)
  }

  @Test func aVariantThatOnlySetsANumberIsExplainedByIt() throws {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: numbers
        title: {en: Numbers}
        baseline: {ref: toy}
        parameters: {births: {value: 1, bounds: [0, 3]}, arrivals: {value: 100, bounds: [0, 900]}}
        levers:
          - {id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: $births}}}
          - {id: b, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2025: $arrivals}}}
        variants: [{id: low}, {id: high, set: {births: 1.2, arrivals: 300}}]
        compare: {against: low, regions: [TOY], years: [2028]}
        """), baseline: baseline, regions: ToyCountry.regions)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1, draws: 1)
    let found = try run.explanation(scenario, variant: scenario.variants[1])
    #expect(found.players == ["$arrivals", "$births"])
    let parts = rows(found.parts)
    let arrivals = try #require(parts.first { $0["part"] == "$arrivals" })
    // 200 more a year for three years, and the children of those who came.
    #expect(Double(arrivals["mean"]!)! > 560 && Double(arrivals["mean"]!)! < 640)
    #expect(throws: Faults.self) { try run.explanation(scenario, variant: scenario.variants[0]) }
  }

  @Test func aboveSixPlayersOrdersAreSampledAndStillSumToTheTotal() throws {
    let baseline = try ToyCountry.baseline()
    let ids = (1...8).map { "lever\($0)" }
    func scenario(_ ids: [String]) throws -> Scenario {
      let levers = ids.map { id in
        "  - {id: \(id), kind: rate, target: {component: internal, from: [South]}, path: {op: multiply, points: {2025: 1.\(id.suffix(1))}}}"
      }.joined(separator: "\n")
      return try Scenario(
        ToyCountry.document(
          """
          schema: agyn.scenario/1
          id: many
          title: {en: Many}
          baseline: {ref: toy}
          levers:
          \(levers)
          compare: {regions: [South], years: [2028]}
          """), baseline: baseline, regions: ToyCountry.regions)
    }
    let inputs = try ToyCountry.inputs()
    func explanation(_ scenario: Scenario, orders: Int) throws -> Explanation {
      try ScenarioRun(
        baseline: baseline, inputs: inputs, scenarios: [scenario], seed: 5, draws: 1
      ).explanation(scenario, variant: scenario.variants[0], orders: orders)
    }
    let sampled = try explanation(scenario(ids), orders: 12)
    #expect(sampled.isSampled)
    let parts = rows(sampled.parts)
    let levers = parts.filter { $0["part"]!.hasPrefix("lever") }
    let total = Double(parts.first { $0["part"] == "total" }!["mean"]!)!
    #expect(abs(levers.reduce(0.0) { $0 + Double($1["mean"]!)! } - total) < 1e-6)
    #expect(try explanation(scenario(ids.reversed()), orders: 12).parts == sampled.parts)
    // With many more orders the values stay within four standard errors of the few.
    let dense = rows(try explanation(scenario(ids), orders: 200).parts)
    for lever in levers {
      let error = Double(lever["sampling_error"]!)!
      let other = try #require(dense.first { $0["part"] == lever["part"] })
      #expect(error > 0)
      #expect(abs(Double(lever["mean"]!)! - Double(other["mean"]!)!) < 4 * error)
    }
  }

  @Test func theTornadoOfALinearParameterIsItsSwing() throws {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: linear
        title: {en: Linear}
        baseline: {ref: toy}
        parameters:
          few: {dist: uniform, lower: 0, upper: 100}
          many: {value: 500, bounds: [0, 1000]}
          free: {value: 5}
        levers:
          - {id: a, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2027: $few}}}
          - {id: b, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2027: $many}}}
          - {id: c, kind: count, target: {component: immigration, to: [City]}, path: {op: add, points: {2027: $free}}}
        compare: {regions: [TOY], years: [2027, 2028], metrics: [net_international]}
        """), baseline: baseline, regions: ToyCountry.regions)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1, draws: 1)
    let table = rows(try run.sensitivity(scenario, variant: scenario.variants[0]))
    #expect(table.map { $0["parameter"] } == ["many", "few"])
    #expect(
      abs(Double(table[1]["low"]!)! - 10) < 1e-9 && abs(Double(table[1]["high"]!)! - 90) < 1e-9)
    // Immigrants enter at once; half of a year's are at risk of emigrating at 0.8 % or less.
    #expect(abs(Double(table[0]["swing"]!)! - 1000) < 8)
    #expect(abs(Double(table[1]["swing"]!)! - 80) < 0.8)
  }
}
