import Demography
import Projection
import Scenarios
import Testing

/// Constraints on what happens in a year: births, deaths, moves inside, to and from the country.
@Suite struct ComponentConstraintTests {
  private static let uncertain = """
    uncertainty:
      deviations:
        fertility: {sd: 0.05, persistence: 0.8, correlation: 0.5}
        emigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
        immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
    """

  private func run(
    _ constraint: String, levers: [String] = ["kandas"], variants: String = "",
    threads: Int? = nil
  ) throws -> ScenarioRun {
    let baseline = try ToyCountry.baseline(extra: Self.uncertain + "\n" + constraint)
    let scenario = try ToyCountry.scenario(levers, baseline: baseline, extra: variants)
    return ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [scenario], seed: 4,
      draws: 9, threads: threads)
  }

  /// What every component comes to in 2026 on the median path.
  private func totals(_ run: ScenarioRun) -> [String: Double] {
    let ledger = run.medianPath()[1].ledger
    return [
      "births": ledger.births, "deaths": ledger.deaths, "internal": ledger.internalOut,
      "immigration": ledger.immigration, "emigration": ledger.emigration,
    ].mapValues { $0.reduce(0, +) }
  }

  private func rows(_ table: Table, _ wanted: [String: String]) -> [Int] {
    (0..<table.rowCount).filter { row in
      wanted.allSatisfy { table.texts($0.key)[row] == $0.value }
    }
  }

  @Test func hardTotalsOfAllComponentsAreMetInEveryDraw() throws {
    let free = totals(try run(""))
    let wanted = free.mapValues { ($0 * 1.03).rounded() }
    let lines = wanted.sorted { $0.key < $1.key }.map {
      "    \($0.key): {totals: {2026: \($0.value)}}"
    }
    let constraint = "constraint:\n  mode: hard\n  components:\n" + lines.joined(separator: "\n")
    let found = try run(constraint).results()
    let table = try #require(found["components"])
    for (component, total) in wanted {
      let name = component == "internal" ? "internal_out" : component
      let row = rows(
        table, ["scenario": "baseline", "area": "TOY", "period": "2026", "component": name])
      for column in ["median", "lower_80", "upper_80"] {
        let value = try #require(table.numbers(column)[row[0]])
        #expect(abs(value / total - 1) <= 1e-9, "\(component)")
      }
      // The next year is free again.
      let later = rows(
        table, ["scenario": "baseline", "area": "TOY", "period": "2027", "component": name])[0]
      let spread = table.numbers("upper_80")[later]! - table.numbers("lower_80")[later]!
      #expect(spread > 0.01)
    }
    let ledger = try #require(found["ledger"])
    let residual = rows(ledger, ["entry": "largest_residual", "scenario": "baseline"])
    #expect(ledger.numbers("amount")[residual[0]]! < 1e-8)
  }

  @Test(arguments: ProjectionForm.allCases)
  func everyFormMeetsItsDeaths(_ form: ProjectionForm) throws {
    let constraint = "constraint: {mode: hard, components: {deaths: {totals: {2026: 900}}}}"
    let baseline = try ToyCountry.baseline(extra: constraint)
    var cohort = try ToyCountry.inputs(timing: .end).cohort
    cohort.form = form
    cohort.deathRates = cohort.survival.map { (1 - $0) * 1.1 }
    let run = ScenarioRun(
      baseline: baseline,
      inputs: BaselineInputs(areas: ["City", "North", "South"], cohort: cohort), scenarios: [],
      seed: 4, draws: 1)
    #expect(abs(totals(run)["deaths"]! / 900 - 1) <= 1e-9)
  }

  @Test func aSoftTotalGoesPartOfTheWayUpToItsBoundAndTheRestStandsInTheLedger() throws {
    let free = totals(try run(""))["births"]!
    func births(_ manner: String) throws -> Double {
      totals(
        try run(
          "constraint: {\(manner), components: {births: {totals: {2026: \(free * 1.44)}}}}")
      )["births"]!
    }
    #expect(abs(try births("mode: soft, weight: 0.5") / free - 1.2) <= 1e-12)
    let bound = "mode: soft, weight: 1, max_factor: 1.1"
    #expect(abs(try births(bound) / free - 1.1) <= 1e-12)
    let found = try run(
      "constraint: {\(bound), components: {births: {totals: {2026: \(free * 1.44)}}}}"
    ).results()
    let ledger = try #require(found["ledger"])
    let left = rows(ledger, ["entry": "constraint_births_left", "scenario": "baseline"])
    #expect(left.count == 1)
    #expect(abs(ledger.numbers("amount")[left[0]]! / (0.34 * free) - 1) < 0.1)
    let added = rows(ledger, ["entry": "constraint_births", "scenario": "baseline"])
    let sum = added.reduce(0.0) { $0 + ledger.numbers("amount")[$1]! }
    #expect(added.count == 3 && abs(sum / (0.1 * free) - 1) < 0.1)
    #expect(found.warnings.contains { $0.code == "scenario.constraint-far" })
    let jump = try #require(found.warnings.first { $0.code == "scenario.constraint-jump" })
    #expect(jump.arguments["component"] == "births" && jump.arguments["value"] == "10")
  }

  private func difference(_ constraint: String) throws -> Double {
    let table = try #require(run(constraint).results()["differences"])
    return table.numbers("median").compactMap { $0 }.reduce(0, +)
  }

  @Test func scenariosTakeTheFactorsOfTheBaselineUnlessTheyAreToMeetTheTotalsThemselves() throws {
    let free = totals(try run(""))["immigration"]!
    let years = "{2025: \(free), 2027: \(free)}"
    let whole = try difference("")
    let same = try difference(
      "constraint: {mode: hard, components: {immigration: {totals: \(years)}}}")
    // 300 a year for three years, whatever the immigrants of the baseline are scaled by.
    #expect(abs(same / whole - 1) < 0.02 && same > 850)
    let own = try run(
      "constraint: {mode: hard, reconstrain: true, components: {immigration: {totals: \(years)}}}"
    ).results()
    let table = try #require(own["components"])
    let met = rows(
      table, ["scenario": "toy-levers", "area": "TOY", "component": "immigration"])
    #expect(met.count == 3)
    for row in met { #expect(abs(table.numbers("median")[row]! / free - 1) <= 1e-9) }
    let held = try #require(own["differences"]).numbers("median").compactMap { $0 }.reduce(0, +)
    // With the kandas among them others stay away; what is left is where they live.
    #expect(abs(held) < 0.1 * whole)
  }

  @Test func zeroLeversAndThreadsChangeNoBit() throws {
    let constraint = """
      constraint:
        mode: soft
        weight: 0.7
        population: {2026: 100000, 2028: 110000}
        components: {births: {totals: {2025: 1500, 2027: 1600}}, deaths: {mode: hard, totals: {2026: 900}}}
      """
    let variants = "variants: [{id: none, disable: [kandas]}, {id: all}]"
    let one = try run(constraint, variants: variants, threads: 1).results()
    let two = try run(constraint, variants: variants, threads: 2).results()
    #expect(one.tables() == two.tables())
    let table = try #require(one["differences"])
    for row in rows(table, ["variant": "none"]) {
      #expect(table.numbers("lower_95")[row] == 0 && table.numbers("upper_95")[row] == 0)
    }
    // A lever of no size runs all years anew.
    let baseline = try ToyCountry.baseline(extra: Self.uncertain + "\n" + constraint)
    let idle = try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: idle
        title: {en: Idle}
        baseline: {ref: toy}
        levers: [{id: a, kind: rate, target: {component: fertility}, path: {op: multiply, points: {2025: 1}}}]
        compare: {years: [2026, 2027, 2028]}
        """), baseline: baseline, regions: ToyCountry.regions)
    let found = try #require(
      ScenarioRun(
        baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [idle], seed: 4, draws: 5
      ).results()["differences"])
    #expect(found.rowCount > 0 && found.numbers("upper_95").allSatisfy { $0 == 0 })
  }

  @Test func aTotalThatNothingCanMeetIsRefused() throws {
    let baseline = try ToyCountry.baseline(
      extra: "constraint: {mode: hard, components: {emigration: {totals: {2026: 10}}}}")
    var cohort = try ToyCountry.inputs().cohort
    cohort.emigration = cohort.emigration.map { _ in 0 }
    let run = ScenarioRun(
      baseline: baseline,
      inputs: BaselineInputs(areas: ["City", "North", "South"], cohort: cohort), scenarios: [],
      seed: 4, draws: 2)
    let faults = try #require(#expect(throws: Faults.self) { try run.results() })
    #expect(faults.all.map(\.code) == ["scenario.constraint-unmet"])
    #expect(faults.all[0].arguments["component"] == "emigration")
    #expect(faults.all[0].arguments["step"] == "2")
  }

  @Test(arguments: [30_000_000, 1_000_000])
  func aTotalAboveAllWhoAreThereIsRefused(_ total: Int) throws {
    let run = try run(
      "constraint: {mode: hard, components: {emigration: {totals: {2026: \(total)}}}}")
    let faults = try #require(#expect(throws: Faults.self) { try run.results() })
    #expect(faults.all.map(\.code) == ["scenario.constraint-unmet"])
    #expect(faults.all[0].arguments["component"] == "emigration")
  }

  @Test func faultsOfAConstraintAreSaidAtTheirPlaces() throws {
    let extra = """
      constraint:
        mode: hard
        weight: 0.5
        components:
          births: {totals: {2028: 5}}
          birhts: {totals: {2026: 5}}
          deaths: {mode: soft, totals: {2026: 5}}
          internal: {mode: hard, max_factor: 2, totals: {2026: 5}}
      """
    let faults = try #require(
      #expect(throws: Faults.self) { try ToyCountry.baseline(extra: extra) })
    #expect(
      faults.all.map { "\($0.place?.line ?? 0) \($0.code)" } == [
        "9 baseline.constraint-weight", "12 key.unknown", "11 scenario.out-of-range",
        "13 scenario.key-missing", "14 baseline.constraint-weight",
      ])
  }
}
