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
  /// What `results` does: the baseline and every variant; three stores are held at most.
  public var workload: Workload {
    let layout = RecordLayout(baseline)
    return Workload(
      runs: 1 + scenarios.reduce(0) { $0 + $1.variants.count }, draws: draws,
      years: layout.steps, cells: inputs.cohort.shape.cellCount, recordBytes: layout.length * 8,
      stores: 3)
  }

  /// What `explanation` does for some variants: one store at a time, beside the answers of the
  /// coalitions.
  public func workload(
    explaining scenario: Scenario, _ variants: [Scenario.Variant], orders: Int = 12
  ) -> Workload {
    let comparison = scenario.comparison
    let against = scenario.variants.first { $0.id == comparison.against }
    let layout = RecordLayout(
      baseline, lastYear: comparison.lastYear(horizon: baseline.horizon))
    let runs = variants.reduce(0) { sum, variant in
      let players = Players(from: Setting(scenario, against), to: Setting(scenario, variant))
      return sum
        + CoalitionPlan(players: players.names, orders: orders, seed: seed).coalitions.count
    }
    return Workload(
      runs: runs, draws: draws, years: layout.steps, cells: inputs.cohort.shape.cellCount,
      recordBytes: layout.length * 8, stores: 1)
  }
}
