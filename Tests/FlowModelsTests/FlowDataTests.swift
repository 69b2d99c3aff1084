import Demography
import FlowModels
import Testing

struct FlowDataTests {
  private func data(_ text: String) throws -> FlowData {
    try FlowData(grid: SharedData.grid(text: text, file: "flows.csv"))
  }

  private func faults(_ text: String, _ formula: String) throws -> [String] {
    let data = try data(text)
    let faults = try #require(
      #expect(throws: Faults.self) {
        try PoissonFlowModel().fit(Formula.parse(formula), data, RegressionOptions())
      })
    return faults.all.map(\.description)
  }

  @Test func everyCellThatIsNoNumberIsNamed() throws {
    let found = try faults("orig,flow,d\nA,1 200,3\nB,12,x\nC,5,1\n", "flow ~ d")
    #expect(
      found == [
        "flows.not-a-number(column: flow, found: 1 200) flows.csv:2:3",
        "flows.not-a-number(column: d, found: x) flows.csv:3:6",
      ])
  }

  @Test func aNegativeFlowIsRefusedWithItsPlace() throws {
    let found = try faults("flow,d\n4,3\n-2,2\n5,1\n", "flow ~ d")
    #expect(found == ["flows.negative(column: flow, found: -2) flows.csv:3:1"])
  }

  @Test func aNegativeFlowIsToldWithTheOtherFaultsOfTheFile() throws {
    let found = try faults("flow,d\nx,3\n-2,2\n5,1\n", "flow ~ d")
    #expect(
      found == [
        "flows.not-a-number(column: flow, found: x) flows.csv:2:1",
        "flows.negative(column: flow, found: -2) flows.csv:3:1",
      ])
  }

  @Test func aMisspeltColumnIsNamedWithTheNearestOne() throws {
    let found = try faults("flow,distance\n4,3\n2,2\n5,1\n", "flow ~ log(distnace)")
    #expect(
      found == [
        "flows.column-unknown(column: distnace, known: flow, distance, nearest: distance) "
          + "formula:1:12"
      ])
  }

  @Test func missingValuesAndLogarithmsOfZeroAreListedNotHidden() throws {
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d)"),
      data("flow,d\n4,3\n,2\n5,1\n3,0\n2,5\n7,NA\n1,8\n"), RegressionOptions())
    #expect(
      fit.dropped == [
        DroppedRows(.missing, lines: [3, 7]), DroppedRows(.notFinite, lines: [5]),
      ])
    #expect(fit.observations == 4)
  }

  @Test func aFilterKeepsTheRowsThatMeetIt() throws {
    let all = try data("orig,dest,year,flow\nA,A,2020,9\nA,B,2020,4\nB,A,2019,3\nB,A,2020,5\n")
    let kept = try all.filtered(by: RowFilter.parse("year >= 2020 & orig != dest"))
    #expect((0..<kept.count).map { kept.line(of: $0) } == [3, 5])
    let quoted = try all.filtered(by: RowFilter.parse("orig == 'A'"))
    #expect(quoted.count == 2)
    #expect(throws: Faults.self) { try RowFilter.parse("year 2020") }
    #expect(throws: Faults.self) { try all.filtered(by: RowFilter.parse("yaer == 2020")) }
  }

  @Test func raggedRowsAndRepeatedNamesAreRefusedTogether() throws {
    let faults = try #require(
      #expect(throws: Faults.self) { try data("a,b,a\n1,2,3\n1,2\n") })
    #expect(faults.all.map(\.code) == ["flows.column-twice", "flows.ragged"])
  }
}
