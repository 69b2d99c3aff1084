import Demography
import Digests
import Export
import Formats
import Foundation
import Scenarios

/// Everything that decides what a refresh computes. Two equal plans give the same bytes.
public struct Plan: Codable, Hashable, Sendable {
  public var quarter: String
  public var asOf: String
  public var previousAsOf: String?
  public var seed: UInt32
  public var draws: Int

  /// What the command line says over the workspace's own settings.
  public struct Overrides: Sendable {
    public var quarter: String?
    public var asOf: String?
    public var seed: UInt32?
    public var draws: Int?

    public init(
      quarter: String? = nil, asOf: String? = nil, seed: UInt32? = nil, draws: Int? = nil
    ) {
      self.quarter = quarter
      self.asOf = asOf
      self.seed = seed
      self.draws = draws
    }
  }

  /// - Throws: `Faults` with every option that cannot be read.
  public init(_ workspace: Workspace, _ overrides: Overrides) throws {
    var faults: [Fault] = []
    func wrong(_ option: String, _ value: String, _ form: String) {
      faults.append(
        Fault(.usage, "option.wrong", ["option": option, "value": value, "form": form]))
    }
    quarter = workspace.refresh.quarter.description
    if let text = overrides.quarter {
      if let period = Period(text), period.frequency == "Q" {
        quarter = period.description
      } else {
        wrong("--quarter", text, "2025-Q1")
      }
    }
    asOf = workspace.refresh.asOf.description
    if let text = overrides.asOf {
      if let instant = Instant(text) {
        asOf = instant.description
      } else {
        wrong("--as-of", text, "2025-10-15")
      }
    }
    previousAsOf = workspace.refresh.previousAsOf?.description
    seed = overrides.seed ?? workspace.refresh.seed
    draws = overrides.draws ?? workspace.refresh.draws
    if draws < 1 || draws > 100_000 { wrong("--draws", "\(draws)", "1 … 100000") }
    if !faults.isEmpty { throw Faults(faults) }
  }

  var asOfInstant: Instant { Instant(asOf) ?? Instant(seconds: 0) }
  var previousInstant: Instant? { previousAsOf.flatMap { Instant($0) } }

  var json: JSON {
    .members([
      ("quarter", .string(quarter)), ("as_of", .string(asOf)),
      ("previous_as_of", previousAsOf.map { .string($0) } ?? .null),
      ("seed", .integer(Int(seed))), ("draws", .integer(draws)),
    ])
  }
}

/// A file that a run read, by its digest.
struct InputDigest: Hashable, Sendable {
  let path: String
  let sha256: String
}

/// The identity of a run: SHA-256 over the plan, the engine and the digest of every input file.
struct RunIdentity: Sendable {
  let plan: Plan
  let inputs: [InputDigest]
  let key: String

  /// Reads every input file of the workspace once.
  /// - Complexity: O(bytes of the inputs)
  init(_ workspace: Workspace, plan: Plan, bundle: [UInt8]?) throws {
    var inputs: [InputDigest] = []
    for path in try Self.inputPaths(workspace) {
      inputs.append(InputDigest(path: path, sha256: SHA256.hex(try workspace.files.bytes(path))))
    }
    inputs.append(
      InputDigest(path: "share/vega-bundle.js", sha256: bundle.map { SHA256.hex($0) } ?? "none"))
    let record = JSON.members([
      ("engine", .string(Engine.version)), ("generation", .integer(Engine.generation)),
      ("plan", plan.json),
      ("inputs", .members(inputs.map { ($0.path, .string($0.sha256)) })),
    ])
    self.plan = plan
    self.inputs = inputs
    key = SHA256.hex(record.text(isPretty: false))
  }

  /// `2025-Q1-7f3a9c`
  var id: String { plan.quarter + "-" + key.prefix(6) }

  private static func inputPaths(_ workspace: Workspace) throws -> [String] {
    let files = workspace.files
    var paths = Set(try dataPaths(workspace))
    let scenarios = try workspace.scenarios.flatMap { try files.matching($0) }
    paths.formUnion(scenarios)
    paths.formUnion(FittedModels.paths(scenarios, in: workspace))
    return paths.sorted()
  }

  /// Every file of the workspace that a projection may rest on, but scenario files, sorted.
  static func dataPaths(_ workspace: Workspace) throws -> [String] {
    let files = workspace.files
    var paths: Set<String> = [
      Workspace.fileName, workspace.sources, workspace.rules, workspace.duties, workspace.baseline,
      workspace.geography.regions, workspace.geography.aliases, workspace.geography.adjacency,
      workspace.geography.crosswalks,
    ]
    paths.formUnion(try WorkspaceData.observationPaths(workspace))
    paths.formUnion(try files.matching(workspace.codes + "/*.csv"))
    for pattern in workspace.models { paths.formUnion(try files.matching(pattern)) }
    if let baseline = try? Formats.readYAML(
      files.bytes(workspace.baseline), file: workspace.baseline)
    {
      paths.formUnion(Baseline.pathFiles(baseline).filter { files.exists($0) })
    }
    return paths.sorted()
  }
}
