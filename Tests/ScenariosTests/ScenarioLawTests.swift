import Demography
import Foundation
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

  /// Golden case gc17: two regions, three groups, four steps and three levers that act together. Worths
  /// of all subsets, their Shapley parts and the parts of levers switched on one after the other;
  /// computed with Python 3.11 by the rules of the case.
  @Test func shapleyPartsOfTheToyAreThoseOfTheReference() {
    let worth = (0..<8).map { ToyLevers(subset: $0).total }
    // By bits: wage 1, quota 2, close 4.
    let subsets = [
      77.17454803205405, 79.5554439191623, 87.36364279671912, 89.74567199335682,
      82.58617473244537, 85.00341073824295, 93.0464843509142, 95.46372035671176,
    ]
    #expect(worstRelative(worth, subsets) <= 1e-12)
    let parts = Attribution.shapley(players: 3, values: worth)
    let expected = [2.399254831374485, 10.32489107648852, 5.5650264167947086]
    #expect(worstRelative(parts, expected) <= 1e-9)
    let whole: Double = parts.reduce(0, +)
    #expect(abs(whole - 18.289172324657713) <= 1e-9)
    let sequential = [worth[1] - worth[0], worth[3] - worth[1], worth[7] - worth[3]]
    let inTurn = [2.3808958871082524, 10.190228074194522, 5.718048363354939]
    #expect(worstRelative(sequential, inTurn) <= 1e-9)
    let alone: Double = [1, 2, 4].reduce(0) { $0 + worth[$1] - worth[0] }
    let interaction: Double = worth[7] - worth[0] - alone
    #expect(abs(interaction - 0.3075549724930653) <= 1e-9)
    // After two steps with all levers on, in the order of the reference.
    let second = ToyLevers(subset: 7).path[2]
    let printed = [
      28.550814342618512, 42.598909645470656, 142.51897982782594, 37.904941737381485,
      50.89821035452935, 198.28102017217407,
    ]
    #expect(worstRelative(second, printed) <= 1e-12)
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

/// The toy of golden case gc17: people of groups 0, 1 and 2 in two regions move, survive and bear children
/// under the levers of a subset (wage 1, quota 2, close 4).
private struct ToyLevers {
  /// Groups of region 1 and then of region 2, at the start and after each step.
  let path: [[Double]]
  var total: Double { path[4][..<3].reduce(0, +) }

  init(subset: Int) {
    let quota: Double = subset & 2 != 0 ? 3 : 0
    let out: Double = subset & 4 != 0 ? 0 : 0.02
    let back: Double = 0.05 * pow(subset & 1 != 0 ? 1.2 : 1, 0.6)
    func moved(_ a: Double, _ b: Double) -> [Double] {
      [a * (1 - out) + b * back, a * out + b * (1 - back)]
    }
    var years: [[Double]] = [[100, 90, 60, 200, 160, 100]]
    for _ in 0..<4 {
      let p = years[years.count - 1]
      var young: [Double] = moved(0.97 * p[0], 0.97 * p[3])
      let here: Double = 0.8 * p[1] + 0.4 * p[2]
      let there: Double = 0.8 * p[4] + 0.4 * p[5]
      let old = moved(here, there)
      young[0] += quota
      let perWoman: Double = 0.98 * 0.35 / 2
      let born: [Double] = [perWoman * (p[1] + young[0]), perWoman * (p[4] + young[1])]
      let new = moved(born[0], born[1])
      years.append([new[0], young[0], old[0], new[1], young[1], old[1]])
    }
    path = years
  }
}
