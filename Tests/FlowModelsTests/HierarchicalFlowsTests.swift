import Demography
import FlowModels
import Foundation
import Kernel
import Testing

struct HierarchicalFlowsTests {
  static let quick = HierarchicalFlows(
    plan: SamplingPlan(warmup: 300, draws: 300), trajectories: 600, seed: 4)

  /// Four areas over ten years; flows of an origin wander together.
  static func panel(_ missing: Set<Int> = []) -> FlowPanel {
    let pairs = (0..<4).flatMap { i in
      (0..<4).filter { $0 != i }.map { FlowPanel.Pair(origin: i, destination: $0) }
    }
    var stream = RandomStream(seed: 9, stream: "test.panel", unit: "", draw: 0, time: 0)
    var rates = [5.0, 6, 7, 8]
    let flows = (0..<10).flatMap { _ -> [Double] in
      for i in 0..<4 { rates[i] += 0.1 * stream.normal() }
      return pairs.map { pair in
        (exp(rates[pair.origin] + 0.5 * Double(pair.destination) + 0.1 * stream.normal())).rounded()
      }
    }
    return FlowPanel(
      areas: ["A", "B", "C", "D"], pairs: pairs, periods: (2010...2019).map(String.init),
      flows: flows.enumerated().map { missing.contains($0.offset) ? .nan : $0.element })
  }

  @Test func netsSumToZeroInEveryDraw() throws {
    let draws = try Self.quick.sample(after: Self.panel(), horizon: 1)
    #expect(draws.count == 600)
    var nets = [Double](repeating: 0, count: draws.count)
    for area in 0..<4 {
      let (arrivals, departures) = draws.totals(area: area)
      for k in nets.indices { nets[k] += arrivals[k] - departures[k] }
    }
    #expect(nets.allSatisfy { $0 == 0 })
    #expect(draws.flows(pair: 3).allSatisfy { $0 >= 0 && $0 == $0.rounded() })
  }

  @Test func theChainsMixAndTheForecastIsNearTheLastFlows() throws {
    let panel = Self.panel()
    let draws = try HierarchicalFlows(seed: 4)
      .sample(after: panel, horizon: 1)
    #expect(draws.report.hasMixed, "\(draws.report)")
    let forecast = FlowForecast("hierarchical", horizon: 1, draws: draws)
    for pair in panel.pairs.indices {
      let interval = try #require(forecast.interval(pair: pair, coverage: 0.95))
      #expect(interval.contains(panel.flows(in: 9)[pair]))
      #expect(abs(log(forecast.medians[pair] / panel.flows(in: 9)[pair])) < 0.6)
    }
  }

  /// What is further away is less certain.
  @Test func uncertaintyGrowsWithTheHorizon() throws {
    let panel = Self.panel()
    let (near, far) = (
      try Self.quick.sample(after: panel, horizon: 1),
      try Self.quick.sample(after: panel, horizon: 6)
    )
    for area in 0..<4 {
      let widths = [near, far].map { draws -> Double in
        let q = Statistics.quantiles(draws.totals(area: area).departures, [0.1, 0.9])
        return log(q[1] / q[0])
      }
      #expect(widths[1] > widths[0])
    }
  }

  /// A rate is known where all flows of the area are; a missing flow is imputed, not zero.
  @Test func aMissingFlowDoesNotEmptyTheForecast() throws {
    let panel = Self.panel([9 * 12, 4 * 12 + 5])
    let draws = try Self.quick.sample(after: panel, horizon: 1)
    let whole = try Self.quick.sample(after: Self.panel(), horizon: 1)
    for pair in panel.pairs.indices {
      let medians = [draws, whole].map { $0.quantiles(pair: pair, [0.5])?[0] ?? .nan }
      #expect(abs(log(medians[0] / medians[1])) < 0.5)
    }
  }

  /// Twice the people at risk, twice the flows, on the same draws but for rounding and ½ a person.
  @Test func flowsFollowTheExposure() throws {
    let panel = Self.panel()
    func exposure(_ future: Double) -> FlowExposure {
      let years = (2010...2019).map { ("\($0)", 1e5) } + [("2020", future)]
      let values = Dictionary(uniqueKeysWithValues: years)
      return FlowExposure(["A": values, "B": values, "C": values, "D": values])
    }
    var model = Self.quick
    model.exposure = exposure(1e5)
    let same = try model.sample(after: panel, horizon: 1)
    model.exposure = exposure(2e5)
    let double = try model.sample(after: panel, horizon: 1)
    for area in 0..<4 {
      let (one, two) = (same.totals(area: area).departures, double.totals(area: area).departures)
      #expect(zip(one, two).allSatisfy { abs($1 - 2 * $0) <= 2 })
    }
    #expect(throws: Faults.self) { try model.sample(after: panel, horizon: 2) }
  }

