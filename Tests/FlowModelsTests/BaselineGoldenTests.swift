import FlowModels
import Foundation
import Testing

/// Golden G23: rolling baselines, closed values (numpy).
struct BaselineGoldenTests {
  struct Expected {
    let forecaster: String
    let score: String
    let value: Double
  }

  static func expected(_ testCase: String) throws -> [Expected] {
    let file = try #require(
      Bundle.module.url(forResource: "References/flow_baselines", withExtension: "csv"))
    let text = try String(contentsOf: file, encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    return rows.filter { $0[0] == testCase }.map {
      Expected(forecaster: String($0[1]), score: String($0[2]), value: Double($0[3])!)
    }
  }

  static let scores: [String: @Sendable ([Double], [Double]) -> Double] = [
    "MAE": FlowScores.meanAbsoluteError, "RMSE": FlowScores.rootMeanSquare,
    "MAPE": { 100 * FlowScores.meanAbsolutePercentagePlusOne($0, $1) },
    "CPC": FlowScores.commonPart, "bias": FlowScores.bias, "logMAE": FlowScores.meanAbsoluteLog,
  ]

  static func forecaster(_ name: String) throws -> any FlowForecaster {
    if name == "mean2" { return MeanFlows(last: 2) }
    if name == "mean5" { return MeanFlows(last: 5) }
    return try #require(FlowForecasterCatalogue.forecaster(named: name))
  }

  /// - Returns: the largest deviation.
  func compare(_ panel: FlowPanel, _ name: String, origin: Int, horizon: Int) throws -> Double {
    let truth = panel.flows(in: origin + horizon)
    var worst = 0.0
    var count = 0
    for expected in try Self.expected(name) {
      let forecast = try FlowForecast(
        try Self.forecaster(expected.forecaster), panel.through(origin), horizon: horizon)
      let score = try #require(Self.scores[expected.score])
      let found = score(truth, forecast.medians)
      #expect(
        distance(found, expected.value) < 1e-9,
        "\(name) \(expected.forecaster) \(expected.score): \(found) not \(expected.value)")
      worst = max(worst, distance(found, expected.value))
      count += 1
    }
    #expect(count >= 12)
    return worst
  }

  @Test(arguments: [(2016, 1), (2016, 3), (2017, 1), (2017, 3), (2018, 1), (2019, 1)])
  func koreanBaselinesHaveTheirScores(_ origin: Int, _ horizon: Int) throws {
    guard let panel = try ForecastPanels.korea() else { return }
    let place = try #require(panel.periods.firstIndex(of: "\(origin)"))
    let worst = try compare(
      panel, "korea_\(origin)_h\(horizon)", origin: place, horizon: horizon)
    print("G23 Korea \(origin) h = \(horizon): largest deviation \(worst)")
  }

  @Test func centralAsianBaselinesHaveTheirScores() throws {
    guard let panel = ForecastPanels.centralAsia() else { return }
    print(
      "G23 Central Asia:", try compare(panel, "central_asia_2015", origin: 4, horizon: 1))
  }

  @Test func worldBaselinesHaveTheirScores() throws {
    let panel = try ForecastPanels.world(
      "bayesflow_abelcohen_da_pb_closed_v6.csv.gz", columns: ["orig", "dest", "year0", "flow"],
      years: ForecastPanels.fiveYears, isSeenOnly: true)
    guard let panel else { return }
    #expect(panel.pairs.count == 24_888)
    print("G23 world:", try compare(panel, "global_abelcohen_2015", origin: 4, horizon: 1))
  }

  /// Golden G18: persistence and the mean of five periods on both pairs of sources, errors of pairs and of
  /// the totals of countries.
  @Test func theHoldOutHasItsPersistence() throws {
    guard let panel = try ForecastPanels.pseudoBayes(),
      let later = try ForecastPanels.laterEdition()
    else { return }
    let truth = later.flows(in: 5)
    let lists = try NumberLists("tables")
    let cases: [(any FlowForecaster, FlowPanel, String)] = [
      (PersistentFlows(), panel, "holdout_persistence"),
      (PersistentFlows(), later.through(4), "holdout_persistence_same_source"),
      (MeanFlows(), panel, "holdout_mean5"),
    ]
    for (forecaster, panel, name) in cases {
      let medians = try FlowForecast(forecaster, panel, horizon: 1).medians
      let margins = FlowScores.marginErrors(
        truth, medians, pairs: panel.pairs, areas: panel.areas.count)
      let found = [
        "n": Double(medians.count), "MAE": FlowScores.meanAbsoluteError(truth, medians),
        "MAPE": 100 * FlowScores.meanAbsolutePercentagePlusOne(truth, medians),
        "MAE_in": margins.arrivals, "MAE_out": margins.departures, "MAE_net": margins.net,
      ]
      for (key, value) in found {
        let expected = try lists(name, key)[0]
        #expect(distance(value, expected) < 1e-9, "\(name) \(key): \(value)")
      }
    }
  }

  /// By hand: one move too many from the first area to the second, two too few from the third to the first.
  @Test func errorsOfTotalsAreThoseOfAreas() {
    let pairs = [(0, 1), (2, 0), (1, 2)].map { FlowPanel.Pair(origin: $0, destination: $1) }
    let found = FlowScores.marginErrors([5, 6, 7], [6, 4, 7], pairs: pairs, areas: 3)
    #expect(found.departures == 1 && found.arrivals == 1)
    #expect(abs(found.net - 2) < 1e-15)
  }
}
