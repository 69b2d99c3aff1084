import Demography
import Formats
import Harmony
import Testing

@Suite struct GapTests {
  private func duties(_ text: String) throws -> Duties {
    try Duties.read(readYAML(Array(text.utf8), file: "duties.yaml"))
  }

  private let file = """
    schema: agyn.duties/1
    duties:
      - agency: "KZ:BNS"
        indicator: arrivals
        title: {kk: к, ru: р, en: e}
        holds: yes
        measures: [FLOW_IN]
        from: 2024-Q1
        to: 2024-Q4
        areas: 2
        target: {CONCEPT: REG_PERM}
        lag_days: 45
        needed_by: [gravity, series]
      - {agency: "KZ:MIA", indicator: registrations, title: {kk: к, ru: р, en: e}, holds: unknown, measures: [FLOW_IN], from: 2024, lag_days: 45, needed_by: [gravity]}
      - {agency: "KZ:BORDER", indicator: registrations, title: {kk: к, ru: р, en: e}, holds: no, measures: [FLOW_IN], from: 2024, lag_days: 45}
    """

  private func arrival(_ area: String, _ period: String, released: String) -> Observation {
    var arrival = row("FLOW_IN", area, period, 10, vintage: released)
    arrival.concept = "REG_PERM"
    return arrival
  }

  @Test func aCellShowsItsWorstAxisAndTheKindOfGap() throws {
    var foreign = arrival("KZ11", "2024-Q4", released: "2025-01-20")
    foreign.concept = "_U"
    let rows = [
      arrival("KZ11", "2024-Q1", released: "2024-05-01"),
      arrival("KZ15", "2024-Q1", released: "2024-05-01"),
      arrival("KZ11", "2024-Q2", released: "2024-08-01"),
      arrival("KZ11", "2024-Q3", released: "2025-04-01"),
      arrival("KZ15", "2024-Q3", released: "2025-04-01"),
      foreign, arrival("KZ15", "2024-Q4", released: "2025-01-20"),
    ]
    let gaps = try GapMatrix(
      duties: duties(file), sources: [], observations: rows, vintages: rows,
      asOf: Instant("2025-10-15")!)
    let ours = gaps.cells.filter { $0.agency == "KZ:BNS" }
    #expect(ours.map(\.period) == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"])
    #expect(ours.map(\.state) == [.good, .partial, .partial, .partial])
    #expect(ours.map(\.worstAxis) == [nil, .availability, .timeliness, .definition])
    #expect(ours.map(\.gapType) == [nil, .missing, .periodMismatch, .undocumentedMethod])
    #expect(ours[1].availability == 0.5)
    #expect(ours[0].timelinessDays == 30)
    #expect(gaps.cells.filter { $0.agency == "KZ:MIA" }.map(\.state) == [.unknown])
    #expect(gaps.cells.filter { $0.agency == "KZ:BORDER" }.map(\.state) == [.none])
    #expect(gaps.tasks.map(\.agency) == ["KZ:BNS", "KZ:BNS", "KZ:BNS", "KZ:MIA"])
    #expect(gaps.tasks.last?.gapType == "undeclared")
    #expect(gaps.table().rowCount == gaps.cells.count)
    #expect(gaps.tasksTable().numbers("rank") == [1, 2, 3, 4])
  }

  @Test func nothingThereIsAbsentAndOtherSpansAreAMismatch() throws {
    let year = arrival("KZ11", "2024", released: "2025-01-20")
    let absent = try GapMatrix(
      duties: duties(file), sources: [], observations: [], vintages: [],
      asOf: Instant("2025-10-15")!)
    #expect(absent.cells.filter { $0.agency == "KZ:BNS" }.allSatisfy { $0.state == .absent })
    let other = try GapMatrix(
      duties: duties(file), sources: [], observations: [year], vintages: [year],
      asOf: Instant("2025-10-15")!)
    #expect(
      other.cells.filter { $0.agency == "KZ:BNS" }.allSatisfy { $0.gapType == .periodMismatch })
    #expect(other.cells.filter { $0.agency == "KZ:BNS" }.allSatisfy { $0.state == .partial })
  }

  @Test func whatIsNotYetDueIsNotAsked() throws {
    let early = try GapMatrix(
      duties: duties(file), sources: [], observations: [], vintages: [],
      asOf: Instant("2024-08-14")!)
    #expect(early.cells.map(\.period) == ["2024-Q1"])
  }

  @Test func allFaultsOfADutiesFileAreToldTogether() {
    let faults = #expect(throws: Faults.self) {
      try duties(
        """
        schema: agyn.duties/2
        duties:
          - {agency: "KZ:MIA", indicator: i, title: {kk: к, ru: р, en: e}, holds: perhaps, from: 2024, lag_days: 45}
          - {agency: "KZ:MIA", indicator: i, title: {kk: к, ru: р, en: e}, holds: yes, from: soon, lag_days: 45, laag: 3}
        """)
    }
    #expect(
      faults?.all.map(\.code)
        == ["duty.schema", "rule.field_wrong", "rule.field_wrong", "key.unknown"])
  }
}
