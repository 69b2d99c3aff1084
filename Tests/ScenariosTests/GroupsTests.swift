import Demography
import Foundation
import Projection
import Scenarios
import Testing

/// The bundled workspace with its residents in two groups of citizenship: a quarter of every cell foreigners.
enum GroupedBundle {
  static let none = """
    groups:
      by: citizenship
      values:
        - {id: national, code: KZ, newcomers: 0}
        - {id: foreign, code: XX, newcomers: 1}

    """
  static let changing =
    none + """
        changes: [{from: foreign, to: national, rate: 0.05}]
        births: [{from: foreign, to: national, share: 0.4}]

      """
  private static let shared = ["mortality: {", "internal: {", "emigration: {"]

  static func text(_ groups: String, horizon: Int = 2045, spread: String = "0.05") throws -> String
  {
    var text = String(decoding: try Bundle20.bytes("scenarios/baseline.yaml"), as: UTF8.self)
    if !groups.isEmpty {
      for input in shared {
        text = text.replacingOccurrences(of: "  \(input)m", with: "  \(input)by_group: false, m")
      }
      text = text.replacingOccurrences(
        of: "    measure: ASFR\n", with: "    measure: ASFR\n    by_group: false\n")
    }
    return text.replacingOccurrences(of: "horizon: 2045-01-01", with: "horizon: \(horizon)-01-01")
      .replacingOccurrences(of: "internal:    {sd: 0.05", with: "internal:    {sd: \(spread)")
      .replacingOccurrences(of: "2025, 2030, 2035, 2045]", with: "2025, \(horizon)]")
      .replacingOccurrences(of: "2025, 2030, 2035, 2044]", with: "2025, \(horizon - 1)]") + "\n"
      + groups
  }

  /// Residents and immigrants of each group; everything else is that of everybody.
  static func observations() throws -> [Observation] {
    try everybody().flatMap { observation -> [Observation] in
      // The year before is known of everybody only.
      guard observation.period != .day(Day(year: 2024, month: 1, day: 1)) else {
        return [observation]
      }
      let foreign = ["POP": 0.25, "FLOW_IN": 0.75][observation.measure]
      guard let foreign else { return [observation] }
      return [("KZ", 1 - foreign), ("XX", foreign)].map { code, part in
        var own = observation
        own.citizenship = code
        own.value = observation.value.map { $0 * part }
        return own
      }
    }
  }

  /// Those of the bundle, with the residents of the year before by region: 97 in 100.
  static func everybody() throws -> [Observation] {
    let all = try Bundle20.observations()
    let people = Dictionary(grouping: all.filter { $0.measure == "POP" }, by: \.referenceArea)
    return all
      + people.sorted { $0.key < $1.key }.map { area, rows in
        var total = Observation(
          measure: "POP", reporter: "KZ:BNS", period: .day(Day(year: 2024, month: 1, day: 1)),
          vintage: Instant(seconds: 0),
          value: 0.97 * rows.reduce(0) { $0 + ($1.value ?? 0) }, source: "before")
        total.referenceArea = area
        return total
      }
  }

  static func run(
    _ groups: String, _ scenarios: [String], horizon: Int = 2045, spread: String = "0.05",
    draws: Int = 1
  ) throws -> ScenarioRun {
    let regions = try Bundle20.regions()
    let baseline = try Baseline(
      ToyCountry.document(
        text(groups, horizon: horizon, spread: spread), file: "baseline.yaml"), regions: regions)
    let inputs = try BaselineInputs(
      observations: groups.isEmpty ? everybody() : observations(),
      baseline: baseline, regions: regions)
    return ScenarioRun(
      baseline: baseline, inputs: inputs,
      scenarios: try scenarios.map {
        try Scenario(
          ToyCountry.document($0, file: "scenario.yaml"), baseline: baseline, regions: regions)
      }, seed: 11, draws: draws)
  }

  static func scenario(_ levers: String, compare: String = "") -> String {
    """
    schema: agyn.scenario/1
    id: some
    title: {en: Some}
    baseline: {ref: kz-baseline-2025}
    levers:
    \(levers)
    \(compare)
    """
  }
}

