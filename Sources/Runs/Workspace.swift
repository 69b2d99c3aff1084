public import Demography
import Formats
public import Foundation

/// A workspace: a folder with an `agyn.yaml` that names its tables, rules, models and scenarios.
public struct Workspace: Sendable {
  /// Where the geography of a workspace is described.
  public struct Geography: Sendable {
    /// Code of the whole country in tables.
    public let country: String
    public let regions: String
    public let aliases: String
    public let adjacency: String
    public let crosswalks: String
    /// Boundaries that results are stated in.
    public let vintage: String
    /// The day that decides which regions exist.
    public let validOn: Day
  }

  /// What a refresh takes unless the command line says otherwise.
  public struct Refresh: Sendable {
    public let quarter: Period
    public let asOf: Instant
    /// What the refresh before knew; `nil` when this is the first.
    public let previousAsOf: Instant?
    public let seed: UInt32
    public let draws: Int
  }

  public let files: WorkspaceFiles
  public let id: String
  public let title: Names
  public let language: String
  public let geography: Geography
  public let codes: String
  public let sources: String
  public let observations: [String]
  public let rules: String
  public let duties: String
  public let models: [String]
  public let baseline: String
  public let scenarios: [String]
  public let refresh: Refresh

  public static let fileName = "agyn.yaml"

  /// Reads the workspace of a folder.
  /// - Throws: `Fault` when there is no `agyn.yaml`, `Faults` with everything wrong in it.
  public init(at root: URL) throws {
    let files = WorkspaceFiles(root: root)
    guard files.exists(Self.fileName) else {
      throw Fault(.missingInput, "workspace.missing", ["folder": root.path])
    }
    let document = try Formats.readYAML(files.bytes(Self.fileName), file: Self.fileName)
    var reader = SettingsReader(document)
    reader.expect(schema: "agyn.workspace/1")
    reader.allow([
      "schema", "id", "title", "language", "geography", "codes", "sources", "observations", "rules",
      "duties", "models", "baseline", "scenarios", "refresh",
    ])
    self.files = files
    id = reader.text("id")
    title = reader.names("title")
    language = reader.text("language", among: ["kk", "ru", "en"])
    codes = reader.text("codes")
    sources = reader.text("sources")
    observations = reader.texts("observations")
    rules = reader.text("rules")
    duties = reader.text("duties")
    models = reader.texts("models")
    baseline = reader.text("baseline")
    scenarios = reader.texts("scenarios")
    geography = reader.section("geography") { section in
      section.allow([
        "country", "regions", "aliases", "adjacency", "crosswalks", "vintage", "valid_on",
      ])
      return Geography(
        country: section.text("country"), regions: section.text("regions"),
        aliases: section.text("aliases"), adjacency: section.text("adjacency"),
        crosswalks: section.text("crosswalks"), vintage: section.text("vintage"),
        validOn: section.value("valid_on", form: "2025-01-01") { Day($0) } ?? Day(number: 0))
    }
    refresh = reader.section("refresh") { section in
      section.allow(["quarter", "as_of", "previous_as_of", "seed", "draws"])
      return Refresh(
        quarter: section.value("quarter", form: "2025-Q1") {
          Period($0).flatMap { $0.frequency == "Q" ? $0 : nil }
        } ?? .year(0),
        asOf: section.value("as_of", form: "2025-10-15T00:00:00Z") { Instant($0) }
          ?? Instant(seconds: 0),
        previousAsOf: section.optional("previous_as_of", form: "2025-02-28T00:00:00Z") {
          Instant($0)
        },
        seed: section.value("seed", form: "20250101") { UInt32($0) } ?? 0,
        draws: section.value("draws", form: "500") { Int($0).flatMap { $0 > 0 ? $0 : nil } } ?? 1)
    }
    try reader.finish()
  }

  /// The nearest folder at or above `start` that holds an `agyn.yaml`.
  public static func find(from start: URL) throws -> Workspace {
    var folder = start.standardizedFileURL
    while true {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent(fileName).path) {
        return try Workspace(at: folder)
      }
      let above = folder.deletingLastPathComponent().standardizedFileURL
      if above.path == folder.path {
        throw Fault(.missingInput, "workspace.missing", ["folder": start.path])
      }
      folder = above
    }
  }
}
