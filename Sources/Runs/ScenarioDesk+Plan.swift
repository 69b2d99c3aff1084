public import Demography
import Scenarios

extension ScenarioDesk {
  /// Work, time and memory of a job that is not done: one median path is timed, nothing is drawn.
  ///
  /// - Parameters:
  ///   - explaining: whether the parts of the levers are asked for; otherwise a run or a comparison.
  /// - Returns: `plan`, one row.
  public func plan(
    files: [String], settings: [String], explaining: Bool, variant: String?,
    overrides: Plan.Overrides, threads: Int
  ) throws -> Table {
    let study = try study(
      files: files, settings: settings, overrides: overrides, threads: threads)
    let run = study.scenarioRun
    let work: Workload
    if explaining, let scenario = study.scenarios.first {
      work = try run.workload(explaining: scenario, variants(scenario, variant).explained)
    } else {
      work = run.workload
    }
    // The first path also fills caches; the second is what a draw costs.
    _ = run.medianPath()
    let (_, once) = seconds { run.medianPath() }
    let share = Double(work.years) / Double(run.baseline.horizon - run.baseline.launch)
    let time = once * share * Double(work.runs * work.draws) / Double(threads)
    return Table(
      "plan",
      [
        .integer("runs", [work.runs]), .integer("draws", [work.draws]),
        .integer("years", [work.years]), .integer("cells", [work.cells]),
        .integer("threads", [threads]), .real("seconds", [(time * 10).rounded() / 10]),
        .real("megabytes", [(Double(work.bytes) / 1e5).rounded() / 10]),
      ])
  }
}