/// Rows of a table by their texts.
private func rows(_ results: ScenarioResults, _ name: String, _ value: String) throws -> [String:
  Double]
{
  let table = try #require(results[name])
  let keys = table.columns.compactMap { column -> [String?]? in
    if case .text(let texts) = column.values { texts } else { nil }
  }
  let numbers = table.numbers(value)
  return Dictionary(
    uniqueKeysWithValues: (0..<table.rowCount).map { row in
      (keys.map { $0[row] ?? "" }.joined(separator: "|"), numbers[row] ?? .nan)
    })
}

private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-7 + 1e-9 * abs(b) }

/// A second state beside the region (Willekens & Drewe 1984).
@Suite struct GroupsTests {
  /// Groups that live, bear and move alike come to the country without groups, draw by draw, whatever levers do.
  @Test(arguments: ["1-foreign-labour-quota", "2-resettlement-and-kandas", "3-shock-and-return"])
  func groupsWithTheSameRatesAddUpToThePeopleWithoutGroups(_ name: String) throws {
    let text = String(decoding: try Bundle20.bytes("scenarios/\(name).yaml"), as: UTF8.self)
    let whole = try GroupedBundle.run("", [text]).results()
    let grouped = try GroupedBundle.run(GroupedBundle.none, [text]).results()
    for (table, value) in [
      ("population", "mean"), ("components", "median"), ("od_projection", "median"),
      ("pyramid", "median"), ("differences", "median"), ("permit_stock", "value"),
    ] {
      let expected = try rows(whole, table, value)
      let found = try rows(grouped, table, value)
      #expect(found.count == expected.count, "\(table)")
      let apart = expected.filter { key, number in
        !close(found[key] ?? .nan, number) && !(number.isNaN && found[key]?.isNaN == true)
      }
      #expect(apart.isEmpty, "\(table): \(apart.prefix(3))")
    }
  }

  @Test func aBaselineWithGroupsKeepsToTheSchema() throws {
    let document = try ToyCountry.document(GroupedBundle.text(GroupedBundle.changing))
    #expect(try PublishedSchema("baseline").faults(of: document) == [])
  }

