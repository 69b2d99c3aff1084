public import Demography
import Digests
import Export
import Scenarios
public import Words

/// What the tables and figures of an answer about scenarios say of themselves: the run key, the vintage of
/// the data, and what the numbers of the levers rest on.
public struct AnswerNote: Sendable {
  /// One lever or parameter and how well its numbers are founded.
  struct Grade: Sendable {
    let scenario: String
    /// `lever` or `parameter`.
    let kind: String
    let name: String
    let quality: String
    let isAssumed: Bool
  }

  let identity: AnswerIdentity
  /// Ids of scenarios with assumed levers or parameters.
  public let assumed: [String]
  let grades: [Grade]
  let names: CodeNames

  init(_ identity: AnswerIdentity, _ scenarios: [Scenario], names: CodeNames) {
    self.identity = identity
    self.names = names
    assumed = scenarios.filter(\.isAssumed).map(\.id)
    grades = scenarios.flatMap { scenario in
      scenario.levers.map {
        Grade(
          scenario: scenario.id, kind: "lever", name: $0.id,
          quality: ($0.evidence?.quality ?? .assumed).rawValue, isAssumed: $0.isAssumed)
      }
        + scenario.parameters.compactMap { parameter in
          parameter.evidence.map {
            Grade(
              scenario: scenario.id, kind: "parameter", name: parameter.name,
              quality: $0.quality.rawValue, isAssumed: parameter.isAssumed)
          }
        }
    }
  }

  /// Members of the JSON of a table.
  var members: [JSON.Member] {
    [
      JSON.Member("run", .string(identity.key)), JSON.Member("vintage", .string(identity.vintage)),
      JSON.Member("assumed", .array(assumed.map { .string($0) })),
      JSON.Member("evidence", evidence),
    ]
  }

  var evidence: JSON {
    .array(
      grades.map {
        .members([
          ("scenario", .string($0.scenario)), ($0.kind, .string($0.name)),
          ("quality", .string($0.quality)), ("assumed", .bool($0.isAssumed)),
        ])
      })
  }

  /// The table with names in place of codes, for people.
  public func named(_ table: Table) -> Table { names(table) }

  /// What a person is told beside a table: the banner of assumptions and the grade of every lever.
  public func sentences(_ words: Wordbook) -> [String] {
    var said: [String] = []
    if !assumed.isEmpty {
      said.append(
        words(
          "scenario.banner",
          ["scenarios": assumed.map { names.scenario($0) }.joined(separator: ", ")]))
    }
    if !grades.isEmpty {
      let levers = grades.map { grade in
        let name =
          grade.kind == "lever"
          ? names.lever(grade.name, in: grade.scenario)
          : names.parameter(grade.name, in: grade.scenario)
        return "\(name) – " + (words["lever.quality.\(grade.quality)"] ?? grade.quality)
      }
      said.append(words("scenario.evidence", ["levers": levers.joined(separator: "; ")]))
    }
    return said
  }

  /// The table with a column that says whether the scenario of a row rests on assumptions; a table without
  /// scenarios, or with such a column, as it is.
  func marked(_ table: Table) -> Table {
    guard table["scenario"] != nil, table["assumed"] == nil else { return table }
    let known = Set(grades.map(\.scenario))
    let flags = table.texts("scenario").map { id -> Bool? in
      id.flatMap { known.contains($0) ? assumed.contains($0) : nil }
    }
    return Table(table.name, table.columns + [.boolean("assumed", flags)])
  }
}

/// The identity of an answer about scenarios: SHA-256 over the engine, the plan, the question and the
/// digest of every file it rests on. Where scenario files lie and in which order they are named is no part
/// of it.
struct AnswerIdentity: Sendable {
  let command: String
  let plan: Plan
  /// Options beside the plan that decide the answer, by name.
  let options: [(name: String, value: String)]
  /// Scenario files as they were named, then files of the workspace.
  let inputs: [InputDigest]
  let key: String

  init(
    _ command: String, _ workspace: Workspace, plan: Plan, files: [String], fits: [String],
    options: [(name: String, value: String)]
  ) throws {
    let named = try files.map {
      InputDigest(path: $0, sha256: SHA256.hex(try UserFile.bytes($0)))
    }
    let paths = Set(try RunIdentity.dataPaths(workspace) + fits).sorted()
    let rest = try paths.map {
      InputDigest(path: $0, sha256: SHA256.hex(try workspace.files.bytes($0)))
    }
    let record = JSON.members([
      ("engine", .string(Engine.version)), ("generation", .integer(Engine.generation)),
      ("command", .string(command)), ("plan", plan.json),
      ("options", .array(options.map { .array([.string($0.name), .string($0.value)]) })),
      ("scenarios", .array(named.map(\.sha256).sorted().map { .string($0) })),
      ("inputs", .members(rest.map { ($0.path, .string($0.sha256)) })),
    ])
    self.command = command
    self.plan = plan
    self.options = options
    inputs = named + rest
    key = SHA256.hex(record.text(isPretty: false))
  }

  /// The day up to which releases were read.
  var vintage: String { String(plan.asOf.prefix(10)) }

  func card(id: String) -> RunCard {
    RunCard(
      id: "\(id)-\(key.prefix(6))", quarter: plan.quarter, key: key, asOf: vintage,
      seed: UInt64(plan.seed), draws: plan.draws, engineVersion: Engine.version,
      digests: inputs.map { RunCard.Digest(name: $0.path, digest: $0.sha256) })
  }
}
