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
    let layout = RecordLayout(baseline, bands: bands)
    return Workload(
      runs: 1
        + scenarios.reduce(0) {
          $0 + $1.variants.count + ($1.settings.changesBaseline ? 1 : 0)
        }, draws: draws,
      years: layout.steps * baseline.stepYears, cells: inputs.cohort.shape.cellCount,
      recordBytes: layout.length * 8,
      stores: 4)
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
      baseline, lastYear: scenario.comparison.lastYear(baseline), bands: bands)
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
}