  @Test func everyGroupHasAnAccountThatCloses() throws {
    let results = try GroupedBundle.run(GroupedBundle.changing, [], horizon: 2029).results()
    let people = try rows(results, "group_population", "median")
    let moves = try rows(results, "group_components", "median")
    let total = try rows(results, "population", "median")
    var worst = 0.0
    var changed = 0.0
    for area in ["KZ", "KZ75", "KZ10@2022-06-08"] {
      for year in 2025..<2029 {
        func of(_ group: String, _ year: Int) throws -> Double {
          try #require(
            people.first {
              $0.key.hasPrefix("\($0.key.prefix { $0 != "|" })|")
                && $0.key.contains("|\(area)|\(group)|\(year)-01-01|")
            }?.value)
        }
        var sum = 0.0
        for group in ["national", "foreign"] {
          func part(_ name: String) throws -> Double {
            try #require(
              moves.first { $0.key.hasSuffix("|\(area)|\(group)|\(year)|\(name)") }?.value)
          }
          let grown =
            try part("births") - part("deaths") + part("immigration") - part("emigration")
            + part("internal_in") - part("internal_out") + part("transfers_in")
            - part("transfers_out") + part("group_in") - part("group_out")
          worst = max(worst, abs(try of(group, year + 1) - of(group, year) - grown))
          sum += try of(group, year)
          changed += try part("group_out")
        }
        let whole = try #require(
          total.first { $0.key.contains("|\(area)|\(year)-01-01|") }?.value)
        #expect(close(sum, whole))
      }
    }
    #expect(worst < 1e-6)
    #expect(changed > 100_000)
  }

  /// Citizenship that changes no rate changes no total.
  @Test func changesOfTheGroupMoveNobodyBetweenRegions() throws {
    let still = try GroupedBundle.run(GroupedBundle.none, [], horizon: 2029).results()
    let changing = try GroupedBundle.run(GroupedBundle.changing, [], horizon: 2029).results()
    for (table, value) in [
      ("population", "mean"), ("components", "median"), ("od_projection", "median"),
    ] {
      let expected = try rows(still, table, value)
      for (key, number) in try rows(changing, table, value) {
        #expect(close(number, expected[key] ?? .nan), "\(table) \(key)")
      }
    }
    let (one, other) = try (
      rows(still, "group_population", "median"), rows(changing, "group_population", "median")
    )
    let key = try #require(one.keys.first { $0.contains("|KZ|foreign|2029") })
    #expect((other[key] ?? .nan) < 0.85 * (one[key] ?? .nan))
  }

  /// Moves deviate by draw, changes of the group do not: of 5 % a year a year of persons loses 5 %.
  @Test func changesDoNotDeviateWithMoves() throws {
    let results = try GroupedBundle.run(
      GroupedBundle.changing, [], horizon: 2026, spread: "0.8", draws: 1
    ).results()
    let people = try rows(results, "group_population", "median")
    let moves = try rows(results, "group_components", "median")
    for area in ["KZ75", "KZ11"] {
      func value(_ table: [String: Double], _ end: String) throws -> Double {
        try #require(table.first { $0.key.contains("|\(area)|foreign|\(end)") }?.value)
      }
      let start = try value(people, "2025-01-01")
      let end = try value(people, "2026-01-01") - value(moves, "2025|immigration")
      let rate = try value(moves, "2025|group_out") / ((start + end) / 2)
      #expect(abs(rate - 0.05) < 0.001, "\(area): \(rate)")
    }
  }

  @Test func leversActOnTheGroupsTheyName() throws {
    let text = GroupedBundle.scenario(
      """
        - {id: a, kind: rate, target: {component: emigration, groups: [foreign]}, path: {op: multiply, points: {2025: 3}}, evidence: {quality: assumed, source: x}}
        - {id: b, kind: programme, target: {component: internal, from: turkistan, to: pavlodar, groups: [national]}, path: {op: add, unit: persons_per_year, points: {2025: 900}}, evidence: {quality: assumed, source: x}}
        - {id: c, kind: count, target: {component: immigration, to: astana, groups: [national]}, path: {op: add, unit: persons_per_year, points: {2025: 700}}, evidence: {quality: assumed, source: x}}
        - {id: d, kind: programme, target: {component: internal, from: jambyl, to: kostanay}, path: {op: add, unit: persons_per_year, points: {2025: 400}}, evidence: {quality: assumed, source: x}}
        - {id: e, kind: programme, target: {component: immigration, to: shymkent}, path: {op: add, unit: persons_per_year, points: {2025: 300}}, net_of_baseline: 0, evidence: {quality: assumed, source: x}}
      """,
      compare:
        "compare: {metrics: [population, net_international], regions: [KZ, foreign, pavlodar.national], years: [2026]}"
    )
    let results = try GroupedBundle.run(GroupedBundle.none, [text], horizon: 2027).results()
    let moves = try rows(results, "group_components", "median")
    func change(_ area: String, _ group: String, _ component: String) throws -> Double {
      let end = "|\(area)|\(group)|2025|\(component)"
      let with = try #require(
        moves.first { $0.key.hasPrefix("some|main") && $0.key.hasSuffix(end) })
      let without = try #require(
        moves.first { $0.key.contains("|baseline|") && $0.key.hasSuffix(end) })
      return with.value - without.value
    }
    let regions = try Bundle20.regions()
    func code(_ name: String) throws -> String {
      try regions.resolve(name, on: Day(year: 2025, month: 1, day: 1)).id
    }
    #expect(try change("KZ", "foreign", "emigration") > 1000)
    #expect(try abs(change("KZ", "national", "emigration")) < 1e-9)
    #expect(try close(change(code("turkistan"), "national", "transfers_out"), 900))
    #expect(
      try change(code("pavlodar"), "national", "transfers_in")
        == change(code("turkistan"), "national", "transfers_out"))
    #expect(try change(code("pavlodar"), "foreign", "transfers_in") == 0)
    #expect(try close(change(code("astana"), "national", "immigration"), 700))
    #expect(try change(code("astana"), "foreign", "immigration") == 0)
    // Who moves by plan stays in the group, here as the movers of the origin are.
    let foreign = try change(code("jambyl"), "foreign", "transfers_out")
    #expect(try close(foreign + change(code("jambyl"), "national", "transfers_out"), 400))
    #expect(foreign > 50 && foreign < 200)
    #expect(try close(change(code("kostanay"), "foreign", "transfers_in"), foreign))
    // Who comes without a group is in that of newcomers.
    #expect(try close(change(code("shymkent"), "foreign", "immigration"), 300))
    #expect(try change(code("shymkent"), "national", "immigration") == 0)
    let differences = try #require(results["differences"])
    #expect(
      Set(differences.texts("area").compactMap { $0 })
        == ["KZ", "foreign", try code("pavlodar") + ".national"])
  }

  @Test func faultsOfGroupsAreToldAtTheirPlace() throws {
    func faults(_ groups: String) throws -> [String] {
      let regions = try Bundle20.regions()
      let text = try GroupedBundle.text("") + groups
      let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
      let first = line - groups.split(separator: "\n", omittingEmptySubsequences: false).count
      let found = try #require(
        #expect(throws: Faults.self) {
          try Baseline(ToyCountry.document(text, file: "b.yaml"), regions: regions)
        })
      return found.all.map { "\(($0.place?.line ?? 0) - first) \($0.code)" }
    }
    func groups(_ values: String, _ more: String = "") -> String {
      "groups:\n  by: citizenship\n  values:\n\(values)\n\(more)"
    }
    let two =
      "    - {id: national, code: KZ, newcomers: 0.5}\n    - {id: foreign, code: XX, newcomers: 0.5}"
    #expect(
      try faults(groups("    - {id: national, code: KZ, newcomers: 1}")) == [
        "4 baseline.groups-few"
      ])
    #expect(
      try faults(
        groups(two.replacingOccurrences(of: "XX, newcomers: 0.5", with: "XX, newcomers: 0.4")))
        == ["4 scenario.shares-sum"])
    #expect(
      try faults(groups(two.replacingOccurrences(of: "code: XX", with: "code: KZ")))
        == ["5 baseline.groups-twice"])
    #expect(
      try faults(groups(two.replacingOccurrences(of: "id: foreign", with: "id: pavlodar")))
        == ["5 baseline.groups-twice"])
    #expect(
      try faults(groups(two, "  changes: [{from: foreign, to: foreign, rate: 0.1}]\n"))
        == ["6 baseline.groups-change"])
    #expect(
      try faults(groups(two, "  changes: [{from: foreign, to: natonal, rate: 0.1}]\n"))
        == ["6 scenario.not-permitted"])
    #expect(
      try faults(
        groups(
          two + "\n    - {id: other, code: OT, newcomers: 0}",
          "  births: [{from: foreign, to: national, share: 0.7}, {from: foreign, to: other, share: 0.5}]\n"
        )) == ["7 scenario.out-of-range"])
    #expect(
      try faults(groups(two, "  births: [{from: foreign, to: national}]\n"))
        == ["6 scenario.key-missing"])
    #expect(
      try faults(
        groups(two, "constraint: {mode: hard, components: {internal: {totals: {2026: 300000}}}}\n"))
        == ["6 baseline.groups-constraint"])
  }

  @Test func groupsThatAreNotThereAndWorkersOfNoGroupAreRefused() throws {
    func codes(_ target: String) throws -> [String] {
      let found = try #require(
        #expect(throws: Faults.self) {
          try GroupedBundle.run(
            GroupedBundle.none,
            [
              GroupedBundle.scenario(
                "  - {id: a, kind: closure, target: {\(target)}, window: {from: 2026-Q1, until: 2026-Q2}, evidence: {quality: assumed, source: x}}"
              )
            ])
        })
      return found.all.map(\.code)
    }
    #expect(try codes("component: emigration, groups: [foreing]") == ["scenario.not-permitted"])
    #expect(
      try codes("component: temporary, programme: permit_household, groups: [foreign]")
        == ["scenario.key-not-here"])
    // Who is kept out of everywhere cannot come elsewhere.
    let nowhere = try #require(
      #expect(throws: Faults.self) {
        try GroupedBundle.run(
          GroupedBundle.none,
          [
            GroupedBundle.scenario(
              "  - {id: a, kind: closure, target: {component: immigration, regions: [foreign]}, window: {from: 2026}, divert: {fraction: 1}, evidence: {quality: assumed, source: x}}"
            )
          ])
      })
    #expect(nowhere.all.map(\.code) == ["scenario.divert-closed"])
    let missing = try #require(
      #expect(throws: Faults.self) {
        let regions = try Bundle20.regions()
        let text = try GroupedBundle.text(GroupedBundle.none).replacingOccurrences(
          of: "emigration: {by_group: false, m", with: "emigration: {m")
        _ = try BaselineInputs(
          observations: GroupedBundle.observations(),
          baseline: Baseline(ToyCountry.document(text), regions: regions), regions: regions)
      })
    // Nor are the residents of a group those of the country.
    let alone = try #require(
      #expect(throws: Faults.self) {
        let regions = try Bundle20.regions()
        _ = try BaselineInputs(
          observations: GroupedBundle.observations(),
          baseline: Baseline(Bundle20.document("scenarios/baseline.yaml"), regions: regions),
          regions: regions)
      })
    #expect(
      Set(alone.all.map { $0.arguments["input"] ?? "" }) == ["start_population", "immigration"])
    // A rate of each group that is asked for is never taken from everybody's.
    #expect(missing.all.count == 40)
    #expect(missing.all.allSatisfy { $0.arguments["input"] == "emigration" })
    #expect(missing.all.contains { $0.arguments["area"] == "KZ75, CITIZENSHIP = XX" })
  }
}

