import Demography
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

  /// - Parameter files: scenario files; `nil` takes those of the workspace.
  init(
    _ checked: CheckedData, models: ModelFiles, plan: Plan, threads: Int, files: [Document]? = nil
  ) throws {
    let data = checked.data
    let workspace = data.workspace
    let regions = data.currentRegions
    baseline = try Self.baseline(workspace, regions: regions)
    scenarios = try Self.scenarios(
      files ?? Self.documents(workspace), baseline: baseline, regions: regions)
    var flows: FlowBaseline?
    if let specification = models.flowEstimate {
      let (estimate, _) = try FlowEstimate.make(specification, checked: checked, seed: plan.seed)
      flows = FlowBaseline(
        areas: estimate.areas, values: estimate.flows.values,
        draws: try (0..<estimate.drawCount).map { try estimate.draw($0) },
        kind: estimate.flows.kind, source: specification.id)
    }
    inputs = try BaselineInputs(
      observations: checked.observations, baseline: baseline, regions: regions, flows: flows)
    seed = plan.seed
    draws = plan.draws
    self.threads = threads
  }

  func run(progress: any ProgressListener) throws -> ScenarioResults {
    try ScenarioRun(
      baseline: baseline, inputs: inputs, scenarios: scenarios, seed: seed, draws: draws,
      threads: threads
    ).results { share in
      progress.report(ProgressEvent("projecting", done: Int((share * 100).rounded()), total: 100))
    }
  }

  /// Reads the baseline of a workspace.
  /// - Throws: `baseline.other-country` when its country is not that of the workspace.
  static func baseline(_ workspace: Workspace, regions: Codelist) throws -> Baseline {
    let document = try Formats.readYAML(
      workspace.files.bytes(workspace.baseline), file: workspace.baseline)
    let baseline = try Baseline(document, regions: regions)
    guard baseline.country == workspace.geography.country else {
      throw Fault(
        .badConfiguration, "baseline.other-country",
        ["found": baseline.country, "expected": workspace.geography.country],
        at: document["geography"]?["country"]?.place)
    }
    return baseline
  }

  /// Reads scenario files against a baseline; all faults of all files together.
  static func scenarios(
    _ documents: [Document], baseline: Baseline, regions: Codelist
  ) throws -> [Scenario] {
    var faults: [Fault] = []
    var scenarios: [Scenario] = []
    for document in documents {
      do throws(Faults) {
        scenarios.append(try Scenario(document, baseline: baseline, regions: regions))
      } catch {
        faults += error.all
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
