import Demography
import Export
import FlowModels
import Formats
import Foundation
import Harmony
import Kernel
import Scenarios
import SeriesModels
public import Words

/// The quarterly job: load, check, harmonise, fit, project, write one run folder.
public struct Refresh {
  /// What a refresh ended with.
  public struct Outcome: Sendable {
    public let id: String
    /// The run folder, relative to the workspace.
    public let path: String
    /// Whether a finished run of the same key was already there, so that nothing was done.
    public let isUnchanged: Bool
    /// Rules of severity error or worse that failed.
    public let failedChecks: Int
    /// One line for the terminal: the answer with its interval.
    public let headline: String
    public let seconds: Double
  }

  let workspace: Workspace
  let plan: Plan
  let progress: any ProgressListener
  let words: Wordbook
  let threads: Int

  public init(
    _ workspace: Workspace, plan: Plan, words: Wordbook, threads: Int,
    progress: any ProgressListener
  ) {
    self.workspace = workspace
    self.plan = plan
    self.words = words
    self.threads = threads
    self.progress = progress
  }

  /// Runs the job, or finds it done.
  ///
  /// - Throws: `Faults` of the inputs; `workspace.busy` when another refresh is at work; a run folder is
  ///   written whole or not at all.
  public func run() throws -> Outcome {
    let start = DispatchTime.now().uptimeNanoseconds
    func elapsed() -> Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
    let bundle = ChartBundle.bytes(for: workspace)
    let identity = try RunIdentity(workspace, plan: plan, bundle: bundle)
    let folder = RunFolder(files: workspace.files, id: identity.id)
    if folder.isComplete(key: identity.key) { return try unchanged(identity, folder, elapsed()) }
    let lock = try WorkspaceLock(workspace.files)
    defer { withExtendedLifetime(lock) {} }
    // Another process may have published this very run while we waited to begin.
    if folder.isComplete(key: identity.key) { return try unchanged(identity, folder, elapsed()) }
    var journal = Journal()
    let results = try compute(identity, journal: &journal)
    progress.report(ProgressEvent("writing"))
    let output = RunOutput(
      workspace: workspace, identity: identity, results: results, bundle: bundle)
    let headline = try output.publish(to: folder, journal: journal)
    StageCache(files: workspace.files, key: identity.key).clear()
    return Outcome(
      id: identity.id, path: folder.path, isUnchanged: false,
      failedChecks: results.failedChecks, headline: headline, seconds: elapsed())
  }

  private func unchanged(
    _ identity: RunIdentity, _ folder: RunFolder, _ seconds: Double
  ) throws -> Outcome {
    let record = try RunList(workspace).record(identity.id)
    return Outcome(
      id: identity.id, path: folder.path, isUnchanged: true, failedChecks: record.checks.failed,
      headline: record.headline, seconds: seconds)
  }

  /// Computes a run from its inputs, using nothing that was kept, and gives the bytes of every file.
  func outputs(_ identity: RunIdentity) throws -> [String: [UInt8]] {
    let lock = try WorkspaceLock(workspace.files)
    defer { withExtendedLifetime(lock) {} }
    StageCache(files: workspace.files, key: identity.key).clear()
    var journal = Journal()
    let results = try compute(identity, journal: &journal)
    StageCache(files: workspace.files, key: identity.key).clear()
    let output = RunOutput(
      workspace: workspace, identity: identity, results: results,
      bundle: ChartBundle.bytes(for: workspace))
    var files: [String: [UInt8]] = [:]
    for file in try output.files() { files[file.path] = file.bytes }
    return files
  }

  /// The tables of a run and what the report needs beside them.
  struct Results {
    var tables: [Table]
    var labels: [String: [String: Names]]
    var failedChecks: Int
    var notEvaluated: Int
  }

  private func compute(_ identity: RunIdentity, journal: inout Journal) throws -> Results {
    let cache = StageCache(files: workspace.files, key: identity.key)
    let data = try WorkspaceData.load(
      workspace, asOf: plan.asOfInstant, isLocked: true, progress: progress
    ).publishable
    journal.note("loaded", ["observations": "\(data.observations.count)"])
    progress.report(
      ProgressEvent(
        "loading", detail: "refresh.loaded",
        [
          "sources": "\(Set(data.observations.map(\.source)).count)",
          "observations": "\(data.observations.count)", "as_of": data.asOf.day.description,
        ]))
    let checked = try CheckedData(data)
    progress.report(
      ProgressEvent(
        "checking", detail: "refresh.checked",
        [
          "rules": "\(checked.report.outcomes.count)", "failed": "\(checked.failedRules)",
          "not_evaluated": "\(checked.rulesNotEvaluated)",
        ]))
    if checked.report.isFatal {
      throw Fault(.checkFailed, "rules.fatal", ["rules": checked.fatalRules])
    }
    var tables = [data.sourcesTable, data.regionsTable, data.observationsTable]
    tables += checked.tables
    tables += try HarmonisedData.tables(checked, plan: plan)
    progress.report(
      ProgressEvent(
        "harmonising", detail: "refresh.harmonised",
        [
          "boundaries": "\(data.crosswalk.dates.count)", "gaps": "\(checked.gapCount)",
          "agencies": "\(checked.agencyCount)",
        ]))
    journal.note("harmonised", [:])
    let models = try ModelFiles(workspace)
    let fitted = try cache.tables("fitting") {
      try Fitting(checked, models: models, seed: plan.seed, threads: threads, progress: progress)
        .tables()
    }
    tables += fitted
    progress.report(
      ProgressEvent(
        "fitting", detail: "refresh.fitted",
        ["pairs": "\(Fitting.pairCount(fitted))", "series": "\(Fitting.seriesCount(fitted))"]))
    journal.note("fitted", [:])
    tables += try cache.tables("hindcast") {
      try TotalsHindcast(checked: checked, threads: threads).tables()
    }
    let study = try Study(checked, models: models, plan: plan, threads: threads)
    tables += try cache.tables("projecting") { try study.run(progress: progress).tables() }
    progress.report(
      ProgressEvent(
        "projecting", detail: "refresh.projected",
        ["scenarios": "\(study.scenarios.count)", "draws": "\(plan.draws)"]))
    journal.note("projected", [:])
    tables.append(
      PermitStocks.table(checked, projected: tables.first { $0.name == "permit_stock" }))
    var byName: [String: Table] = [:]
    for table in tables { byName[table.name] = table }
    return Results(
      tables: byName.values.sorted { $0.name < $1.name },
      labels: Labels.all(checked, models: models, study: study), failedChecks: checked.failedErrors,
      notEvaluated: checked.rulesNotEvaluated)
  }
}