  @Test func theSameSeedGivesTheSameDraws() throws {
    let panel = Self.panel()
    let first = try Self.quick.sample(after: panel, horizon: 2)
    let second = try Self.quick.sample(after: panel, horizon: 2)
    for pair in panel.pairs.indices { #expect(first.flows(pair: pair) == second.flows(pair: pair)) }
  }

  /// A draw of a flow is keyed by draw, period and pair: neither threads nor the other periods change it.
  @Test func drawsAreTheSameForAnyThreadsAndPeriods() throws {
    let panel = Self.panel([7])
    let model = HierarchicalFlows(
      plan: SamplingPlan(chains: 2, warmup: 100, draws: 100), trajectories: 120, seed: 6)
    let tables = try [1, 2, 3].map { threads in
      FlowDraws.table(
        try model.sample(after: panel, horizons: 1...3, threads: threads), after: panel, from: 1)
    }
    #expect(tables[0] == tables[1] && tables[0] == tables[2])
    let alone = try model.sample(after: panel, horizon: 3)
    let third = tables[0].filter { tables[0].numbers("horizon")[$0] == 3 }
    #expect(third.rowCount == 120 * panel.pairs.count)
    let values = third.numbers("value")
    for (k, pair) in panel.pairs.indices.enumerated() {
      let own = (0..<120).map { values[$0 * panel.pairs.count + k] }
      #expect(own == alone.flows(pair: pair).map { Optional($0) })
    }
    #expect(Set(tables[0].texts("period")) == ["2020", "2021", "2022"])
    #expect(Set(tables[0].texts("kind")) == ["simulated"])
    #expect(tables[0].numbers("draw").first == 1 && tables[0].numbers("draw").last == 120)
  }

  /// What a baseline follows: departures a person at risk, draw by draw the sums of the flows.
  @Test func departuresArePathsOfRates() throws {
    let panel = Self.panel()
    var model = HierarchicalFlows(
      plan: SamplingPlan(chains: 2, warmup: 100, draws: 100), trajectories: 50, seed: 6)
    let values = Dictionary(uniqueKeysWithValues: (2010...2021).map { ("\($0)", 1e5) })
    let exposure = FlowExposure(["A": values, "B": values, "C": values, "D": values])
    model.exposure = exposure
    let paths = try model.sample(after: panel, horizons: 1...2)
    let table = try #require(
      FlowDraws.departurePaths(paths, after: panel, from: 1, exposure: exposure))
    #expect(table.rowCount == 4 * (10 + 50 * 2))
    let rows = (0..<table.rowCount).map { k in
      (
        area: table.texts("unique_id")[k], year: table.texts("ds")[k],
        draw: table.numbers("draw")[k], y: table.numbers("y")[k]
      )
    }
    let observed = panel.pairs.indices.filter { panel.pairs[$0].origin == 1 }
      .reduce(0) { $0 + panel.flows(in: 4)[$1] }
    #expect(
      rows.contains {
        $0.area == "B" && $0.year == "2014" && $0.draw == nil && $0.y == observed / 1e5
      })
    let departures = paths[1].totals(area: 2).departures
    #expect(
      rows.contains {
        $0.area == "C" && $0.year == "2021" && $0.draw == 7 && $0.y == departures[6] / 1e5
      })
  }

  /// The flows of a pair are its draws, per person at risk in the origin.
  @Test func pairsArePathsOfRates() throws {
    let panel = Self.panel()
    let paths = try Self.quick.sample(after: panel, horizons: 1...2)
    let table = try #require(FlowDraws.pairPaths(paths, after: panel, from: 1, exposure: nil))
    let count = paths[0].count
    #expect(table.rowCount == panel.pairs.count * (10 + count * 2))
    let (ids, years) = (table.texts("unique_id"), table.texts("ds"))
    let (draws, values) = (table.numbers("draw"), table.numbers("y"))
    let pair = panel.pairs[3]
    let id = panel.areas[pair.origin] + ">" + panel.areas[pair.destination]
    let own = (0..<table.rowCount).filter {
      ids[$0] == id && years[$0] == "2021" && draws[$0] != nil
    }
    #expect(own.map { values[$0] } == paths[1].flows(pair: 3).map { Optional($0) })
    let seen = try #require((0..<table.rowCount).first { ids[$0] == id && years[$0] == "2014" })
    #expect(values[seen] == panel.flows(in: 4)[3] && draws[seen] == nil)
  }

  @Test func oneOriginIsTooFew() throws {
    let panel = FlowPanel(
      areas: ["A", "B", "C"],
      pairs: [.init(origin: 0, destination: 1), .init(origin: 0, destination: 2)],
      periods: ["1", "2"], flows: [1, 2, 3, 4])
    let faults = try #require(
      #expect(throws: Faults.self) { try Self.quick.sample(after: panel, horizon: 1) })
    #expect(faults.description == "forecast.one-origin(areas: 1)")
  }

  /// A sampler that failed once gave no scores, no fault and no doubt.
  @Test func whyThereAreNoDrawsIsSaidByForecastsAndBacktests() throws {
    let panel = Self.panel()
    var model = Self.quick
    model.exposure = FlowExposure(["A": ["2010": 1e5]])
    let why = try #require(
      #expect(throws: Faults.self) { try model.sample(after: panel.through(7), horizon: 1) })
    let backtest = FlowBacktest(horizon: 1, origins: [7, 8])
    for found in [
      #expect(throws: Faults.self) {
        try FlowForecast(model, panel.through(7), horizon: 1)
      },
      #expect(throws: Faults.self) { try backtest.run([ReversionFlows(), model], on: panel) },
    ] {
      #expect(found?.description == why.description)
    }
  }

  /// Four joint draws of flows were once exact copies of each of a hundred draws of the parameters.
  @Test func moreTrajectoriesThanDrawsAreNoCopies() throws {
    let panel = Self.panel()
    let draws = try HierarchicalFlows(
      plan: SamplingPlan(chains: 1, warmup: 100, draws: 100), trajectories: 400, seed: 4
    ).sample(after: panel, horizon: 1)
    let flows = panel.pairs.indices.map { draws.flows(pair: $0) }
    #expect(Set((0..<400).map { k in flows.map { $0[k] } }).count == 400)
    // Four trajectories of one draw have its parameters and differ by their noise alone: as wide as all.
    let totals = draws.totals(area: 0).departures.map { log($0) }
    let within = stride(from: 0, to: 400, by: 4).map {
      Statistics.variance(Array(totals[$0..<$0 + 4]))
    }
    #expect(Statistics.mean(within) > 0.3 * Statistics.variance(totals))
  }

  /// An area that nobody was seen to leave has no forecast; the others have.
  @Test func anAreaNobodyLeftHasNoForecast() throws {
    let pairs = (0..<3).flatMap { i in
      (0..<3).filter { $0 != i }.map { FlowPanel.Pair(origin: i, destination: $0) }
    }
    let panel = FlowPanel(
      areas: ["A", "B", "C"], pairs: pairs, periods: ["1", "2", "3"],
      flows: [90, 10, 200, 50, 0, 0, 80, 20, 250, 60, 0, 0, 100, 9, 190, 44, 0, 0])
    let draws = try Self.quick.sample(after: panel, horizon: 1)
    let known = pairs.indices.map { draws.quantiles(pair: $0, [0.5]) != nil }
    #expect(known == [true, true, true, true, false, false])
  }

  /// Scores beside the mandatory lines: in Central Asia, five years ahead from 2010, ranked probability
  /// below that of the drift; level with the mean's, 10,870 to 11,020 by seed and draws against 10,949,
  /// and above that of persistence, 8,885.
  @Test func centralAsiaIsScoredByItsDraws() throws {
    guard let panel = ForecastPanels.centralAsia() else { return }
    let result = try FlowBacktest(horizon: 1, origins: [4]).run([Self.quick], on: panel)
    for line in result.lines {
      print(
        "Central Asia", line.forecaster, line.mean(\.meanAbsoluteError),
        line.mean(\.rankedProbability), line.mean(\.coverage80), line.mean(\.coverage95))
    }
    let own = try #require(result.line("hierarchical"))
    #expect(own.origins[0].count == panel.pairs.count)
    #expect(own.mean(\.rankedProbability).isFinite)
    let drift = try #require(result.line("log_drift"))
    #expect(own.mean(\.rankedProbability) < drift.mean(\.rankedProbability))
    #expect(own.origins[0].constants.contains { $0.name == "phi" })
  }
}
