import Demography
import SeriesModels
import Testing

/// Drivers beside a long table and their futures.
@Suite struct DriverTableTests {
  private static let grid = HierarchyShapeTests.grid

  private static let history = grid([
    "unique_id,ds,y,wage,law", "a,2020,1,10,0", "a,2021,2,,1", "a,2022,3,12,1", "b,2020,4,20,0",
  ])

  @Test func columnsBesideTheSeriesAreItsDrivers() throws {
    #expect(DriverTable.columns(of: Self.history) == ["wage", "law"])
    let table = try DriverTable(Self.history, columns: ["wage", "law"])
    let series = try readSeries(Self.history, season: nil)
    let paths = table.paths(of: series[0])
    #expect(paths[0][0] == 10 && paths[0][1].isNaN && paths[0][2] == 12)
    #expect(paths[1] == [0, 1, 1])
    #expect(table.paths(of: series[1]) == [[20], [0]])
  }

  @Test func aFutureFollowsTheLastStepAndChangesNothingBefore() throws {
    let table = try DriverTable(Self.history, columns: ["wage"])
    let series = try readSeries(Self.history, season: nil)[0]
    let future = try DriverTable(
      Self.grid([
        "ds,plan,wage", "2022,low,99", "2023,low,13", "2024,low,14", "2023,high,15", "2025,high,17",
      ]), columns: ["wage"], scenario: "plan", isShared: true)
    #expect(future.scenarios == ["low", "high"])
    #expect(table.paths(of: series, future: future, scenario: "low")[0].suffix(3) == [12, 13, 14])
    let high = table.paths(of: series, future: future, scenario: "high")[0]
    #expect(high.count == 6 && high[3] == 15 && high[4].isNaN && high[5] == 17)
  }

  @Test func faultsOfATableAreToldTogether() throws {
    let faults = try #require(throws: Faults.self) {
      try DriverTable(
        Self.grid(["unique_id,ds,x", "a,2020,1", "a,soon,2", "a,2021,many", "a,2022", "a,2020,3"]),
        columns: ["x"])
    }
    #expect(
      faults.all.map(\.code)
        == ["series.period", "series.number", "series.cells", "series.duplicate"])
    let missing = try #require(throws: Faults.self) {
      try DriverTable(Self.grid(["ds,x", "2020,1"]), columns: ["x", "z"])
    }
    #expect(missing.all.map { $0.arguments["column"] } == ["unique_id", "z"])
  }
}
