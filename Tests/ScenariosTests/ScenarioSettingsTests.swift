import Demography
import Projection
import Scenarios
import Testing

/// What a scenario says over its baseline.
@Suite struct ScenarioSettingsTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
    """

  private func run(
    _ extra: String, levers: [String] = ["kandas"], draws: Int = 9, baseline more: String = ""
  ) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: Self.uncertain + "\n" + more)
    return ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(),
      scenarios: [try scenario(extra, levers: levers, baseline)], seed: 4, draws: draws)
  }

  private func scenario(
    _ extra: String, levers: [String] = ["kandas"], _ baseline: Baseline
  ) throws -> Scenario {
    let text = """
      schema: agyn.scenario/1
      id: own
      title: {en: Own}
      baseline: {ref: toy}
      levers:
      \(levers.map { ToyCountry.levers[$0] ?? $0 }.joined(separator: "\n"))
      \(extra)
      """
    return try Scenario(
      ToyCountry.document(text), baseline: baseline, regions: ToyCountry.regions)
  }

  /// Rows of a table as keys and numbers.
  private func rows(
    _ results: ScenarioResults, _ name: String, _ key: [String], _ value: String,
    where holds: (Int, Table) -> Bool = { _, _ in true }
  ) throws -> [String: Double] {
    let table = try #require(results[name])
    var found: [String: Double] = [:]
    for row in 0..<table.rowCount where holds(row, table) {
      let texts = key.map { table.texts($0)[row] ?? "" }
      found[texts.joined(separator: " ")] = table.numbers(value)[row]
    }
    return found
  }

  @Test func anEarlierHorizonLeavesTheYearsBeforeItAsTheyAre() throws {
    let key = ["variant", "area", "period"]
    let whole = try rows(
      run("compare: {years: [2027]}").results(), "population", key, "upper_80"
    ) { row, table in table.texts("scenario")[row] == "own" }
    let short = try rows(
      run("time: {horizon: 2027}\ncompare: {years: [2027]}").results(), "population", key,
      "upper_80"
    ) { row, table in table.texts("scenario")[row] == "own" }
    #expect(whole.keys.contains("main TOY 2028-01-01"))
    #expect(!short.keys.contains("main TOY 2028-01-01"))
    let variant = short.filter { $0.key.hasPrefix("main") }
    #expect(variant.count == 12)
    for (key, value) in variant { #expect(whole[key] == value, "\(key)") }
    // It stands beside a baseline of its own.
    #expect(short.keys.contains("baseline TOY 2027-01-01"))
  }

  @Test func totalsOfAScenarioAreMetByItsOwnBaselineAndNotByTheOther() throws {
    let free = try rows(
      run("compare: {years: [2027]}").results(), "population",
      ["scenario", "variant", "area", "period"], "mean")
    let wanted = free["baseline baseline TOY 2027-01-01"]! * 1.02
    let found = try run(
      "constraint: {mode: hard, population: {2026: \(wanted), 2027: \(wanted)}}\ncompare: {years: [2027]}"
    ).results()
    let met = try rows(found, "population", ["scenario", "variant", "area", "period"], "mean")
    #expect(met["baseline baseline TOY 2027-01-01"] == free["baseline baseline TOY 2027-01-01"])
    #expect(abs(met["own baseline TOY 2027-01-01"]! / wanted - 1) < 1e-9)
    // The lever keeps its effect: factors are those of the scenario's own baseline.
    let effect = met["own main TOY 2027-01-01"]! - met["own baseline TOY 2027-01-01"]!
    #expect(effect > 550 && effect < 650)
    let differences = try rows(
      found, "differences", ["variant", "against", "area", "period"], "median")
    #expect(abs(differences["main baseline TOY 2027-01-01"]! - effect) < 0.02 * effect)
  }

  @Test func aScenarioSwitchesTheConstraintOfItsBaselineOff() throws {
    let constraint = "constraint: {mode: hard, population: {2026: 150000, 2028: 150000}}"
    let key = ["scenario", "variant", "area", "period"]
    let free = try rows(run("").results(), "population", key, "mean")
    let off = try rows(
      run("constraint: {mode: none}", baseline: constraint).results(), "population", key, "mean")
    #expect(abs(off["baseline baseline TOY 2028-01-01"]! - 150000) < 1e-4)
    #expect(off["own main TOY 2028-01-01"] == free["own main TOY 2028-01-01"])
  }

  @Test func yearsThatArePrintedAreThoseOfTheScenario() throws {
    let found = try run("outputs: {pyramid_years: [2026], flow_years: [2027]}").results()
    for (table, wanted) in [("pyramid", "2026-01-01"), ("od_projection", "2027")] {
      let periods = try rows(found, table, ["scenario", "period"], "median")
      let own = Set(periods.keys.filter { $0.hasPrefix("own ") })
      #expect(own == ["own \(wanted)"], "\(table)")
    }
  }

  @Test func thresholdsTellHowManyDrawsPassThem() throws {
    let levels = try rows(
      run("compare: {years: [2028]}").results(), "population",
      ["scenario", "variant", "area", "period"], "median")
    let middle = levels["own main North 2028-01-01"]!
    let found = try run(
      "compare: {years: [2028], thresholds: {population: {North: \(middle), TOY: 1}}}"
    ).results()
    let chances = try rows(
      found, "thresholds", ["variant", "area", "period", "indicator"], "probability_above")
    #expect(chances["main TOY 2028-01-01 population"] == 1)
    // Nine draws: four lie above the median.
    let chance = try #require(chances["main North 2028-01-01 population"])
    #expect(abs(chance - 4.0 / 9) < 1e-12)
    #expect(chances["baseline North 2028-01-01 population"]! < chance)
  }

  @Test func anAssertThatDoesNotHoldRefusesTheRun() throws {
    let sound =
      "checks: [{assert: \"births >= 0\"}, {assert: \"population == population[m] + population[f]\"}]"
    _ = try run(sound).results()
    let faults = try #require(
      #expect(throws: Faults.self) {
        try run("compare: {years: [2026]}\nchecks:\n  - {assert: \"births > deaths * 1000\"}")
          .results()
      })
    let fault = try #require(faults.all.first)
    #expect(faults.all.map(\.code) == ["scenario.assert-failed"])
    #expect(fault.arguments["count"] == "9" && fault.arguments["year"] == "2026")
    #expect(fault.place?.line == 15)
  }

  @Test func checksOfAWholeYearAreLookedAtWithoutYearsOfAComparison() throws {
    // The year that is compared where none is named is the horizon, with which no year begins.
    #expect(throws: Faults.self) { try run("checks: [{assert: \"births < 0\"}]").results() }
    let found = try run("compare: {thresholds: {births: {TOY: 0}}}").results()
    let chances = try rows(
      found, "thresholds", ["variant", "area", "period"], "probability_above")
    #expect(chances == ["baseline TOY 2027": 1, "main TOY 2027": 1])
  }

  @Test func whatASoftConstraintOfAScenarioLeavesStandsInTheLedger() throws {
    let found = try run(
      "constraint: {mode: soft, weight: 0.2, components: {births: {totals: {2025: 9000, 2027: 9000}}}}"
    ).results()
    let entries = try rows(found, "ledger", ["scenario", "variant", "entry", "period"], "amount")
    #expect(entries["own baseline constraint_births_left 2026"] ?? 0 > 1)
    #expect(entries["own main constraint_births_left 2026"] == nil)
  }

  @Test func anOwnConstraintHoldsInAnExplanationToo() throws {
    let total = 200_000.0
    let run = try run(
      "constraint: {mode: hard, population: {2026: \(total), 2028: \(total)}}\ncompare: {years: [2027], regions: [TOY]}"
    )
    let scenario = run.scenarios[0]
    let table = try run.sweep(
      scenario, variant: scenario.variants[0], axes: [])
    let median = try #require(table.numbers("median")[0])
    let difference = try #require(table.numbers("difference")[0])
    #expect(abs(median - difference - total) < 1)
  }

  @Test func aWarningComesWhereItHoldsInMostDraws() throws {
    func codes(_ check: String) throws -> [String] {
      try run("compare: {years: [2027]}\nchecks: [{warn_if: \"\(check)\"}]").results().warnings
        .map(\.code).filter { $0 == "scenario.warn-if" }
    }
    #expect(try codes("deaths > 0").count == 1)
    #expect(try codes("deaths < 0").isEmpty)
    #expect(try codes("p(net_international > net_international[TOY, 2025]) > 0.99").isEmpty)
    #expect(try codes("p(deaths > 0) >= 1").count == 1)
  }

  @Test func agesAndSexesNarrowThePopulation() throws {
    let found = try run(
      """
      indicators: {women: "population[1-3, f]", men: "population[1-3, m]", adults: "population[1-3]", old: "population[4+, North]"}
      outputs: {pyramid_years: [2027]}
      compare: {years: [2027], regions: [TOY, North]}
      """
    ).results()
    let values = try rows(found, "indicators", ["variant", "area", "indicator"], "median")
    let path = try run("").medianPath().first { $0.year == 2026 }!.population
    #expect(path.count == 36)
    let run = try run("indicators: {women: \"population[1-3, f]\"}", draws: 1)
    let one = try rows(run.results(), "indicators", ["variant", "area", "period"], "median")
    #expect(one.keys.contains("main TOY 2028-01-01"))
    let women = values["main TOY women"]!
    let men = values["main TOY men"]!
    // Medians of nine draws; sums of medians differ from medians of sums by the draws' spread.
    #expect(abs(women + men - values["main TOY adults"]!) < 0.01 * women)
    #expect(women != men && women > 0)
    #expect(values["main TOY old"] == values["main North old"])
  }

  @Test func theLeverOfTheHigherPriorityHasTheLastWord() throws {
    func lever(_ id: String, _ persons: Int, _ priority: Int?) -> String {
      let own = priority.map { ", priority: \($0)" } ?? ""
      return
        "  - {id: \(id), kind: count, target: {component: immigration, to: [City]}, path: {op: set, points: {2025: \(persons)}}\(own)}"
    }
    func immigrants(_ levers: [String]) throws -> Double {
      let table = try rows(
        run("", levers: levers).results(), "components",
        ["scenario", "area", "period", "component"], "median")
      return table["own City 2026 immigration"]!
    }
    let refused = try #require(
      #expect(throws: Faults.self) { try immigrants([lever("a", 10, nil), lever("b", 20, nil)]) })
    #expect(refused.all.map(\.code) == ["scenario.conflict"])
    // Priority decides whatever other levers there are.
    func rate(_ id: String, _ op: String, _ value: Double, _ to: String, _ priority: Int) -> String
    {
      let unit = op == "set" ? "per_1000" : "ratio"
      return
        "  - {id: \(id), kind: rate, target: {component: emigration, regions: [\(to)]}, path: {op: \(op), unit: \(unit), points: {2025: \(value)}}, priority: \(priority)}"
    }
    func emigrants(_ levers: [String]) throws -> Double {
      try rows(
        run("", levers: levers).results(), "components",
        ["scenario", "area", "period", "component"], "median")["own North 2025 emigration"]!
    }
    let sets = [rate("a", "set", 50, "City, North", 5), rate("b", "set", 5, "North", 10)]
    #expect(
      try emigrants(sets) == emigrants(sets + [rate("m", "multiply", 1, "City", 11)]))
    // A set has no last word over a multiply.
    let beaten = try #require(
      #expect(throws: Faults.self) {
        try emigrants(sets + [rate("m", "multiply", 1, "City", 1)])
      })
    #expect(beaten.all.map(\.code) == ["scenario.conflict"])
    // One of them alone has no rank over the other.
    #expect(throws: Faults.self) { try immigrants([lever("a", 10, 3), lever("b", 20, nil)]) }
    #expect(throws: Faults.self) { try immigrants([lever("a", 10, 3), lever("b", 20, 3)]) }
    #expect(abs(try immigrants([lever("a", 10, 3), lever("b", 20, 1)]) - 10) < 1e-9)
    #expect(abs(try immigrants([lever("a", 10, 1), lever("b", 20, 3)]) - 20) < 1e-9)
    #expect(abs(try immigrants([lever("b", 20, 3), lever("a", 10, 1)]) - 20) < 1e-9)
  }
}
