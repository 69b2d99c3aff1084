import Demography
import Formats
import Projection
import Scenarios
import Testing

/// Laws every kind of lever keeps, over the catalogue.
@Suite struct LeverKindTests {
  static let programmes = """
    temporary:
      - {id: work, stock: 1000, term_quarters: 4, max_terms: 2, renewal: 0.5, early_exit: 0.02, to_permanent: 0.05, overstay: 0.1, regularise: 0.02, presence: 0.9, origins: {uz: 0.6, kg: 0.4}}
    """

  /// A lever of each kind that changes nothing.
  static let idle: [String: String] = [
    "rate":
      "target: {component: internal, ages: 2-4}, path: {op: multiply, points: {2025: 1, 2027: 1}, interpolate: linear}",
    "count": "target: {component: immigration}, path: {op: add, points: {2025: 0}}",
    "driver":
      "target: {component: internal, to: [City]}, driver: wage, path: {op: multiply, points: {2025: 1}}, response: {elasticity: 0.7, side: both}",
    "cap": "target: {component: immigration, to: [City]}, path: {op: cap, points: {2025: 1e7}}",
    "corridor":
      "target: {component: temporary, programme: work, countries: [uz]}, path: {op: multiply, points: {2025-Q2: 1}}",
    "programme":
      "target: {component: internal, from: [South], to: [North]}, path: {op: add, points: {2025: 0}}, retention: {share: 0.5}",
    "return_migration": "target: {component: immigration}, event: {at: 2025-Q2, magnitude: 0}",
    "shock":
      "target: {component: temporary, programme: work}, event: {at: 2025-Q2, magnitude: 0}, decay: {half_life_years: 1}",
    "displacement":
      "target: {component: internal, from: [South]}, event: {hazard: 0, season: Q2, magnitude: 500}, within_region: 0.8, returns: {half_life_years: 0.5, permanent_share: 0.1}",
    "stock_rule":
      "target: {component: temporary, programme: work}, window: {from: 2025-Q3}, rule: {renewal: 0.5, max_terms: 2, max_days: 90, window_days: 180, compliance: 0}",
    "closure":
      "target: {component: emigration}, window: {from: 2025-Q2, until: 2026-Q1}, residual: 1",
    "climate":
      "target: {component: internal, from: [South]}, driver: heat, path: {op: multiply, points: {2025: 1}}, response: {1-2: 0.5, 3-5: 1}",
  ]

  static let kinds = LeverCatalogue.all.map(\.card.id)

  private func baseline(uncertain: Bool = true) throws -> Baseline {
    try ToyCountry.baseline(
      extra: Self.programmes
        + (uncertain
          ? """

          uncertainty:
            deviations:
              internal: {sd: 0.1, persistence: 0.7, correlation: 0.3}
              immigration: {sd: 0.2, persistence: 0.7, correlation: 0.3}
              permits: {sd: 0.1, persistence: 0.5, correlation: 0.5}
          """ : ""))
  }

  private func scenario(
    _ levers: [(id: String, body: String)], _ baseline: Baseline, id: String = "kinds"
  ) throws -> Scenario {
    let list = levers.map { "  - {id: \($0.id), \($0.body)}" }.joined(separator: "\n")
    return try Scenario(
      ToyCountry.document(
        """
        schema: agyn.scenario/1
        id: \(id)
        title: {en: Kinds}
        baseline: {ref: toy}
        levers:
        \(list)
        compare: {metrics: [population], regions: [all], years: [2028]}
        """), baseline: baseline, regions: ToyCountry.regions)
  }

  private func results(
    _ scenario: Scenario, _ baseline: Baseline, draws: Int = 6
  ) throws -> ScenarioResults {
    try ScenarioRun(
      baseline: baseline, inputs: ToyCountry.inputs(), scenarios: [scenario], seed: 3,
      draws: draws
    ).results()
  }

  /// All numbers of a table in the rows of a scenario.
  private func numbers(_ results: ScenarioResults, _ table: String, _ scenario: String) throws
    -> [[Double?]]
  {
    let all = try #require(results[table])
    let names = all.texts("scenario")
    let rows = all.filter { names[$0] == scenario }
    return rows.columns.map { rows.numbers($0.name) }.filter { !$0.allSatisfy { $0 == nil } }
  }

