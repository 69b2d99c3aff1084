import Demography
import Digests
import FlowModels
import Formats
import Projection
import Scenarios

/// The baseline and the scenarios of a workspace, ready to run on the same draws.
struct Study {
  let baseline: Baseline
  let scenarios: [Scenario]
  private let inputs: BaselineInputs
  private let seed: UInt32
  private let draws: Int
  private let threads: Int

  /// - Parameters:
  ///   - files: scenario files; `nil` takes those of the workspace.
  ///   - takesDraws: whether as many draws are run as the most demanding of the files asks for.
  ///   - past: the baseline as of an earlier launch; an estimate of flows counts where it is of the year
  ///     the launch takes them from.
  init(
    _ checked: CheckedData, models: ModelFiles, plan: Plan, threads: Int, files: [Document]? = nil,
    takesDraws: Bool = false, past: PastLaunch? = nil
  ) throws {
    let data = checked.data
    let workspace = data.workspace
    let regions = data.currentRegions
    baseline = try Self.baseline(workspace, regions: regions, past: past)
    scenarios = try Self.scenarios(
      files ?? Self.documents(workspace), baseline: baseline, regions: regions,
      workspace: workspace)
    // A file that proposes nothing takes the plan's.
    let asked = scenarios.map { $0.settings.draws ?? plan.draws }.max() ?? plan.draws
    draws = takesDraws ? asked : plan.draws
    try baseline.check(draws: draws)
    var flows: FlowBaseline?
    let year = baseline.inputs["internal"]?.year
    if let specification = models.flowEstimate, past == nil || specification.period.year == year {
      let (estimate, _) = try FlowEstimate.make(specification, checked: checked, seed: plan.seed)
      flows = FlowBaseline(
        areas: estimate.areas, values: estimate.flows.values,
        draws: try (0..<estimate.drawCount).map { try estimate.draw($0) },
        kind: estimate.flows.kind, source: specification.id)
    }
    inputs = try BaselineInputs(
      observations: checked.observations, baseline: baseline, regions: regions, flows: flows)
    seed = plan.seed
    self.threads = threads
  }

  /// Baseline and scenarios on the draws of the plan.
  var scenarioRun: ScenarioRun {
    ScenarioRun(
      baseline: baseline, inputs: inputs, scenarios: scenarios, seed: seed, draws: draws,
      threads: threads)
  }

  func run(progress: any ProgressListener) throws -> ScenarioResults {
    var found = try scenarioRun.results(progress: Self.reporting(progress))
    found.warnings += warnings
    return found
  }

  /// What is to be known of the files before anything is run.
  var warnings: [Fault] { baseline.warnings + drawWarnings }

  /// One for each file that asks for more draws than are run.
  private var drawWarnings: [Fault] {
    scenarios.compactMap { scenario in
      guard let wanted = scenario.settings.draws, wanted > draws else { return nil }
      return Fault(
        .badConfiguration, "scenario.draws-fewer",
        ["scenario": scenario.id, "wanted": "\(wanted)", "draws": "\(draws)"])
    }
  }

  /// Tells a listener the part of the draws that is done.
  static func reporting(_ progress: any ProgressListener) -> @Sendable (Double) -> Void {
    { share in
      progress.report(ProgressEvent("projecting", done: Int((share * 100).rounded()), total: 100))
    }
  }

  /// Reads the baseline of a workspace.
  /// - Throws: `baseline.other-country` when its country is not that of the workspace.
  static func baseline(
    _ workspace: Workspace, regions: Codelist, past: PastLaunch? = nil
  ) throws -> Baseline {
    let document = try past?.document ?? Self.baselineDocument(workspace)
    let baseline = try Baseline(
      document, regions: regions, paths: samplePaths(document, in: workspace))
    var faults: [Fault] = []
    func expect(_ key: String, _ code: String, _ expected: String) {
      guard let stated = document["geography"]?[key], stated.text != expected else { return }
      faults.append(
        Fault(
          .badConfiguration, code, ["found": stated.text ?? "", "expected": expected],
          at: stated.place))
    }
    expect("country", "baseline.other-country", workspace.geography.country)
    expect("vintage", "baseline.other-vintage", workspace.geography.vintage)
    guard faults.isEmpty else { throw Faults(faults) }
    return baseline
  }

  private static func baselineDocument(_ workspace: Workspace) throws -> Document {
    try Formats.readYAML(
      workspace.files.bytes(workspace.baseline), file: workspace.baseline)
  }

  /// The baseline of a workspace as of an earlier launch.
  ///
  /// - Throws: `hindcast.no-outcome` where nothing is known after the launch.
  static func pastLaunch(
    of workspace: Workspace, launch: Int, last: Int
  ) throws -> PastLaunch {
    try PastLaunch(baselineDocument(workspace), launch: launch, last: last)
  }

  /// Sample paths that a baseline file names, from the workspace.
  private static func samplePaths(
    _ document: Document, in workspace: Workspace
  ) -> [String: Result<SamplePaths, Faults>] {
    var found: [String: Result<SamplePaths, Faults>] = [:]
    for path in Baseline.pathFiles(document) {
      guard let bytes = try? workspace.files.bytes(path) else { continue }
      found[path] = Result { () throws(Faults) in
        try SamplePaths(Formats.readDelimited(bytes, file: path), digest: SHA256.hex(bytes))
      }
    }
    return found
  }

  /// SHA-256 of the baseline file, as `baseline.digest` of a scenario pins it.
  static func baselineDigest(_ workspace: Workspace) throws -> String {
    SHA256.hex(try workspace.files.bytes(workspace.baseline))
  }

  /// The fault of a scenario that was written for another state of the baseline file, whatever else is wrong
  /// with it. Twelve or more first digits are enough.
  private static func mismatch(_ document: Document, _ digest: String) -> Fault? {
    guard let pinned = document["baseline"]?["digest"], let text = pinned.text else { return nil }
    let stated = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    if stated.count >= 12 && digest.hasPrefix(stated.lowercased()) { return nil }
    return Fault(
      .badConfiguration, "scenario.baseline-digest",
      ["found": stated, "expected": String(digest.prefix(16))], at: pinned.place)
  }

  /// Reads scenario files against a baseline; all faults of all files together.
  ///
  /// Fits that levers name are read from the workspace.
  static func scenarios(
    _ documents: [Document], baseline: Baseline, regions: Codelist, workspace: Workspace
  ) throws -> [Scenario] {
    let digest = try baselineDigest(workspace)
    let fits = FittedModels.read(documents, in: workspace)
    var faults: [Fault] = []
    var scenarios: [Scenario] = []
    for document in documents {
      do throws(Faults) {
        let scenario = try Scenario(
          document, baseline: baseline, regions: regions, fits: fits)
        scenarios.append(scenario)
      } catch {
        faults += error.all
      }
      if let fault = mismatch(document, digest),
        !faults.contains(where: { $0.place == fault.place })
      {
        faults.append(fault)
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    return scenarios.sorted { $0.id < $1.id }
  }

  private static func documents(_ workspace: Workspace) throws -> [Document] {
    try workspace.scenarios.flatMap { try workspace.files.matching($0) }.map { path in
      try Formats.readYAML(workspace.files.bytes(path), file: path)
    }
  }
}
