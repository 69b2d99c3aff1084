import Demography
import Testing

@Suite struct TableTests {
  @Test func missingIsNotZero() {
    let table = Table(
      "t", [.real("value", [0, nil, .nan, 1.5]), .integer("count", [0, nil, 2, 3])])
    #expect(table.numbers("value") == [0, nil, nil, 1.5])
    #expect(table.texts("value") == ["0", nil, nil, "1.5"])
    #expect(table.numbers("count") == [0, nil, 2, 3])
  }

  @Test func filteringKeepsRowsTogether() {
    let table = Table("t", [.text("a", ["x", "y", "z"]), .real("b", [1, 2, 3])])
    let kept = table.filter { $0 != 1 }
    #expect(kept.texts("a") == ["x", "z"])
    #expect(kept.numbers("b") == [1, 3])
  }

  @Test func aFlowTableKeepsMissingApartFromZero() {
    var flows = FlowTable(areas: ["A", "B"], periods: [.year(2024)], kind: .observed)
    #expect(flows[from: 0, to: 1, in: 0] == nil)
    flows[from: 0, to: 1, in: 0] = 0
    #expect(flows[from: 0, to: 1, in: 0] == 0)
    #expect(flows.values[2] == 0)
    #expect(flows[from: 1, to: 0, in: 0] == nil)
  }

  @Test func theWeakestKindIsTheLargest() {
    #expect(max(Observation.Kind.observed, .modelled) == .modelled)
    #expect(Observation.Kind.allCases.sorted() == Observation.Kind.allCases)
  }

  @Test func everyColumnOfAnObservationHasAText() {
    var observation = Observation(
      measure: "NET", reporter: "KZ:BNS", period: .year(2022),
      vintage: Instant(Day(year: 2023, month: 2, day: 9)), value: -6946, source: "bns")
    observation.referenceArea = "KZ"
    #expect(observation[.value] == "-6946")
    #expect(observation[.period] == "2022")
    #expect(observation[.vintage] == "2023-02-09T00:00:00Z")
    #expect(Observation.Column.key.allSatisfy { !observation[$0].isEmpty })
    #expect(!observation.key.contains("2023-02-09"))
  }
}
