public import Demography
import Projection

/// How much a job will compute and hold, before it starts.
public struct Workload: Hashable, Sendable {
  /// Settings that are run over all draws, the baseline among them.
  public let runs: Int
  public let draws: Int
  public let years: Int
  /// Cells of the population: regions, ages and sexes.
  public let cells: Int
  /// Bytes of one draw's record.
  public let recordBytes: Int
  /// Draw stores held at a time.
  public let stores: Int

  /// Bytes of the records held at a time; rates, workspaces and tables come on top.
  public var bytes: Int { recordBytes * draws * stores }
  /// Years of one draw that are computed in all.
  public var drawYears: Int { runs * draws * years }
}

extension ScenarioRun {
  /// What `results` does: the baseline and every variant; three stores are held at most, and a fourth
  /// while draws are put in order.
  public var workload: Workload {
    let layout = RecordLayout(baseline, requests: requests)
    // A scenario may keep more years, or flows by age.
    let longest = scenarios.map {
      RecordLayout(baseline.changed(by: $0.settings), requests: requests).length
    }
    return Workload(
      runs: 1
        + scenarios.reduce(0) {
          $0 + $1.variants.count + ($1.settings.changesBaseline ? 1 : 0)
        }, draws: draws,
      years: layout.steps * baseline.stepYears, cells: inputs.cohort.shape.cellCount,
      recordBytes: ([layout.length] + longest).reduce(0, max) * 8,
      // A scenario beside a baseline of its own holds that one too.
      stores: scenarios.contains { $0.settings.changesBaseline } ? 5 : 4)
  }

  /// What `explanation` does for some variants: one store at a time, and a second while its draws are put
  /// in order, beside the answers of the coalitions; with a constraint also the baseline's, which serves the settings without levers.
  ///
  /// - Throws: `scenario.explain-nothing` and `scenario.explain-alternatives` as `explanation` does.
  public func workload(
    explaining scenario: Scenario, _ variants: [Scenario.Variant], orders: Int = 12
  ) throws(Faults) -> Workload {
    let baseline = baseline.changed(by: scenario.settings)
    let layout = RecordLayout(
      baseline, lastYear: scenario.comparison.lastYear(baseline), requests: requests)
    let isConstrained = baseline.constraint != nil
    var runs = 0
    for variant in variants {
      let players = try scenario.explained(variant)
      let plan = CoalitionPlan(players: players.names, orders: orders, seed: seed)
      let plain = plan.coalitions.count { players.setting($0).levers.isEmpty }
      runs += plan.coalitions.count - plain + (isConstrained ? 1 : plain)
    }
    return Workload(
      runs: runs, draws: draws, years: layout.steps * baseline.stepYears,
      cells: inputs.cohort.shape.cellCount,
      recordBytes: layout.length * 8, stores: isConstrained ? 3 : 2)
  }

  /// What `sweep` does: the baseline and every point of the grid; the baseline's store, that of a point, and
  /// another while its draws are put in order.
  public func workload(sweeping scenario: Scenario, points: Int) -> Workload {
    let baseline = baseline.changed(by: scenario.settings)
    return workload(
      runs: points + 1, lastYear: scenario.comparison.lastYear(baseline), baseline, stores: 3)
  }

  /// What `seek` does at most, about: the points of the scan, ten to narrow a part to a thousandth, and one
  /// for a target that is a level of the baseline.
  public func workload(seeking scenario: Scenario, _ goal: Scenario.Goal) -> Workload {
    let baseline = baseline.changed(by: scenario.settings)
    var last = goal.year
    var runs = Self.scanPoints + 10
    if case .levelOf(let year) = goal.target {
      last = max(last, year)
      runs += 1
    }
    let lastYear = min(baseline.horizon, goal.metric.lastJanuary(for: last, baseline.stepYears))
    return workload(runs: runs, lastYear: lastYear, baseline, stores: 2)
  }

  private func workload(
    runs: Int, lastYear: Int, _ baseline: Baseline, stores: Int
  ) -> Workload {
    let layout = RecordLayout(baseline, lastYear: lastYear, requests: requests)
    let isConstrained = baseline.constraint != nil
    return Workload(
      runs: runs + (isConstrained ? 1 : 0), draws: draws,
      years: layout.steps * baseline.stepYears, cells: inputs.cohort.shape.cellCount,
      recordBytes: layout.length * 8, stores: stores + (isConstrained ? 1 : 0))
  }
}
