import Demography
import Formats
import Foundation
import Harmony
import Testing

/// What the Kazakhstan data must show, by the numbers of the harmonisation page.
@Suite struct AcceptanceTests {
  @Test func closedSystemAndIdentityHoldInAllFourteenPeriodsOfTheMargins() throws {
    let report = try evaluate(
      """
        - {id: net, type: identity, severity: error, expr: "NET == FLOW_IN - FLOW_OUT"}
        - {id: closed, type: closed_system, severity: error, expr: "sum(FLOW_IN) == sum(FLOW_OUT)", parts: [20]}
      """, Tables.margins())
    let net = try #require(report.outcome("net"))
    #expect(net.passed == 280 && net.failed == 0 && net.notEvaluated == 0)
    let closed = try #require(report.outcome("closed"))
    #expect(closed.passed == 14 && closed.failed == 0 && closed.notEvaluated == 0)
    #expect(report.quarantine.isEmpty && !report.isFatal)
  }

  @Test func oneWrongMarginBreaksIdentityAndClosure() throws {
    var rows = try Tables.margins()
    let index = try #require(
      rows.firstIndex { $0.measure == "FLOW_IN" && $0.period == .month(2024, 5) })
    rows[index].value! += 1
    let report = try evaluate(
      """
        - {id: net, type: identity, severity: error, expr: "NET == FLOW_IN - FLOW_OUT"}
        - {id: closed, type: closed_system, severity: warn, expr: "sum(FLOW_IN) == sum(FLOW_OUT)"}
      """, rows)
    #expect(report.outcome("net")?.failed == 1)
    #expect(report.outcome("closed")?.failures.map(\.period) == ["2024-05"])
    #expect(report.quarantine.count == 3)
    #expect(Set(report.quarantine.map(\.observation.referenceArea)) == [rows[index].referenceArea])
    #expect(report.accepted(rows).count == rows.count - 3)
  }

  /// BNS: population on 1 January, natural increase and net migration of the country, thousands of
  /// persons exactly as published; natural increase is the sum of the regions.
  private func nation() throws -> [Observation] {
    let files = ["data/national.csv", "data/vital_events.csv"]
    return try files.flatMap { try Tables.observations($0) { _ in } }
      .filter { $0.referenceArea == "KZ" && ["POP", "NET", "NATINC"].contains($0.measure) }
      .filter { $0.period.year >= 2018 }
  }

  @Test func thePopulationBalanceBreaksOnceIn2021By380736() throws {
    let rule = """
        - id: balance
          type: balance
          severity: error
          by: [REF_AREA]
          expr: "POP[t+1] - POP[t] == NATINC[t] + NET[t]"
      """
    let plain = try evaluate(rule, nation())
    let failures = try #require(plain.outcome("balance")).failures
    #expect(failures.map(\.period) == ["2021"])
    #expect(failures.map(\.difference) == [380_736])
    #expect(plain.outcome("balance")?.passed == 6)

    let declared = try evaluate(
      rule + "\n    allow_breaks: [{period: 2021, reason: census_2021, residual: 380736}]", nation()
    )
    let outcome = try #require(declared.outcome("balance"))
    #expect(outcome.failed == 0 && outcome.passed == 7)
    #expect(outcome.findings.filter { $0.outcome == .declaredBreak }.map(\.period) == ["2021"])

    let wrong = try evaluate(
      rule + "\n    allow_breaks: [{period: 2020, reason: none, residual: 5}]", nation())
    #expect(wrong.outcome("balance")?.failures.map(\.period) == ["2020", "2021"])
  }

  @Test func fiveSumsOfForeignWorkersFailAndOneDigitExplains825() throws {
    let rows = try Tables.observations("data/foreign_workers.csv") { $0.referenceArea = "KZ" }
      .filter { $0.measure == "PERMIT_STOCK" && $0.citizenship == "_T" && $0.activity == "_T" }
    let report = try evaluate(
      """
        - id: sum
          type: sum
          severity: warn
          total: {PERMIT_TYPE: EMPLOYER}
          parts: {PERMIT_TYPE: [CAT1, CAT2, CAT3, CAT4, SEASONAL, ICT]}
          over: PERMIT_TYPE
          all: [CAT1, CAT2, CAT3, CAT4, SEASONAL, ICT]
        - {id: misprint, type: misprint, severity: info, of: sum}
      """, rows)
    let sum = try #require(report.outcome("sum"))
    #expect(sum.passed == 5 && sum.failed == 5 && sum.notEvaluated == 4)
    #expect(
      sum.failures.map(\.period)
        == ["2020-01-01", "2020-03-01", "2021-05-01", "2025-11-01", "2025-12-01"])
    #expect(sum.failures.map(\.difference) == [-31, 1, 1000, -1, -2])
    let misprint = try #require(
      report.outcome("misprint")?.failures.first { $0.period == "2021-05-01" })
    #expect(misprint.left == "ICT")
    #expect(misprint.leftValue == 825 && misprint.rightValue == 1825)
    #expect(report.quarantine.isEmpty)
  }

  /// Gaskin and Abel, annual flows among 20 countries; net migration of the five Central Asian countries
  /// from their flows with all countries.
  @Test func swappedOriginsAndDestinationsAreDetected() throws {
    guard let shared = Tables.shared else {
      print("not run: shared data absent")
      return
    }
    func table(_ name: String) throws -> [(String, String, Double)] {
      try Tables.grid(shared.appending(path: "data/intl_estimates/\(name).csv")).rows.dropFirst()
        .filter { $0.cells[0] == "2019" }
        .map { ($0.cells[1], $0.cells[2], Double($0.cells[3])!) }
    }
    let od = try table("gaskin_abel_annual_flows_20x20_1990_2023")
    var net = ["KAZ": 0.0, "KGZ": 0, "TJK": 0, "TKM": 0, "UZB": 0]
    for (from, to, value) in try table("gaskin_abel_annual_flows_central_asia_1990_2023") {
      net[from]? -= value
      net[to]? += value
    }
    let nets = net.sorted { $0.key < $1.key }.map { row("NET", $0.key, "2019", $0.value) }
    let rule =
      "  - {id: way, type: orientation, severity: error, od: {MEASURE: FLOW_OD}, net: {MEASURE: NET}}"
    #expect(od.count == 366)
    let right = try evaluate(rule, od.map { flow($0.0, $0.1, "2019", $0.2) } + nets)
    #expect(right.outcome("way")?.passed == 1)
    let swapped = try evaluate(rule, od.map { flow($0.1, $0.0, "2019", $0.2) } + nets)
    let failure = try #require(swapped.outcome("way")?.failures.first)
    #expect(failure.detail.key == "rule.detail.orientation_swapped")
    #expect(try #require(failure.leftValue) < -0.95)
    #expect(swapped.quarantine.count == 366)
  }

  /// Weights of 2022 divide the old regions in 2022 and 2023.
  @Test func flowWeightsReproduceTheMarginsThatPopulationWeightsMiss() throws {
    let crosswalk = try Tables.crosswalk().filter { $0.date == Day("2022-06-08")! }
    let margins = try Tables.margins()
    func error(_ measure: String, _ area: String, _ year: Int, _ weight: Crosswalk.Weight) throws
      -> Double
    {
      let rows = margins.filter { $0.measure == measure && $0.period == .year(year) }
      let truth = Dictionary(uniqueKeysWithValues: rows.map { ($0.referenceArea, $0.value!) })
      let merged = crosswalk.merging().totals(truth, by: .population)
      let divided = crosswalk.totals(merged.values, by: weight)
      #expect(divided.missingShare.isEmpty)
      #expect(abs(divided.values.values.reduce(0, +) - truth.values.reduce(0, +)) < 1e-6)
      return try #require(divided.values[area]) / #require(truth[area]) - 1
    }
    let parts = Set(crosswalk.rows.map(\.to)).sorted()
    for area in parts {
      // Six decimals of a weight are at most half a person in a million.
      #expect(try abs(error("FLOW_OUT", area, 2022, .origin)) < 1e-4)
      #expect(try abs(error("FLOW_IN", area, 2022, .destination)) < 1e-4)
    }
    let abai = try error("FLOW_OUT", "KZ10@2022-06-08", 2022, .population)
    #expect(abs(abai - -0.124) < 0.0005)
    let zhetysu = try error("FLOW_IN", "KZ33@2022-06-08", 2022, .population)
    #expect(abs(zhetysu - 0.664) < 0.0005)
    var worst: [Crosswalk.Weight: Double] = [:]
    for area in parts {
      let out = try error("FLOW_OUT", area, 2023, .origin)
      let outByPeople = try error("FLOW_OUT", area, 2023, .population)
      let arriving = try error("FLOW_IN", area, 2023, .destination)
      let arrivingByPeople = try error("FLOW_IN", area, 2023, .population)
      print(
        "crosswalk 2022 → 2023 \(area): departures flow \(percent(out)) population"
          + " \(percent(outByPeople)); arrivals flow \(percent(arriving)) population"
          + " \(percent(arrivingByPeople))")
      worst[.origin] = max(worst[.origin] ?? 0, abs(out), abs(arriving))
      worst[.population] = max(worst[.population] ?? 0, abs(outByPeople), abs(arrivingByPeople))
    }
    #expect(try #require(worst[.origin]) < #require(worst[.population]))
  }

  private func percent(_ share: Double) -> String { String(format: "%+.1f %%", 100 * share) }

  /// The numbers are invented and marked TEST.
  @Test func comparingBorderAndRegistrationArrivalsIsRefused() throws {
    var border = row("FLOW_IN", "KZ", "2024-Q1", 3_000_000, source: "TEST_border")
    border.concept = "CROSSING"
    border.durationDefinition = "D0"
    border.note = "TEST: invented"
    var registered = row("FLOW_IN", "KZ", "2024-Q1", 7000, source: "TEST_bns")
    registered.concept = "REG_PERM"
    registered.durationDefinition = "REGPERM"
    registered.note = "TEST: invented"
    let fault = #expect(throws: Fault.self) { try Comparability.require(border, registered) }
    #expect(fault?.code == "comparability.axis")
    #expect(fault?.arguments["axis"] == "CONCEPT")

    let comparison = """
        - id: arrivals
          type: cross_source
          severity: warn
          left: {SOURCE_ID: TEST_border}
          right: {SOURCE_ID: TEST_bns}
      """
    let report = try evaluate(comparison, [border, registered])
    let finding = try #require(report.outcome("arrivals")?.failures.first)
    #expect(finding.isRefusal && report.isFatal && report.quarantine.isEmpty)
    #expect(finding.detail.key == "rule.detail.incomparable")
    #expect(finding.detail.arguments["axis"] == "CONCEPT")

    // Declaring the difference bridged does not help: the book forbids it.
    let guarded = try evaluate(
      comparison
        + """

            across: [CONCEPT, DURATION_DEF]
            tol: {rel: 1}
          - id: guard
            type: incomparable
            severity: fatal
            left: {CONCEPT: CROSSING}
            right: {CONCEPT: REG_PERM}
        """, [border, registered])
    #expect(guarded.outcome("arrivals")?.passed == 1)
    #expect(guarded.outcome("guard")?.failed == 1)
    #expect(guarded.isFatal)
  }

  /// Release days are assumed and marked so in the table.
  @Test func aReadingKnowsTheReleaseOfItsTime() throws {
    let releases = try Tables.observations("data/external_releases.csv") { $0.isCumulative = true }
    func net(asOf instant: String) -> [Double?] {
      Vintages.latest(releases, asOf: Instant(instant)!)
        .filter { $0.measure == "NET" && $0.period == .year(2022) }.map(\.value)
    }
    #expect(net(asOf: "2023-03-01") == [-6946])
    #expect(net(asOf: "2024-03-01") == [-6722])
    let moved = Vintages.changes(
      releases, from: Instant("2023-03-01")!, to: Instant("2024-02-01")!)
    let change = try #require(
      moved.first { $0.observation.measure == "NET" && $0.observation.period == .year(2022) })
    #expect(change.reason == "revised" && change.difference == 224)
    #expect(moved.table().rowCount == moved.count)
  }
}
