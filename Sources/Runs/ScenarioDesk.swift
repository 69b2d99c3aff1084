public import Demography
import Export
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
  /// - Returns: the levers found, the same table with names, and warnings of plausibility.
  /// - Throws: all faults of all files together.
  public func check(
    _ files: [String]
  ) throws -> (levers: Table, named: Table, warnings: [Fault]) {
    let (baseline, regions) = try readBaseline()
    let scenarios = try Study.scenarios(
      documents(files, settings: []), baseline: baseline, regions: regions,
      workspace: workspace)
    let levers = Scenario.Lever.table(
      scenarios.flatMap { scenario in scenario.levers.map { (scenario.id, $0) } })
    let names = names(scenarios, baseline, regions: nil)
    return (levers, names(levers), baseline.warnings + scenarios.flatMap(\.warnings))
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
    return try run("check", files: files, settings: [], overrides: one, threads: threads).warnings
  }

  /// The baseline of the workspace and the regions it is made of.
  func readBaseline() throws -> (Baseline, Codelist) {
    let lists = try WorkspaceData.readCodelists(workspace)
    guard let regions = lists["regions"]?.valid(on: workspace.geography.validOn) else {
      throw Fault(.missingInput, "file.missing", ["path": workspace.geography.regions])
    }
    return (try Study.baseline(workspace, regions: regions), regions)
  }

  /// The results of scenarios on the draws of one baseline.
  public struct Results {
    let tables: [Table]
    let country: String
    /// What the tables say of themselves; `nil` where no scenario was run.
    public var note: AnswerNote?
    /// Sentences about the differences, to be copied.
    public var sentences: [String] = []
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

    /// Writes every table as CSV and, of scenarios, the record of what made them.
    public func write(to folder: String) throws {
      if let note {
        return try AnswerFolder(note: note, warnings: warnings).write(tables, to: folder)
      }
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

  /// - Parameters:
  ///   - command: what was asked, for the record.
  ///   - settings: `name=value` for parameters of the scenarios.
  public func run(
    _ command: String, files: [String], settings: [String], overrides: Plan.Overrides,
    threads: Int
  ) throws -> Results {
    let prepared = try prepare(
      command, files: files, settings: settings, overrides: overrides, threads: threads)
    let found = try prepared.study.run(progress: progress)
    let tables = found.tables()
    var results = Results(
      tables: tables.map { prepared.note.marked($0) }, country: workspace.geography.country)
    results.note = prepared.note
    results.warnings = found.warnings
    results.sentences = prepared.study.scenarios.flatMap { scenario -> [String] in
      let input = ScenarioPage(prepared, scenario, tables: tables, warnings: []).input(
        words.language)
      return DifferenceText(input)?.first.map(\.text) ?? []
    }
    return results
  }

  /// What an answer is made from.
  struct Prepared {
    let workspace: Workspace
    let study: Study
    let checked: CheckedData
    let models: ModelFiles
    let note: AnswerNote
  }

  /// - Parameter options: what decides the answer beside files, settings and plan.
  func prepare(
    _ command: String, files: [String], settings: [String], overrides: Plan.Overrides,
    threads: Int, options: [(name: String, value: String)] = [], past: PastLaunch? = nil
  ) throws -> Prepared {
    let plan = try Plan(workspace, overrides)
    let data = try WorkspaceData.load(
      workspace, asOf: plan.asOfInstant, isLocked: false, progress: progress
    ).publishable
    let checked = try CheckedData(data)
    let documents = try documents(files, settings: settings)
    let models = try ModelFiles(workspace)
    let study = try Study(
      checked, models: models, plan: plan, threads: threads, files: documents,
      takesDraws: overrides.draws == nil, past: past)
    let fits = documents.flatMap { Scenario.fitFiles($0) }.filter { workspace.files.exists($0) }
    // Files may ask for more draws than the workspace.
    var run = plan
    run.draws = study.scenarioRun.draws
    let identity = try AnswerIdentity(
      command, workspace, plan: run, files: files, fits: fits,
      options: settings.sorted().map { ("set", $0) } + options)
    let names = names(study.scenarios, study.baseline, regions: data.regionsTable)
    return Prepared(
      workspace: workspace, study: study, checked: checked, models: models,
      note: AnswerNote(identity, study.scenarios, names: names))
  }

  func study(
    files: [String], settings: [String], overrides: Plan.Overrides, threads: Int,
    past: PastLaunch? = nil
  ) throws -> Study {
    try prepare(
      "plan", files: files, settings: settings, overrides: overrides, threads: threads, past: past
    ).study
  }

  /// Names of what scenario files hold, and of regions where their table is given.
  private func names(_ scenarios: [Scenario], _ baseline: Baseline, regions: Table?) -> CodeNames {
    let card = RunCard(
      id: "", quarter: "", key: "", asOf: "", seed: 0, draws: 0, engineVersion: Engine.version)
    return CodeNames(
      ReportInput(
        run: card, tables: regions.map { ["regions": $0] } ?? [:], language: words.language,
        title: workspace.title, country: workspace.geography.country,
        labels: Labels.of(scenarios, baseline)))
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
    for (k, setting) in values.enumerated()
    where values[..<k].contains(where: { $0.name == setting.name }) {
      throw Fault(.usage, "setting.twice", ["name": setting.name])
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
