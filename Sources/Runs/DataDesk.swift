public import Demography
import Digests
import Formats
import Foundation
import Harmony
import Ingest
import Store
public import Words

/// What a person does with the data of a workspace outside a refresh.
public struct DataDesk {
  let workspace: Workspace

  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// The columns that fit on a terminal.
  public static let shownColumns = [
    "MEASURE", "REF_AREA", "ORIG", "DEST", "TIME_PERIOD", "SEX", "AGE", "SCOPE", "OBS_VALUE",
    "UNIT_MEASURE", "OBS_STATUS", "ESTIMATE_KIND", "SOURCE_ID",
  ]

  /// The kinds of file a source can be, with their cards.
  public static var sourceKinds: [Card] { SourceFormat.all.map(\.card) }

  /// What the rules found.
  public struct RuleSummary: Sendable {
    public let rules: Table
    public let conflicts: Table
    public let failedErrors: Int
    public let arguments: [String: String]
  }

  public func rules(asOf: String?, words: Wordbook) throws -> RuleSummary {
    let checked = try checked(asOf: asOf)
    let tables = Dictionary(uniqueKeysWithValues: checked.tables.map { ($0.name, $0) })
    let report = checked.report
    return RuleSummary(
      rules: tables["rules"] ?? Table("rules", []),
      conflicts: report.conflictsTable { words($0, $1) },
      failedErrors: checked.failedErrors,
      arguments: [
        "rules": "\(report.outcomes.count)", "failed": "\(checked.failedRules)",
        "not_evaluated": "\(checked.rulesNotEvaluated)",
        "quarantined": "\(report.quarantine.count)",
        "untouched": report.untouchedColumns.map(\.rawValue).joined(separator: ", "),
      ])
  }

  public func gaps(asOf: String?) throws -> (cells: Table, tasks: Table) {
    let checked = try checked(asOf: asOf)
    return (checked.gaps.table(), checked.gaps.tasksTable())
  }

  /// Observations in today's boundaries and in quarters.
  /// - Parameter leaves: whether the table leaves the workspace; then every source must allow it.
  public func harmonised(asOf: String?, leaves: Bool) throws -> Table {
    let checked = try checked(asOf: asOf)
    let plan = try Plan(workspace, Plan.Overrides(asOf: asOf))
    let table =
      try HarmonisedData.tables(checked, plan: plan).first { $0.name == "harmonised" }
      ?? observationTable("harmonised", [])
    if leaves { try checked.data.registry.requireExportable(table) }
    return table
  }

  /// The latest observations that match every `COLUMN=VALUE`.
  /// - Parameter leaves: whether the table leaves the workspace; then every source must allow it.
  public func observations(
    _ filters: [String], asOf: String?, leaves: Bool = false
  ) throws -> Table {
    let wanted = try Self.filters(filters)
    let data = try load(asOf: asOf)
    let table = observationTable(
      "observations",
      data.observations.filter { observation in
        wanted.allSatisfy { observation[$0.column] == $0.value }
      })
    if table.rowCount == 0 {
      throw Fault(.missingInput, "data.nothing", ["filters": filters.joined(separator: " ")])
    }
    if leaves { try data.registry.requireExportable(table) }
    return table
  }

  /// Every release of the observations that match, with the file each came from.
  public func trace(_ filters: [String]) throws -> Table {
    let wanted = try Self.filters(filters)
    let data = try load(asOf: nil)
    let keys = Set(
      data.vintages.filter { observation in
        wanted.allSatisfy { observation[$0.column] == $0.value }
      }.map(\.key)
    ).sorted()
    if keys.isEmpty {
      throw Fault(.missingInput, "data.nothing", ["filters": filters.joined(separator: " ")])
    }
    let store = try Store.reading(path: WorkspaceData.storeURL(workspace).path)
    defer { try? store.close() }
    let rows = try keys.flatMap { try store.trace(key: $0) }
    return Table(
      "trace",
      [
        .text("measure", rows.map(\.observation.measure)),
        .text(
          "area",
          rows.map { row in
            row.observation.referenceArea == "_Z"
              ? row.observation.origin + " → " + row.observation.destination
              : row.observation.referenceArea
          }), .text("period", rows.map(\.observation.period.description)),
        .text("vintage", rows.map(\.observation.vintage.day.description)),
        .real("value", rows.map(\.observation.value)),
        .text("status", rows.map(\.observation.status.rawValue)),
        .text("kind", rows.map { $0.observation.kind.rawValue.lowercased() }),
        .text("source", rows.map(\.observation.source)), .text("file", rows.map(\.file.name)),
        .text("sha256", rows.map { String($0.file.digest.prefix(12)) }),
        .text("note", rows.map(\.observation.note)),
      ])
  }

  func load(asOf: String?) throws -> WorkspaceData {
    let plan = try Plan(workspace, Plan.Overrides(asOf: asOf))
    return try WorkspaceData.load(
      workspace, asOf: plan.asOfInstant, isLocked: false, progress: SilentProgress())
  }

  func checked(asOf: String?) throws -> CheckedData {
    try CheckedData(load(asOf: asOf))
  }

  /// Conditions from `COLUMN=VALUE`.
  /// - Throws: `filter.wrong`, all together.
  static func filters(
    _ texts: [String]
  ) throws -> [(column: Observation.Column, value: String)] {
    var faults: [Fault] = []
    var filters: [(column: Observation.Column, value: String)] = []
    let known = Observation.Column.allCases.map(\.rawValue)
    for text in texts {
      let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if halves.count == 2, let column = Observation.Column(rawValue: halves[0].uppercased()) {
        filters.append((column, String(halves[1])))
      } else {
        let name = halves.first.map(String.init) ?? ""
        faults.append(
          Fault(
            .usage, "filter.wrong",
            ["filter": text, "nearest": nearest(to: name, in: known) ?? known[0]]))
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    return filters
  }
}
