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

  /// Work, time and memory of a job that is not done: some draws are timed on all threads, and the rows of the
  /// tables of one variant; reading the workspace counts with the first step.
  ///
  /// - Returns: `plan`, a row for each step of the job.
  public func plan(
    _ job: Job, files: [String], settings: [String], overrides: Plan.Overrides, threads: Int
  ) throws -> Table {
    let (found, reading) = try seconds {
      try self.study(files: files, settings: settings, overrides: overrides, threads: threads)
    }
    let run = found.scenarioRun
    let steps = try steps(job, run, file: files.first ?? "")
    let costs = costs(run, threads: threads)
    let span = Double(run.baseline.horizon - run.baseline.launch)
    var times: [Double] = []
    for (name, work) in steps {
      let years = Double(work.years) / span
      var time = years * costs.drawing(runs: work.runs) * Double(work.draws)
      if name == "run" || name == "page" {
        time += costs.rowsOfADraw * Double(work.runs * work.draws)
      }
      times.append(times.isEmpty ? time + reading : time)
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

  /// What a draw takes on all threads together, in seconds.
  private struct Costs {
    let baseline: Double
    /// With levers on.
    let levers: Double
    /// Its part of the rows of a variant.
    let rowsOfADraw: Double

    /// One draw of all runs, the first of which is the baseline's.
    func drawing(runs: Int) -> Double { baseline + Double(max(0, runs - 1)) * levers }
  }

  /// Seconds that are spent on timing draws, about, and draws of which rows are made.
  private static let trialSeconds = 0.4
  private static let trialRows = 200

  private func costs(_ run: ScenarioRun, threads: Int) -> Costs {
    let trial = run.trial(draws: max(1, threads), tableDraws: min(run.draws, Self.trialRows))
    func once(_ body: () -> Void) -> Double {
      var (count, spent) = (0, 0.0)
      // The first also fills caches.
      body()
      while count < 2 || (spent < Self.trialSeconds && count < 100) {
        spent += seconds(body).1
        count += 1
      }
      return spent / Double(count * trial.draws)
    }
    let plain = once(trial.baseline)
    let rows = seconds(trial.tables).1 / Double(trial.tableDraws)
    return Costs(baseline: plain, levers: trial.levers.map(once) ?? plain, rowsOfADraw: rows)
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
