import Demography
import FlowModels
import Foundation
import Testing

/// Golden case G22 (closed forms in numpy on statsmodels coefficients) and laws of closures.
struct FlowScenarioTests {
  private let road = [
    FlowShock("there", .cost, .times(0.8), origins: ["AT12"], destinations: ["AT13"]),
    FlowShock("back", .cost, .times(0.8), origins: ["AT13"], destinations: ["AT12"]),
  ]

  private func sums(_ values: [Double], _ n: Int) -> (rows: [Double], columns: [Double]) {
    var rows = [Double](repeating: 0, count: n)
    var columns = rows
    for k in values.indices {
      rows[k % n] += values[k]
      columns[k / n] += values[k]
    }
    return (rows, columns)
  }

  @Test func aShorterRoadMovesTheFlowsOfEveryClosureAsInNumpy() throws {
    guard let austria = try Austria.read(),
      let grid = SharedData.grid(
        "golden/flows/expected/G22_austria_scenario_cost_AT12_AT13_minus20pct.csv"),
      let golden = try SharedData.json("golden/flows/expected/G22_G23_scenarios_backtests.json")
    else { return }
    let scenario = try FlowScenario(
      ScenarioBaseline(austria.fit(.doubly, .power)), shocks: road)
    let totals = try #require(
      (golden["scenario_austria"] as? [String: Any])?["totals"] as? [String: Double])
    for (closure, column, key) in [
      (ScenarioClosure.partial, 4, "partial"), (.production, 5, "production"),
      (.doubly, 6, "doubly"),
    ] {
      let found = try scenario.flows(closure)
      for row in grid.rows.dropFirst() {
        let value = try #require(Double(row.cells[column]))
        let flow = found[austria.cell(row.cells[0], row.cells[1])]
        #expect(distance(flow, value) < 1e-8, "\(closure)")
      }
      let total = found.reduce(0, +)
      #expect(distance(total, try #require(totals[key])) < 1e-8)
    }
  }

  @Test func aRegionThatGrowsDrawsFromTheOthersAsInNumpy() throws {
    guard let austria = try Austria.read(),
      let golden = try SharedData.json("golden/flows/expected/G22_G23_scenarios_backtests.json")
    else { return }
    let expected = try #require(golden["scenario_AT32_mass_plus15pct"] as? [String: Any])
    let fit = try austria.fit(.production, .power)
    let scenario = try FlowScenario(
      ScenarioBaseline(fit),
      shocks: [FlowShock("jobs", .destinationMass, .times(1.15), destinations: ["AT32"])])
    let before = try #require(expected["inflow_baseline"] as? [Double])
    let after = try #require(expected["inflow_scenario"] as? [Double])
    for (found, value) in zip(sums(fit.fitted, 9).columns, before) {
      #expect(distance(found, value) < 1e-8)
    }
    for (found, value) in zip(sums(try scenario.flows(.production), 9).columns, after) {
      #expect(distance(found, value) < 1e-8)
    }
  }

  /// The same by the regression: coefficients, covariance and rows of the Poisson fit.
  @Test func aRegressionAnswersAsTheModelOfInteraction() throws {
    guard let austria = try Austria.read() else { return }
    let open = austria.table.isOpen.indices.filter { austria.table.isOpen[$0] }
    let names = austria.table.origins
    let data = FlowData(columns: [
      ("from", open.map { names[$0 % 9] }), ("to", open.map { names[$0 / 9] }),
      ("flow", open.map { "\(austria.flows[$0])" }),
      ("d", open.map { "\(austria.distances[$0])" }),
    ])
    let fit = try PoissonFlowModel().fit(
      Formula.parse("flow ~ log(d) | from + to"), data,
      RegressionOptions(covariance: .iid, smallSample: .none))
    let other = try FlowScenario(
      ScenarioBaseline(fit, data: data, origin: "from", destination: "to"),
      shocks: road.map {
        FlowShock(
          $0.id, .covariate("d"), $0.change, origins: $0.origins, destinations: $0.destinations)
      })
    let scenario = try FlowScenario(ScenarioBaseline(austria.fit(.doubly, .power)), shocks: road)
    for closure in ScenarioClosure.allCases {
      for (a, b) in zip(try scenario.flows(closure), try other.flows(closure)) {
        #expect(distance(a, b) < 1e-7)
      }
      let one = try scenario.draws(closure, count: 20, seed: 5).tables
      let two = try other.draws(closure, count: 20, seed: 5).tables
      for (x, y) in zip(one, two) {
        for (a, b) in zip(x, y) { #expect(distance(a, b) < 1e-6) }
      }
    }
    #expect(throws: Faults.self) {
      try FlowScenario(other.baseline, shocks: [FlowShock("x", .covariate("pop"), .plus(1))])
    }
  }

  @Test func closuresHoldWhatTheySay() throws {
    guard let austria = try Austria.read() else { return }
    let baseline = try ScenarioBaseline(austria.fit(.doubly, .exponential))
    let scenario = try FlowScenario(baseline, shocks: road)
    let before = sums(baseline.flows, 9)
    for closure in ScenarioClosure.allCases {
      let after = sums(try scenario.flows(closure), 9)
      if closure == .production || closure == .doubly {
        for (a, b) in zip(after.rows, before.rows) { #expect(abs(a / b - 1) < 1e-12) }
      }
      if closure == .attraction || closure == .doubly {
        for (a, b) in zip(after.columns, before.columns) { #expect(abs(a / b - 1) < 1e-12) }
      }
    }
    // No shock, no change.
    let still = try FlowScenario(baseline, shocks: [])
    for closure in ScenarioClosure.allCases {
      for (a, b) in zip(try still.flows(closure), baseline.flows) {
        #expect(abs(a - b) <= 1e-11 * max(1, b))
      }
    }
  }

  @Test func newTotalsAreMetAndNeverMadeToAgree() throws {
    guard let austria = try Austria.read() else { return }
    let baseline = try ScenarioBaseline(austria.fit(.doubly, .power))
    let more = FlowShock("more", .originTotal, .times(1.1), origins: ["AT13"])
    let scenario = try FlowScenario(baseline, shocks: [more])
    let before = sums(baseline.flows, 9).rows
    let after = sums(try scenario.flows(.production), 9).rows
    for i in 0..<9 {
      let wanted = before[i] * (baseline.origins[i] == "AT13" ? 1.1 : 1)
      #expect(abs(after[i] / wanted - 1) < 1e-12)
    }
    let fault = #expect(throws: Faults.self) { try scenario.flows(.doubly) }
    #expect(fault?.all.first?.code == "balance.totals-differ")
  }

  @Test func contributionsAddUpToTheWhole() throws {
    guard let austria = try Austria.read() else { return }
    let baseline = try ScenarioBaseline(austria.fit(.doubly, .power))
    let scenario = try FlowScenario(baseline, shocks: road)
    for closure in ScenarioClosure.allCases {
      let parts = try scenario.contributions(closure)
      #expect(parts.map(\.shock) == ["there", "back", nil])
      let whole = try scenario.flows(closure)
      for cell in whole.indices {
        let sum = parts.reduce(baseline.flows[cell]) { $0 + $1.change[cell] }
        #expect(abs(sum - whole[cell]) <= 1e-9 * max(1, whole[cell]))
      }
    }
    // In the partial closure pairs do not touch each other.
    let left = try #require(try scenario.contributions(.partial).last)
    #expect(left.change.allSatisfy { abs($0) < 1e-9 })
  }

  /// ln T is normal in the partial closure, with the error of β times ln 0.8.
  @Test func intervalsHaveTheWidthOfTheCoefficient() throws {
    guard let austria = try Austria.read() else { return }
    let fit = try austria.fit(.doubly, .power)
    let scenario = try FlowScenario(ScenarioBaseline(fit), shocks: road)
    let draws = try scenario.draws(.partial, count: 4000, seed: 11)
    let cell = austria.cell("AT12", "AT13")
    let (lower, upper) = draws.interval(coverage: 0.95)
    let width = log(upper[cell] / lower[cell])
    let wanted = 2 * 1.959963984540054 * fit.coefficients[0].standardError * abs(log(0.8))
    // The width of 4,000 draws has a relative standard error of some 2 %.
    #expect(abs(width / wanted - 1) < 0.08)
    let other = austria.cell("AT31", "AT32")
    #expect(lower[other] == upper[other])
    let again = try scenario.draws(.partial, count: 10, seed: 11)
    #expect(Array(draws.tables.prefix(10)) == again.tables)
    let total = draws.interval(coverage: 0.8) { $0.reduce(0, +) }
    #expect(total.lower < total.upper)
  }
}
