import Demography
import Formats
import Foundation
import Harmony
import Testing

@Suite struct RuleBookTests {
  @Test func everyKindOfRuleHasACardOfItsOwn() {
    let ids = RuleCatalogue.all.map { $0.card.id }
    #expect(Set(ids).count == ids.count)
    for kind in RuleCatalogue.all {
      #expect(kind.card.catalogue == "rule" && !kind.card.reference.isEmpty)
    }
  }

  @Test func theBundledRulesAndDutiesAreRead() throws {
    func document(_ path: String) throws -> Document {
      try readYAML(Array(Data(contentsOf: Tables.root.appending(path: path))), file: path)
    }
    let book = try RuleBook.read(document("data/rules.yaml"))
    #expect(Set(book.rules.map(\.id)).count == book.rules.count && book.rules.count >= 30)
    let duties = try Duties.read(document("data/duties.yaml"))
    #expect(Set(duties.all.map(\.agency)).count == 6)
    #expect(Set(duties.all.map(\.holds)) == [.yes, .no, .unknown])
  }

  @Test func allFaultsOfARuleFileAreToldTogether() {
    let faults = #expect(throws: Faults.self) {
      try book(
        """
          - {id: a, type: rangee, severity: error, min: 0}
          - {id: b, type: range, severity: loud, min: 0}
          - {id: c, type: range, severity: error}
          - {id: d, type: identity, severity: error, expr: "POP = NET"}
          - {id: e, type: unique, severity: error, kee: [MEASURE]}
          - {id: f, type: unique, severity: error}
          - {id: f, type: unique, severity: error, tol: {abs: -1}}
          - {id: f, type: unique, severity: error}
        """)
    }
    #expect(
      faults?.all.map(\.code) == [
        "rule.type", "rule.field_wrong", "rule.field_missing", "expression.syntax", "key.unknown",
        "rule.field_wrong", "rule.twice",
      ])
    #expect(faults?.all[0].arguments["nearest"] == "range")
    #expect(faults?.all[4].arguments["nearest"] == "key")
    #expect(faults?.all.allSatisfy { ($0.place?.line ?? 0) > 2 } == true)
  }

  @Test func whatIsMissingIsNotEvaluatedAndNeverPasses() throws {
    let report = try evaluate(
      """
        - {id: net, type: identity, severity: error, expr: "NET == FLOW_IN - FLOW_OUT"}
        - {id: nothing, type: integer, severity: error, where: {MEASURE: QUOTA}}
        - {id: codes, type: domain, severity: fatal, column: REF_AREA, codelist: regions}
      """, [row("NET", "KZ11", "2024", 5), row("FLOW_IN", "KZ11", "2024", 9)])
    for outcome in report.outcomes {
      #expect(outcome.evaluated == 0 && outcome.notEvaluated > 0)
    }
    #expect(report.outcome("net")?.findings[0].detail.arguments["term"] == "FLOW_OUT")
    #expect(!report.isFatal && !report.hasFailures(atLeast: .info))
    #expect(report.rulesTable().numbers("not_evaluated") == [1, 1, 2])
  }

  @Test func roundedInputsWidenTheTolerance() throws {
    var total = row("FLOW_IN", "KZ", "2024", 688_400)
    total.roundBase = 100
    let parts = [row("FLOW_IN", "KZ11", "2024", 300_000), row("FLOW_IN", "KZ15", "2024", 388_351)]
    let rule = """
        - id: sum
          type: sum
          severity: warn
          total: {REF_AREA: KZ}
          parts: "REF_AREA != KZ"
          over: REF_AREA
      """
    #expect(try evaluate(rule, [total] + parts).outcome("sum")?.passed == 1)
    total.value = 688_402
    #expect(try evaluate(rule, [total] + parts).outcome("sum")?.failed == 1)
  }

  @Test func aMissingPartMakesASumMissing() throws {
    let rows = [
      row("POP", "KZ", "2024", 3), row("POP", "KZ11", "2024", 3), row("POP", "KZ15", "2024", nil),
    ]
    let report = try evaluate(
      """
        - {id: sum, type: sum, severity: error, total: {REF_AREA: KZ}, parts: "REF_AREA != KZ", over: REF_AREA}
      """, rows)
    #expect(report.outcome("sum")?.notEvaluated == 1 && report.outcome("sum")?.evaluated == 0)
  }

  @Test func aFallingYearToDateSeriesIsCaught() throws {
    func release(_ period: String, _ value: Double) -> Observation {
      var release = row("FLOW_IN", "KZ", period, value)
      release.isCumulative = true
      return release
    }
    let rule = "  - {id: ytd, type: monotone_cumulative, severity: error}"
    let rising = [
      release("2022-Q1", 4108), release("2022-01-01/P6M", 7287), release("2022", 17_293),
      release("2023-Q1", 100),
    ]
    let good = try evaluate(rule, rising)
    #expect(good.outcome("ytd")?.passed == 2 && good.outcome("ytd")?.failed == 0)
    let bad = try evaluate(rule, rising + [release("2022-01-01/P8M", 7000)])
    #expect(bad.outcome("ytd")?.failures.map(\.period) == ["2022-01-01/P8M"])
  }

  @Test func signConflictsSetTheSourcesSideBySide() throws {
    // BNS, UN WPP 2024, Gaskin and Abel: net migration of Kazakhstan in 2019.
    let report = try evaluate(
      "  - {id: sign, type: sign_conflict, severity: warn}",
      [
        row("NET", "KZ", "2019", -32_970, source: "bns"),
        row("NET", "KZ", "2019", 3000, source: "wpp"),
        row("NET", "KZ", "2019", 17_567, source: "gaskin_abel"),
        row("NET", "KZ", "2018", -1, source: "bns"), row("NET", "KZ", "2017", -1, source: "bns"),
        row("NET", "KZ", "2017", -2, source: "wpp"),
      ])
    let outcome = try #require(report.outcome("sign"))
    #expect(outcome.passed == 1 && outcome.failed == 1 && outcome.notEvaluated == 1)
    #expect(
      outcome.failures[0].detail.arguments["values"]
        == "bns -32970 · gaskin_abel 17567 · wpp 3000")
  }

  @Test func freshnessCoverageRevisionAndDiagonal() throws {
    let source = SourceFacts(
      id: "a", agency: "KZ:BNS", frequency: "Q", expectedLagDays: 45, mayExport: true,
      isDocumented: true)
    let rows = [row("UNEMP", "KZ11", "2025-Q1", 1), row("UNEMP", "KZ15", "2025-Q1", 2)]
    let rules = """
        - {id: fresh, type: freshness, severity: warn}
        - {id: full, type: coverage, severity: warn, areas: [KZ11, KZ15], from: 2025-Q1, to: 2025-Q2}
      """
    let inTime = try evaluate(rules, rows, sources: [source], asOf: "2025-08-14")
    #expect(inTime.outcome("fresh")?.passed == 1)
    #expect(inTime.outcome("full")?.failures.map(\.period) == ["2025-Q2"])
    let late = try evaluate(rules, rows, sources: [source], asOf: "2025-08-16")
    #expect(late.outcome("fresh")?.failed == 1)

    let vintages = [
      row("NET", "KZ", "2022", -6946, vintage: "2023-02-09"),
      row("NET", "KZ", "2022", -6722, vintage: "2023-03-15"),
    ]
    let revised = try evaluate(
      """
        - {id: strict, type: revision, severity: info, warn_abs: 200}
        - {id: wide, type: revision, severity: info, warn_rel: 0.05}
      """, [vintages[1]], vintages: vintages)
    #expect(revised.outcome("strict")?.failures.map(\.difference) == [224])
    #expect(revised.outcome("wide")?.passed == 1)

    let flows = [flow("A", "A", "2024", 5), flow("A", "B", "2024", 3), flow("B", "A", "2024", 2)]
    let diagonal = try evaluate(
      """
        - {id: absent, type: diagonal, severity: error, policy: absent}
        - {id: zero, type: diagonal, severity: error, policy: zero}
        - {id: present, type: diagonal, severity: error, policy: present}
      """, flows)
    #expect(diagonal.outcome("absent")?.failed == 1 && diagonal.outcome("zero")?.failed == 1)
    #expect(diagonal.outcome("present")?.failures.map(\.area) == ["B"])
  }

  @Test func columnsThatNoRuleLooksAtAreListed() throws {
    var observation = row("POP", "KZ11", "2024", 1)
    observation.note = "n"
    let report = try evaluate(
      "  - {id: i, type: integer, severity: error, where: {MEASURE: POP}}", [observation])
    #expect(report.untouchedColumns.contains(.note) && report.untouchedColumns.contains(.source))
    #expect(!report.untouchedColumns.contains(.measure) && !report.untouchedColumns.contains(.sex))
  }

  @Test func theOrderOfRowsChangesNothing() throws {
    let rows = try Tables.margins()
    let rule = "  - {id: net, type: identity, severity: error, expr: \"NET == FLOW_IN\"}"
    let words: (String, [String: String]) -> String = { key, arguments in
      key + arguments.sorted { $0.key < $1.key }.map(\.value).joined()
    }
    let forward = try evaluate(rule, rows)
    let backward = try evaluate(rule, rows.reversed())
    #expect(forward.conflictsTable(words) == backward.conflictsTable(words))
    #expect(forward.quarantineTable() == backward.quarantineTable())
  }
}
