import Demography
import Formats
import Foundation
import Harmony

/// The package's own tables, and the shared ones where they are at hand.
enum Tables {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// `$AGYN_SHARED`, or the folder beside the package; `nil` when absent.
  static var shared: URL? {
    let named = ProcessInfo.processInfo.environment["AGYN_SHARED"]
    let url = named.map { URL(fileURLWithPath: $0) } ?? root.appending(path: "../shared")
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  static func grid(_ url: URL) throws -> TextGrid {
    try readDelimited(Array(Data(contentsOf: url)), file: url.lastPathComponent)
  }

  /// The rows of a table of the package as observations; `fixed` fills what the file leaves out.
  static func observations(
    _ path: String, _ fixed: (inout Observation) -> Void
  ) throws -> [Observation] {
    let grid = try grid(root.appending(path: path))
    let header = grid.rows[0].cells
    return grid.rows.dropFirst().map { row in
      func cell(_ column: Observation.Column) -> String? {
        header.firstIndex(of: column.rawValue).map { row.cells[$0] }
      }
      var observation = Observation(
        measure: cell(.measure) ?? "_U", reporter: cell(.reporter) ?? "_U",
        period: Period(cell(.period) ?? "") ?? .year(0),
        vintage: Instant(cell(.vintage) ?? "") ?? Instant(seconds: 0),
        value: Double(cell(.value) ?? ""), source: cell(.source) ?? "_U")
      observation.referenceArea = cell(.referenceArea) ?? "_Z"
      observation.permitType = cell(.permitType) ?? "_Z"
      observation.citizenship = cell(.citizenship) ?? "_T"
      observation.activity = cell(.activity) ?? "_T"
      observation.scope = cell(.scope) ?? "ALL"
      observation.event = cell(.event) ?? "_Z"
      observation.geoVintage = cell(.geoVintage) ?? "_Z"
      observation.roundBase = Double(cell(.roundBase) ?? "") ?? 0
      fixed(&observation)
      return observation
    }
  }

  static func margins() throws -> [Observation] {
    try observations("data/internal_margins.csv") {
      $0.scope = "ALL_INTERNAL"
      $0.geoVintage = "KZ-ADM1-2022"
      $0.event = "EVENT"
    }
  }

  static func crosswalk() throws -> Crosswalk {
    try Crosswalk(Crosswalk.Row.read(grid(root.appending(path: "data/codes/crosswalks.csv"))))
  }
}

/// A rule book from text.
func book(_ rules: String) throws -> RuleBook {
  let text = "schema: agyn.rules/1\nrules:\n" + rules
  return try RuleBook.read(readYAML(Array(text.utf8), file: "rules.yaml"))
}

func evaluate(
  _ rules: String, _ observations: [Observation], vintages: [Observation] = [],
  codelists: [String: Codelist] = [:], sources: [SourceFacts] = [], asOf: String = "2025-10-15"
) throws -> RuleReport {
  try book(rules).evaluate(
    RuleContext(
      observations: observations, vintages: vintages, codelists: codelists, sources: sources,
      asOf: Instant(asOf)!))
}

func row(
  _ measure: String, _ area: String, _ period: String, _ value: Double?, source: String = "a",
  vintage: String = "2025-01-01"
) -> Observation {
  var observation = Observation(
    measure: measure, reporter: "KZ:BNS", period: Period(period)!, vintage: Instant(vintage)!,
    value: value, source: source)
  observation.referenceArea = area
  return observation
}

func flow(_ from: String, _ to: String, _ period: String, _ value: Double?) -> Observation {
  var observation = row("FLOW_OD", "_Z", period, value)
  observation.origin = from
  observation.destination = to
  return observation
}
