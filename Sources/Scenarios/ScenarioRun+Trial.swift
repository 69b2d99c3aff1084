import Demography

extension ScenarioRun {
  /// A small part of the work of a job, to be timed: the work of a job is the same draws and the same rows of
  /// tables many times over.
  public struct Trial: Sendable {
    /// Draws that each call of the first two takes; all threads are busy.
    public let draws: Int
    /// Runs the draws of the baseline.
    public let baseline: @Sendable () -> Void
    /// Runs those of the first scenario with as many levers on as a variant has; `nil` without one.
    public let levers: (@Sendable () -> Void)?
    /// Draws that the rows of the tables sum up.
    public let tableDraws: Int
    /// Makes the rows of one variant.
    public let tables: @Sendable () -> Void
  }

  /// - Parameters:
  ///   - draws: at least one; with as many as there are threads all of them are busy.
  ///   - tableDraws: draws of which rows are made, copies of the others, which take as long.
  /// - Complexity: O(draws) of a run of the baseline.
  public func trial(draws: Int, tableDraws: Int) -> Trial {
    precondition(draws >= 1 && tableDraws >= 1, "\(draws) draws, \(tableDraws) of tables")
    let run = scenarios.first.flatMap { apart($0) } ?? self
    let plain = run.simulation(nil, nil, nil, shared: nil)
    let (threads, seed, inputs) = (threads, seed, inputs)
    let store = DrawStore(plain, draws: draws, threads: threads)
    let copies = store.copied(draws: tableDraws)
    let baseline: @Sendable () -> Void = {
      _ = DrawStore(plain, draws: draws, threads: threads)
    }
    let tables: @Sendable () -> Void = {
      var tables = ResultTables(run.baseline, inputs, seed: seed, threads: threads)
      tables.add(copies, scenario: "trial", variant: "trial")
      for scenario in run.scenarios.prefix(1) {
        tables.addLevels(copies, scenario, "trial")
        tables.compare(copies, scenario, "trial", with: copies, named: "trial")
      }
    }
    guard let scenario = scenarios.first else {
      return Trial(
        draws: draws, baseline: baseline, levers: nil, tableDraws: tableDraws, tables: tables)
    }
    let most = scenario.variants.max { a, b in
      scenario.levers.count { a.isOn($0) } < scenario.levers.count { b.isOn($0) }
    }
    // The factors of a constraint are found once, in the baseline.
    let shared = SharedDraws(paths: nil, reference: run.baseline.constraint == nil ? nil : store)
    let whole = run.simulation(scenario, most, nil, shared: shared)
    return Trial(
      draws: draws, baseline: baseline,
      levers: { _ = DrawStore(whole, draws: draws, threads: threads) }, tableDraws: tableDraws,
      tables: tables)
  }
}
