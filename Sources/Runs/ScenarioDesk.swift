public import Demography
import Formats
import Foundation
import Ingest
import Scenarios
public import Words

/// Checks, runs and compares scenario files outside a refresh.
public struct ScenarioDesk {
  let workspace: Workspace
  let words: Wordbook
  let progress: any ProgressListener

  public init(_ workspace: Workspace, words: Wordbook, progress: any ProgressListener) {
    self.workspace = workspace
    self.words = words
    self.progress = progress
  }

  /// The levers a scenario file may use, with their cards.
  public static var levers: [Card] { LeverCatalogue.all.map(\.card) }

  /// Reads scenario files against the baseline of the workspace.
  /// - Returns: the levers found, and warnings of plausibility.
  /// - Throws: all faults of all files together.
  public func check(_ files: [String]) throws -> (levers: Table, warnings: [Fault]) {
    let (baseline, regions) = try readBaseline()
    let scenarios = try Study.scenarios(
      documents(files, settings: []), baseline: baseline, regions: regions,
      workspace: workspace)
    return (Self.leverTable(scenarios), scenarios.flatMap(\.warnings))
  }

  /// Takes scenario files through the projection once: what is implausible on the median path, and whether
  /// the accounts of one draw close.
  ///
  /// - Returns: warnings, those of `check` among them.
  /// - Throws: what a run throws, such as people that are missing or leave more than once.
  public func dryRun(
    _ files: [String], overrides: Plan.Overrides, threads: Int
  ) throws -> [Fault] {
    var one = overrides
    one.draws = 1
    return try run(files: files, settings: [], overrides: one, threads: threads).warnings
  }

  /// The baseline of the workspace and the regions it is made of.
  func readBaseline() throws -> (Baseline, Codelist) {
    let lists = try WorkspaceData.readCodelists(workspace)
    guard let regions = lists["regions"]?.valid(on: workspace.geography.validOn) else {
      throw Fault(.missingInput, "file.missing", ["path": workspace.geography.regions])
    }
    return (try Study.baseline(workspace, regions: regions), regions)
  }

  private static func leverTable(_ scenarios: [Scenario]) -> Table {
    let rows = scenarios.flatMap { scenario in scenario.levers.map { (scenario.id, $0) } }
    return Table(
      "levers",
      [
        .text("scenario", rows.map(\.0)), .text("lever", rows.map(\.1.id)),
        .text("kind", rows.map(\.1.kind)),
        .text("quality", rows.map { $0.1.evidence?.quality.rawValue }),
        .boolean("assumed", rows.map(\.1.isAssumed)),
        .text("source", rows.map { $0.1.evidence?.source }),
      ])
  }

  /// The results of scenarios on the draws of one baseline.
  public struct Results {
    let tables: [Table]
    let country: String
    /// Ids of scenarios with assumed levers or parameters.
    public let assumed: [String]
    /// What a reader should know before using the numbers: jumps of constraints, implausible moves,
    /// indicators without a value.
    public var warnings: [Fault] = []

    /// Population of the whole by scenario, variant and year.
    public var populationTable: Table {
      let all = table("population")
      let areas = all.texts("area")
      return all.filter { areas[$0] == country }
    }

    /// Differences to the baseline or the variant compared against, on the same draws.
    ///
    /// - Throws: `compare.nothing` when no difference is told for the area or the year.
    public func differences(area: String?, year: String?) throws -> Table {
      try rows(of: "differences", area: area, year: year)
    }

    /// Rows of a table for an area, the whole country where none is named, and a year.
    ///
    /// - Throws: `compare.nothing` where there are none.
    func rows(of name: String, area: String?, year: String?) throws -> Table {
      let all = table(name)
      let areas = all.texts("area")
      let years = all.texts("period").map { $0.map { String($0.prefix(4)) } }
      let found = all.filter { row in
        areas[row] == area ?? country && (year.map { years[row] == $0 } ?? true)
      }
      if found.rowCount == 0 {
        let known = Set(areas.compactMap { $0 }).sorted()
        throw Fault(
          .usage, "compare.nothing",
          [
            "area": area ?? country, "year": year ?? "…",
            "areas": known.joined(separator: ", "),
            "years": Set(years.compactMap { $0 }).sorted().joined(separator: ", "),
          ])
      }
      return found
    }