  @Test func everyKindHasAnIdleLever() {
    #expect(Set(Self.kinds) == Set(Self.idle.keys))
  }

  @Test(arguments: kinds) func anIdleLeverChangesNoBit(kind: String) throws {
    let baseline = try baseline()
    let body = "kind: \(kind), \(try #require(Self.idle[kind]))"
    let found = try results(scenario([("idle", body)], baseline), baseline)
    for table in ["population", "components", "permit_stock", "pyramid", "od_projection"] {
      let changed = try numbers(found, table, "kinds")
      let plain = try numbers(found, table, "baseline")
      #expect(changed == plain && !plain.isEmpty, "\(table)")
    }
  }

  @Test(arguments: kinds) func theStarterOfAKindActs(kind: String) throws {
    let bundle = try Bundle20()
    let file = try ScenarioStarter(bundle.baseline, .plain).file(id: "starter", kinds: [kind])
    let scenario = try Scenario(
      ToyCountry.document(file), baseline: bundle.baseline, regions: Bundle20.regions())
    #expect(scenario.levers.map(\.kind) == [kind])
    #expect(scenario.isAssumed)
    let found = try ScenarioRun(
      baseline: bundle.baseline, inputs: bundle.inputs, scenarios: [scenario], seed: 3, draws: 4
    ).results()
    let tables = ["population", "components", "permit_stock"]
    let changed = try tables.flatMap { try numbers(found, $0, "starter") }
    let plain = try tables.flatMap { try numbers(found, $0, "baseline") }
    #expect(changed != plain)
    #expect(found.banner == ["starter"])
  }

  @Test func allStartersTogetherPassAndKeepToThePublishedSchema() throws {
    let bundle = try Bundle20()
    let file = try ScenarioStarter(bundle.baseline, .plain).file(id: "all", kinds: Self.kinds)
    let document = try ToyCountry.document(file)
    let scenario = try Scenario(
      document, baseline: bundle.baseline, regions: Bundle20.regions())
    #expect(Set(scenario.levers.map(\.kind)) == Set(Self.kinds))
    #expect(try PublishedSchema().faults(of: document).isEmpty)
  }

  @Test func aStarterIsRefusedRatherThanWrittenSoThatItFailsTheCheck() throws {
    let starter = ScenarioStarter(try ToyCountry.baseline(), .plain)
    for id in ["My Id", "a\"b", "", "ә", String(repeating: "a", count: 65)] {
      let faults = try #require(
        #expect(throws: Faults.self) { try starter.file(id: id, kinds: ["rate"]) })
      #expect(faults.all.map(\.code) == ["scenario.identifier"])
    }
    let twice = try #require(
      #expect(throws: Faults.self) { try starter.file(id: "a", kinds: ["cap", "rate", "cap"]) })
    #expect(twice.all.map(\.code) == ["scenario.starter-twice"])
    // What YAML would read as a number or as nothing stays a name.
    for id in ["2026", "null", "yes"] {
      let scenario = try Scenario(
        ToyCountry.document(try starter.file(id: id, kinds: ["rate"])),
        baseline: try ToyCountry.baseline(), regions: ToyCountry.regions)
      #expect(scenario.id == id)
    }
  }

  @Test func aStarterThatNeedsAProgrammeIsRefusedWithoutOne() throws {
    let starter = ScenarioStarter(try ToyCountry.baseline(), .plain)
    let faults = try #require(
      #expect(throws: Faults.self) { try starter.file(id: "a", kinds: ["shock", "shok"]) })
    #expect(faults.all.map(\.code) == ["scenario.starter-programme", "scenario.lever-unknown"])
    #expect(faults.all[1].arguments["nearest"] == "shock")
  }

