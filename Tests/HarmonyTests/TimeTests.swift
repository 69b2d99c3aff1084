import Demography
import Harmony
import Testing

@Suite struct TimeTests {
  @Test func onlyCompletePeriodsAreAddedUp() throws {
    let months = (1...5).map { row("FLOW_IN", "KZ11", "2024-0\($0)", Double($0)) }
    let made = TimeAggregation.aggregate(months, to: "Q", toolVersion: "1")
    #expect(made.observations.map(\.period) == [.quarter(2024, 1)])
    #expect(made.observations.map(\.value) == [6])
    #expect(made.observations[0].kind == .derived)
    #expect(made.observations[0].lineage == made.lineage[0].id)
    #expect(made.incomplete.map(\.period) == [.quarter(2024, 2)])
    #expect(made.incomplete.map(\.present) == [2] && made.incomplete.map(\.expected) == [3])
  }

  @Test func aMissingMonthMakesTheQuarterMissing() {
    var months = (1...3).map { row("FLOW_IN", "KZ11", "2024-0\($0)", Double($0)) }
    months[1].value = nil
    let made = TimeAggregation.aggregate(months, to: "Q", toolVersion: "1")
    #expect(made.observations.isEmpty && made.incomplete.map(\.present) == [2])
  }

  @Test func theYearsOfTheMarginsAreTheSumsOfTheirMonths() throws {
    let made = try TimeAggregation.aggregate(Tables.margins(), to: "A", toolVersion: "1")
    let arrivals = made.observations.filter { $0.measure == "FLOW_IN" }
    #expect(arrivals.count == 20 && made.incomplete.isEmpty)
    // BNS: internal moves registered in 2024.
    #expect(arrivals.compactMap(\.value).reduce(0, +) == 1_510_337)
  }

  private func release(_ period: String, _ value: Double) -> Observation {
    var release = row("FLOW_IN", "KZ", period, value)
    release.isCumulative = true
    return release
  }

  /// BNS, external arrivals of 2022 as released through the year.
  @Test func yearToDateReleasesAreTakenApartAndGapsStayConstraints() {
    let made = Decumulation.decumulate(
      [
        release("2022-Q1", 4108), release("2022-01-01/P4M", 5122),
        release("2022-01-01/P6M", 7287), release("2022", 17_293), release("2023-Q1", 7680),
      ], months: 3, toolVersion: "1")
    #expect(
      made.observations.map(\.period)
        == [.quarter(2022, 1), .quarter(2022, 2), .quarter(2023, 1)])
    #expect(made.observations.map(\.value) == [4108, 3179, 7680])
    #expect(made.observations.allSatisfy { !$0.isCumulative && $0.kind == .derived })
    #expect(made.constraints.map(\.total) == [1014, 10_006])
    #expect(
      made.constraints.map(\.span) == [.month(2022, 4), Period("2022-07-01/P6M")!])
    #expect(made.lineage.count == 5)
  }

  @Test func decumulatedQuartersAddUpToTheYear() {
    let made = Decumulation.decumulate(
      [
        release("2024-Q1", 10), release("2024-01-01/P6M", 25), release("2024-01-01/P9M", 27),
        release("2024", 40),
      ], months: 3, toolVersion: "1")
    #expect(made.observations.compactMap(\.value) == [10, 15, 2, 13])
    #expect(made.constraints.isEmpty)
    let year = TimeAggregation.aggregate(made.observations, to: "A", toolVersion: "1")
    #expect(year.observations.map(\.value) == [40])
  }

  @Test func lineageIsTheSameForTheSameStepAndDiffersOtherwise() {
    let a = Lineage(step: "s", parameters: ["p": "1"], inputs: ["x", "y"], toolVersion: "1")
    let b = Lineage(step: "s", parameters: ["p": "1"], inputs: ["y", "x", "x"], toolVersion: "1")
    #expect(a == b && a.id.count == 64)
    let others = [
      Lineage(step: "t", parameters: ["p": "1"], inputs: ["x", "y"], toolVersion: "1"),
      Lineage(step: "s", parameters: ["p": "2"], inputs: ["x", "y"], toolVersion: "1"),
      Lineage(step: "s", parameters: ["p": "1"], inputs: ["xy"], toolVersion: "1"),
      Lineage(step: "s", parameters: ["p": "1"], inputs: ["x", "y"], toolVersion: "2"),
      Lineage(step: "s", parameters: [:], inputs: ["p", "1", "x", "y"], toolVersion: "1"),
    ]
    #expect(Set(others.map(\.id) + [a.id]).count == 6)
  }
}