    /// Writes every table as CSV.
    public func write(to folder: String) throws {
      for table in tables {
        try AtomicFile.write(
          Formats.writeCSV(table),
          to: URL(fileURLWithPath: folder).appendingPathComponent(table.name + ".csv"))
      }
    }

    private func table(_ name: String) -> Table {
      tables.first { $0.name == name } ?? Table(name, [])
    }
  }

  /// - Parameter settings: `name=value` for parameters of the scenarios.
  public func run(
    files: [String], settings: [String], overrides: Plan.Overrides, threads: Int
  ) throws -> Results {
    let study = try study(
      files: files, settings: settings, overrides: overrides, threads: threads)
    let found = try study.run(progress: progress)
    return Results(
      tables: found.tables(), country: workspace.geography.country, assumed: found.banner,
      warnings: found.warnings)
  }

  func study(
    files: [String], settings: [String], overrides: Plan.Overrides, threads: Int
  ) throws -> Study {
    let plan = try Plan(workspace, overrides)
    let data = try WorkspaceData.load(
      workspace, asOf: plan.asOfInstant, isLocked: false, progress: progress
    ).publishable
    return try Study(
      CheckedData(data), models: ModelFiles(workspace), plan: plan, threads: threads,
      files: documents(files, settings: settings), takesDraws: overrides.draws == nil)
  }

  private func documents(_ files: [String], settings: [String]) throws -> [Document] {
    let values = try ScenarioSettings(settings)
    let documents = try files.map { path in
      try Formats.readYAML(UserFile.bytes(path), file: path)
    }
    return try values.applied(to: documents)
  }
}

/// `--set name=value` on the command line: another value for a named parameter of a scenario.
struct ScenarioSettings {
  private let values: [(name: String, value: String)]

  init(_ texts: [String]) throws {
    values = try texts.map { text in
      let halves = text.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, Double(halves[1]) != nil else {
        throw Fault(
          .usage, "option.wrong", ["option": "--set", "value": text, "form": "name=1.5"])
      }
      return (String(halves[0]), String(halves[1]))
    }
  }

  /// - Throws: `setting.unknown` for a name that no file declares under `parameters`.
  func applied(to documents: [Document]) throws -> [Document] {
    let known = documents.flatMap { $0["parameters"]?.entries.map(\.key) ?? [] }
    for (name, _) in values where !known.contains(name) {
      throw Fault(
        .usage, "setting.unknown",
        [
          "name": name, "nearest": nearest(to: name, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ])
    }
    return documents.map { document in
      guard let parameters = document["parameters"] else { return document }
      let entries = parameters.entries.map { entry in
        guard let value = values.last(where: { $0.name == entry.key })?.value else { return entry }
        let fixed = Document.Entry(
          key: "value", keyPlace: entry.keyPlace,
          value: Document(.scalar(value), at: entry.value.place))
        let kept = entry.value.entries.filter { ["unit", "bounds", "note"].contains($0.key) }
        return Document.Entry(
          key: entry.key, keyPlace: entry.keyPlace,
          value: Document(.map([fixed] + kept), at: entry.value.place))
      }
      let replaced = Document(.map(entries), at: parameters.place)
      return Document(
        .map(
          document.entries.map {
            switch $0.key {
            case "parameters":
              Document.Entry(key: $0.key, keyPlace: $0.keyPlace, value: replaced)
            case "correlations":
              Document.Entry(key: $0.key, keyPlace: $0.keyPlace, value: free($0.value))
            default: $0
            }
          }), at: document.place)
    }
  }

  /// Correlations of parameters that keep their distribution; a value that is set goes together with
  /// nothing.
  private func free(_ correlations: Document) -> Document {
    let kept = correlations.items.filter { item in
      !(item["between"]?.items ?? []).contains { named in
        values.contains { $0.name == named.text }
      }
    }
    return Document(.list(kept), at: correlations.place)
  }
}
