import Demography
import FlowModels
import Testing

struct FlowForecastTests {
  private func panel(_ text: String) throws -> FlowPanel {
    try FlowPanel(FlowData(grid: SharedData.grid(text: text, file: "flows.csv")))
  }

  @Test func aMissingFlowIsNotZero() throws {
    let panel = try panel(
      "orig,dest,year,flow\nA,B,2001,4\nB,A,2001,6\nA,B,2002,NA\nB,A,2003,8\nA,A,2001,99\n")
    #expect(panel.periods == ["2001", "2002", "2003"])
    #expect(panel.pairs.count == 2)
    // B → A stands first: pairs go by destination.
    #expect(try FlowForecast(PersistentFlows(), panel, horizon: 1).medians == [8, 4])
    #expect(try FlowForecast(MeanFlows(), panel, horizon: 1).medians == [7, 4])
  }

  @Test func unevenPeriodsAndRepeatedRowsAreNamed() throws {
    let uneven = try #require(
      #expect(throws: Faults.self) {
        try panel("orig,dest,year,flow\nA,B,2001,4\nA,B,2002,4\nA,B,2004,4\n")
      })
    #expect(uneven.description == "forecast.uneven(next: 2004, period: 2002, step: 2002)")
    let twice = try #require(
      #expect(throws: Faults.self) {
        try panel("orig,dest,year,flow\nA,B,2001,4\nA,B,2001,5\n")
      })
    #expect(
      twice.description
        == "forecast.row-twice(destination: B, origin: A, period: 2001) flows.csv:3:10")
  }

  /// Every forecaster that learns from its errors keeps a panel in which nothing moves, as it is and for
  /// certain.
  @Test func whatNeverMovesStays() throws {
    let flows: [Double] = [10, 20, 30, 40, 50, 60]
    let pairs = (0..<3).flatMap { i in
      (0..<3).filter { $0 != i }.map { FlowPanel.Pair(origin: i, destination: $0) }
    }
    let panel = FlowPanel(
      areas: ["A", "B", "C"], pairs: pairs, periods: ["1", "2", "3", "4"],
      flows: Array([[Double]](repeating: flows, count: 4).joined()))
    for forecaster in FlowForecasterCatalogue.pointwise {
      let forecast = try FlowForecast(forecaster, panel, horizon: 1)
      for (pair, flow) in flows.enumerated() {
        #expect(abs(forecast.medians[pair] - flow) < 1e-9 * flow, "\(forecaster.card.id)")
        let interval = forecast.interval(pair: pair, coverage: 0.95)
        #expect(interval.map { abs($0.upperBound - flow) < 1e-9 * flow } == true)
      }
    }
  }

  /// One past origin proves nothing: reversion is persistence.
  @Test func withOneOriginReversionIsPersistence() throws {
    let panel = FlowPanel(
      areas: ["A", "B"],
      pairs: [.init(origin: 0, destination: 1), .init(origin: 1, destination: 0)],
      periods: ["1", "2", "3"], flows: [10, 10, 40, 5, 10, 10])
    #expect(try FlowForecast(ReversionFlows(), panel, horizon: 1).medians == [10, 10])
  }

  /// Flows that jump and fall back at every origin revert by the share (n − 1)/n of what would have
  /// been best.
  @Test func jumpsThatAlwaysFellBackAreExpectedToFallBack() throws {
    let flows = [100.0, 400, 100, 400, 100, 400].flatMap { [$0, 90_000 - $0] }
    let panel = FlowPanel(
      areas: ["A", "B"],
      pairs: [.init(origin: 0, destination: 1), .init(origin: 1, destination: 0)],
      periods: (1...6).map { "\($0)" }, flows: flows)
    let forecast = try FlowForecast(ReversionFlows(), panel, horizon: 1)
    #expect(forecast.medians[0] < 400 && forecast.medians[0] > 100)
    let constants = Dictionary(uniqueKeysWithValues: forecast.constants.map { ($0.name, $0.value) })
    #expect(constants["origins"] == 4)
    #expect((constants["weight"] ?? 0) > 0 && (constants["weight"] ?? 1) <= 0.75)
  }

  @Test func theMandatoryBaselinesAreLinesOfEveryBacktest() throws {
    let panel = FlowPanel(
      areas: ["A", "B"],
      pairs: [.init(origin: 0, destination: 1), .init(origin: 1, destination: 0)],
      periods: ["1", "2", "3", "4"], flows: [10, 20, 12, 22, 11, 25, 14, 21])
    let result = try FlowBacktest(horizon: 1, origins: [1, 2]).run([LogTrendFlows()], on: panel)
    #expect(
      result.lines.map(\.forecaster) == ["persistence", "mean_all", "log_drift", "log_trend"])
    // Origins 2 and 3: |11 − 12|, |25 − 22|; |14 − 11|, |21 − 25|.
    #expect(result.lines[0].origins.map(\.meanAbsoluteError) == [2, 3.5])
    #expect(
      result.lines[0].standardError(\.meanAbsoluteError, horizon: 1) == 0.75 / 2.0.squareRoot())
    // Differences mean − persistence by hand: means 11, 21 and 11, 22⅓.
    let comparison = result.comparison(of: "mean_all", with: "persistence")
    let expected: Double = (-1 + 1 + 0 - 8.0 / 3) / 4
    #expect(abs((comparison?.difference ?? .nan) - expected) < 1e-12)
    #expect(comparison?.areas == 2 && comparison?.count == 4)
  }
}
