import Demography
import Formats
import Harmony
import Ingest
import Words

/// The observations of a workspace after its rules have spoken.
struct CheckedData {
  let data: WorkspaceData
  let report: RuleReport
  /// Without the rows that rules of severity error set aside.
  let observations: [Observation]
  let duties: Duties
  let gaps: GapMatrix
  private let conflicts: Table

  init(_ data: WorkspaceData) throws {
    let workspace = data.workspace
    let facts = data.registry.facts
    var lists: [String: Codelist] = [:]
    for id in data.codelists.ids { lists[id] = data.codelists[id] }
    let book = try RuleBook.read(
      Formats.readYAML(workspace.files.bytes(workspace.rules), file: workspace.rules))
    report = book.evaluate(
      RuleContext(
        observations: data.observations, vintages: data.vintages, codelists: lists, sources: facts,
        asOf: data.asOf))
    observations = report.accepted(data.observations)
    duties = try Duties.read(
      Formats.readYAML(workspace.files.bytes(workspace.duties), file: workspace.duties))
    gaps = GapMatrix(
      duties: duties, sources: facts, observations: observations, vintages: data.vintages,
      asOf: data.asOf)
    conflicts = Self.conflictTable(report)
    self.data = data
  }

  /// The contract's `conflicts`, its detail stated in English and, in columns of their own, in the
  /// other languages, so that a run's tables are the same whoever reads them.
  private static func conflictTable(_ report: RuleReport) -> Table {
    let english = Wordbook(.en)
    let table = report.conflictsTable { english($0, $1) }
    let others = Language.allCases.filter { $0 != .en }.map { language in
      let words = Wordbook(language)
      return Table.Column.text(
        "detail_\(language.rawValue)", report.conflictsTable { words($0, $1) }.texts("detail"))
    }
    return Table(table.name, table.columns + others)
  }

  var tables: [Table] {
    [report.rulesTable(), conflicts, report.quarantineTable(), gaps.table(), gaps.tasksTable()]
  }

  /// Rules of any severity with a failure.
  var failedRules: Int { report.outcomes.count { $0.failed > 0 } }
  /// Rules of severity error or fatal with a failure.
  var failedErrors: Int {
    report.outcomes.count { $0.failed > 0 && [.error, .fatal].contains($0.rule.severity) }
  }
  var rulesNotEvaluated: Int { report.outcomes.count { $0.notEvaluated > 0 } }
  var fatalRules: String {
    report.outcomes.filter { $0.failed > 0 && $0.rule.severity == .fatal }.map(\.rule.id)
      .joined(separator: ", ")
  }
  var agencyCount: Int { Set(gaps.table().texts("agency").compactMap { $0 }).count }
  /// Cells of the gap matrix that are absent or unknown.
  var gapCount: Int { gaps.table().texts("state").count { $0 == "R" || $0 == "?" } }
}
