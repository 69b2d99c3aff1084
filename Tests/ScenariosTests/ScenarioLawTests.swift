import Demography
import Projection
import Scenarios
import Testing

private let uncertain = """
  uncertainty:
    draws: 20
    seed: 7
    deviations:
      fertility: {sd: 0.05, persistence: 0.8, correlation: 0.5}
      mortality: {sd: 0.03, persistence: 0.8, correlation: 0.5}
      internal: {sd: 0.1, persistence: 0.7, correlation: 0.3}
      emigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
      immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
  """

private func tables(
  _ order: [String], threads: Int? = nil, draws: Int = 20, seed: UInt32 = 7, variants: String = ""
) throws -> ScenarioResults {
  let baseline = try ToyCountry.baseline(extra: uncertain)
  let scenario = try ToyCountry.scenario(order, baseline: baseline, extra: variants)
  return try ScenarioRun(
    baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario], seed: seed,
    draws: draws, threads: threads
  ).results()
}

@Suite struct ScenarioLawTests {
  private let five = ["wage", "close", "quota", "resettle", "kandas"]

  @Test func theOrderOfLeversInTheFileChangesNoBit() throws {
    let straight = try tables(five).tables()
    let mixed = try tables(["kandas", "quota", "wage", "resettle", "close"]).tables()
    #expect(straight == mixed)
  }

  @Test func oneThreadAndTwoGiveTheSameBits() throws {
    let one = try tables(five, threads: 1).tables()
    let two = try tables(five, threads: 2).tables()
    #expect(one == two)
  }

  @Test func anotherSeedGivesOtherNumbers() throws {
    let one = try #require(tables(five)["population"])
    let other = try #require(tables(five, seed: 8)["population"])
    #expect(one != other)
  }

  @Test func withAllLeversOffEveryDrawIsThatOfTheBaseline() throws {
    let off =
      "variants: [{id: none, disable: [wage, close, quota, resettle, kandas]}, {id: all}]"
    let results = try tables(five, variants: off)
    let rows = try #require(results["differences"])
    let variants = rows.texts("variant")
    for column in ["median", "lower_95", "upper_95"] {
      for (variant, value) in zip(variants, rows.numbers(column)) {
        if variant == "none" { #expect(value == 0) }
      }
    }
    let changed = rows.filter { variants[$0] == "all" }
    let largest: Double = changed.numbers("median").compactMap { $0 }.map { abs($0) }.max() ?? 0
    #expect(largest > 1000)
  }

  @Test func leversWithoutEffectChangeNoBit() throws {
    let baseline = try ToyCountry.baseline(extra: uncertain)
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: nothing
        title: {en: Levers of no size}
        baseline: {ref: toy}
        levers:
          - {id: a, kind: rate, target: {component: internal, ages: 2-4}, path: {op: multiply, points: {2025: 1}}}
          - {id: b, kind: programme, target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 0}}}
          - {id: c, kind: count, target: {component: immigration}, path: {op: add, points: {2025: 0}}}
        compare: {metrics: [population, births, deaths, net_internal], years: [2026, 2027]}
        """), baseline: baseline, regions: ToyCountry.regions)
    let results = try ScenarioRun(
      baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario], seed: 7, draws: 12
    ).results()
    let rows = try #require(results["differences"])
    #expect(rows.rowCount == 4 * 2 * 4)
    for column in ["lower_95", "median", "upper_95"] {
      #expect(rows.numbers(column).allSatisfy { $0 == 0 })
    }
  }

  @Test func theAccountOfEveryDrawCloses() throws {
    let ledger = try #require(tables(five)["ledger"])
    let closing = ledger.filter { ledger.texts("entry")[$0] == "largest_residual" }
    let residuals: [Double] = closing.numbers("amount").compactMap { $0 }
    #expect(residuals.count == 2)
    #expect(residuals.allSatisfy { $0 < 1e-8 })
  }

  @Test func oneScenarioAloneAndBesideAnotherHasTheSameDifferences() throws {
    let baseline = try ToyCountry.baseline(extra: uncertain)
    let inputs = try ToyCountry.inputs()
    let a = try ToyCountry.scenario(["close", "kandas"], baseline: baseline)
    let alone = try ScenarioRun(
      baseline: baseline, inputs: inputs, scenarios: [a], seed: 7, draws: 12
    ).results()
    let b = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: other
        title: {en: Other}
        baseline: {ref: toy}
        levers: [{id: z, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1.1}}}]
        """), baseline: baseline, regions: ToyCountry.regions)
    let beside = try ScenarioRun(
      baseline: baseline, inputs: inputs, scenarios: [b, a], seed: 7, draws: 12
    ).results()
    let wanted = try #require(alone["differences"])
    let found = try #require(beside["differences"])
    let kept = found.texts("scenario").enumerated().filter { $0.element == "toy-levers" }
      .map(\.offset)
    #expect(found.filter { kept.contains($0) } == wanted)
  }

  @Test func shapleyPartsSumToTheTotal() {
    // Worth of coalitions of three players with every interaction.
    let worth: [Double] = [0, 3, 5, 11, -2, 4, 6, 20]
    let parts = Attribution.shapley(players: 3, values: worth)
    #expect(abs(parts.reduce(0, +) - 20) <= 1e-12)
    // The product of golden case gc17: 2, 5, 10 become 3, 4, 12.
    let product = (0..<8).map { s in
      (s & 1 != 0 ? 3.0 : 2) * (s & 2 != 0 ? 4.0 : 5) * (s & 4 != 0 ? 12.0 : 10)
    }
    let three = Attribution.shapley(players: 3, values: product)
    #expect(abs(three[0] - 49 - 1.0 / 3) <= 1e-9)
    #expect(abs(three[1] + 27 + 2.0 / 3) <= 1e-9)
    #expect(abs(three[2] - 22 - 1.0 / 3) <= 1e-9)
  }

  @Test func aPlanThatEmptiesARegionIsCalledImplausible() throws {
    let baseline = try ToyCountry.baseline()
    let scenario = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: exodus
        title: {en: Exodus}
        baseline: {ref: toy}
        levers:
          - id: everyone
            kind: programme
            target: {component: internal, from: [North], to: [South]}
            path: {op: add, points: {2025: 1000000}}
            allocate: {to: {South: 1}}
        """), baseline: baseline, regions: ToyCountry.regions)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 1, draws: 1)
    let found = run.plausibility(scenario)
    #expect(found.map(\.code) == ["scenario.large-transfer", "scenario.transfer-unmet"])
    #expect(found.allSatisfy { $0.arguments["region"] == "North" && $0.kind == .checkFailed })
    let path = run.medianPath(scenario)
    #expect(path.allSatisfy { $0.population.allSatisfy { $0 >= 0 } })
  }
}