  @Test func theOrderOfLeversChangesNoBit() throws {
    let baseline = try baseline()
    let levers = Self.kinds.map { kind in
      (
        id: kind.filter { $0 != "_" },
        body: "kind: \(kind), \(Self.idle[kind]!)"
          .replacing("2025: 1}", with: "2025: 0.9}").replacing("2025: 0}", with: "2025: 30}")
          .replacing("magnitude: 0", with: "magnitude: 40").replacing(
            "hazard: 0", with: "hazard: 0.6"
          )
          .replacing("residual: 1", with: "residual: 0.2").replacing("1e7", with: "500")
          .replacing("renewal: 0.5", with: "renewal: 0.2").replacing(
            "2025-Q2: 1}", with: "2025-Q2: 0.3}")
      )
    }
    let straight = try results(scenario(levers, baseline), baseline).tables()
    let mixed = try results(scenario(Array(levers.reversed()), baseline), baseline).tables()
    #expect(straight == mixed)
  }

  @Test func aClosureOfHalfAYearKeepsTheResidualShare() throws {
    let baseline = try baseline(uncertain: false)
    let body =
      "kind: closure, target: {component: immigration}, window: {from: 2026-Q1, until: 2026-Q2}, residual: 0.05"
    let shut = try scenario([("shut", body)], baseline)
    let run = ScenarioRun(
      baseline: baseline, inputs: try ToyCountry.inputs(), scenarios: [shut], seed: 1, draws: 1)
    let closed = run.medianPath(shut)
    let open = run.medianPath()
    for (a, b) in zip(closed, open) {
      let share = a.year == 2026 ? 1 - 181.0 / 365 * 0.95 : 1
      let ratio = a.ledger.immigration.reduce(0, +) / b.ledger.immigration.reduce(0, +)
      #expect(abs(ratio - share) < 1e-12)
    }
  }

  @Test func climateWithUnitResponseIsARateLeverOnOutMoves() throws {
    let baseline = try baseline(uncertain: false)
    let inputs = try ToyCountry.inputs()
    let path = "path: {op: multiply, points: {2025: 1.3}}"
    let climate = try scenario(
      [
        (
          "c",
          "kind: climate, target: {component: internal, from: [South]}, driver: heat, \(path), response: {1-3: 1}"
        )
      ], baseline)
    let rate = try scenario(
      [("r", "kind: rate, target: {component: internal, from: [South], ages: 1-3}, \(path)")],
      baseline, id: "rates")
    let run = ScenarioRun(
      baseline: baseline, inputs: inputs, scenarios: [climate, rate], seed: 1, draws: 1)
    let a = run.medianPath(climate).last!.population
    let b = run.medianPath(rate).last!.population
    let plain = run.medianPath().last!.population
    #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-12 * $1 })
    #expect(a != plain)
  }

  @Test func aShorterTermEmptiesTheStockAsThePermitTableSays() throws {
    let baseline = try baseline(uncertain: false)
    let body =
      "kind: stock_rule, target: {component: temporary, programme: work}, window: {from: 2025}, rule: {renewal: 0, max_days: 90, window_days: 180, compliance: 0.5}"
    let found = try results(scenario([("rule", body)], baseline), baseline, draws: 1)
    let rules = baseline.programmes[0].rules
    let inflow = 1000 / rules.quartersPerAdmission()
    var stock = rules.steadyStock(inflow: inflow)
    let strict = PermitProgramme(
      termQuarters: 4, maxTerms: 2, renewal: 0, earlyExit: 0.02, toPermanent: 0.05, overstay: 0.1,
      regularise: 0.02)
    for _ in 0..<4 { _ = stock.advance(strict, wanted: inflow, quota: nil) }
    let permits = try #require(found["permit_stock"])
    let row = (0..<permits.rowCount).filter {
      permits.texts("area")[$0] == "TOY" && permits.texts("period")[$0] == "2026-01-01"
        && permits.texts("scenario")[$0] == "kinds"
    }
    #expect(row.count == 1)
    let value = try #require(permits.numbers("value")[row[0]])
    #expect(abs(value - stock.total) < 1e-9 * stock.total)
  }
}

extension ScenarioStarter.Texts {
  static let plain = ScenarioStarter.Texts(
    header: "Head", levers: "Levers", variants: "Variants", compare: "Compare", source: "None",
    kinds: [:])
}
