public import Demography
import Scenarios
import Words

extension ScenarioDesk {
  /// What is planned.
  public enum Job: Sendable {
    /// A run, a comparison, or the baseline where there are no files.
    case run
    /// The parts of one variant, or of all, and the page.
    case explain(variant: String?)
    case sweep(axes: [String])
    case seek
  }

  /// Work, time and memory of a job that is not done: one median path is timed, nothing is drawn.
  ///
  /// - Returns: `plan`, a row for each step of the job.
  public func plan(
    _ job: Job, files: [String], settings: [String], overrides: Plan.Overrides, threads: Int
  ) throws -> Table {
    let study = try study(
      files: files, settings: settings, overrides: overrides, threads: threads)
    let run = study.scenarioRun
    let steps = try steps(job, run, file: files.first ?? "")
    // The first path also fills caches; the second is what a draw costs.
    _ = run.medianPath()
    let (_, once) = seconds { run.medianPath() }
    let span = Double(run.baseline.horizon - run.baseline.launch)
    let times = steps.map { step in
      let share = Double(step.work.years) / span
      return once * share * Double(step.work.runs * step.work.draws) / Double(threads)
    }
    return Table(
      "plan",
      [
        .text("step", steps.map { words("plan.step.\($0.name)") }),
        .integer("runs", steps.map(\.work.runs)), .integer("draws", steps.map(\.work.draws)),
        .integer("years", steps.map(\.work.years)), .integer("cells", steps.map(\.work.cells)),
        .integer("threads", steps.map { _ in threads }),
        .real("seconds", times.map { ($0 * 10).rounded() / 10 }),
        .real("megabytes", steps.map { (Double($0.work.bytes) / 1e5).rounded() / 10 }),
      ])
  }

  private func steps(
    _ job: Job, _ run: ScenarioRun, file: String
  ) throws -> [(name: String, work: Workload)] {
    guard let scenario = run.scenarios.first else { return [("run", run.workload)] }
    switch job {
    case .run: return [("run", run.workload)]
    case .explain(let variant):
      let parts = try run.workload(explaining: scenario, variants(scenario, variant).explained)
      return [("explain", parts), ("page", run.workload)]
    case .sweep(let axes):
      let points = try SweepAxis.points(axes.map { try SweepAxis($0, scenario) })
      return [("sweep", run.workload(sweeping: scenario, points: points))]
    case .seek:
      guard let goal = scenario.goal else {
        throw Fault(.usage, "scenario.goal-missing", ["file": file])
      }
      return [("seek", run.workload(seeking: scenario, goal))]
    }
  }
}