/// Settlers of a programme who change their group.
@Suite struct SettlersInGroupsTests {
  private static let lever = """
      - {id: a, kind: programme, target: {component: internal, from: turkistan, to: ulytau, groups: [foreign]}, path: {op: add, unit: persons_per_year, points: {2025: 900}, after: revert}, retention: {share: 0.5, after_years: 2}, evidence: {quality: assumed, source: x}}
    """

  private func groups(rate: Double) -> String {
    GroupedBundle.none + "  changes: [{from: foreign, to: national, rate: \(rate)}]\n\n"
  }

  /// Citizenship changes neither deaths nor moves: as many go home, but in the group in which they are by then.
  @Test func theyGoHomeInTheGroupTheyAreInByThen() throws {
    let text = GroupedBundle.scenario(Self.lever)
    let still = try GroupedBundle.run(GroupedBundle.none, [text], horizon: 2030).results()
    let changing = try GroupedBundle.run(groups(rate: 0.05), [text], horizon: 2030).results()
    let regions = try Bundle20.regions()
    let home = try regions.resolve("turkistan", on: Day(year: 2025, month: 1, day: 1)).id
    func back(_ results: ScenarioResults, _ group: String, _ year: Int) throws -> Double {
      let found = try rows(results, "group_components", "median")
      return try #require(
        found.first {
          $0.key.hasPrefix("some|main")
            && $0.key.hasSuffix("|\(home)|\(group)|\(year)|transfers_in")
        }?.value)
    }
    for year in 2026..<2030 {
      let foreign = try back(changing, "foreign", year)
      let all = try back(changing, "national", year) + foreign
      let before = try back(still, "foreign", year)
      #expect(before > 50)
      #expect(try back(still, "national", year) == 0)
      // The sum over groups is kept.
      #expect(abs(all - before) < 1e-9 * before, "\(year): \(all), \(before)")
      // Of 5 % a year (1 − 0.025) / (1 + 0.025) stay in the group each year, but for what deaths take between.
      let kept = (0..<year - 2025).reduce(1) { share, _ in share * 0.975 / 1.025 }
      #expect(abs(foreign / all - kept) < 2e-4, "\(year): \(foreign / all), \(kept)")
    }
  }

  /// Where two in three change within a year too few of the old group are left after two: once those who had
  /// changed were looked for in it, and not found.
  @Test func nobodyIsSentHomeWhoIsNotThere() throws {
    let text = GroupedBundle.scenario(Self.lever.replacing("2025: 900", with: "2025: 30000"))
    let results = try GroupedBundle.run(groups(rate: 1), [text], horizon: 2030).results()
    let ledger = try #require(results["ledger"])
    let entries = Set(ledger.texts("entry").compactMap { $0 })
    #expect(entries.contains("largest_residual"))
    #expect(!entries.contains("transfers_unmet") && !entries.contains("negative_cells"))
  }
}
