import Demography
import Harmony
import Testing

@Suite struct PanelTests {
  @Test func stocksOnTheFirstDayBelongToThePeriodAndKindsAreKept() throws {
    var estimate = row("POP", "KZ15", "2024-01-01", 2)
    estimate.kind = .modelled
    estimate.multiplier = 3
    let panel = try PanelBuilder.panel(
      [row("POP", "KZ11", "2023-01-01", 1), estimate, row("NET", "KZ11", "2024", 5)],
      variables: [
        PanelVariable("population", .isOne(of: ["POP"], .measure)),
        PanelVariable("net", .isOne(of: ["NET"], .measure)),
      ], areas: ["KZ11", "KZ15"], periods: [.year(2023), .year(2024)])
    #expect(panel["population", area: 0, period: 0] == 1)
    #expect(panel["population", area: 1, period: 1] == 2000)
    #expect(panel["population", area: 0, period: 1] == nil)
    #expect(panel.kind(of: "population") == .modelled && panel.kind(of: "net") == .observed)
  }

  @Test func twoClaimsToOneCellAndMixedDefinitionsAreRefused() {
    var other = row("NET", "KZ11", "2024", 6, source: "b")
    let variable = PanelVariable("net", .isOne(of: ["NET"], .measure))
    let twice = #expect(throws: Faults.self) {
      try PanelBuilder.panel(
        [row("NET", "KZ11", "2024", 5), other], variables: [variable], areas: ["KZ11"],
        periods: [.year(2024)])
    }
    #expect(twice?.all.map(\.code) == ["panel.duplicate"])
    other.referenceArea = "KZ15"
    other.concept = "CROSSING"
    let mixed = #expect(throws: Faults.self) {
      try PanelBuilder.panel(
        [row("NET", "KZ11", "2024", 5), other], variables: [variable], areas: ["KZ11", "KZ15"],
        periods: [.year(2024)])
    }
    #expect(mixed?.all.map(\.code) == ["comparability.axis"])
    let empty = #expect(throws: Faults.self) {
      try PanelBuilder.panel([], variables: [variable], areas: ["KZ11"], periods: [.year(2024)])
    }
    #expect(empty?.all.map(\.code) == ["panel.empty"])
  }

  @Test func flowsStandOriginFastest() throws {
    let table = try PanelBuilder.flows(
      [flow("A", "B", "2024", 3), flow("B", "A", "2024", nil), flow("A", "Z", "2024", 9)],
      where: .isOne(of: ["FLOW_OD"], .measure), areas: ["A", "B"], periods: [.year(2024)])
    #expect(table[from: 0, to: 1, in: 0] == 3)
    #expect(table[from: 1, to: 0, in: 0] == nil && table[from: 0, to: 0, in: 0] == nil)
    #expect(table.values[2] == 3)
  }
}
