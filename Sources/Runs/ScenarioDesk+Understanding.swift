public import Demography
import Export
import Foundation
import Scenarios
public import Words

// Why scenarios differ, how they answer to their numbers, and files to begin with.

extension ScenarioDesk {
  /// What was found out about one scenario.
  public struct Answer {
    public let tables: [Table]
    /// The table to be shown first.
    public let main: Table
    /// What the tables say of themselves.
    public let note: AnswerNote
    /// Sentences about the answer.
    public var notes: [String]
    /// What a reader should know before using the numbers.
    public var warnings: [Fault] = []
    /// What draws the answer; `nil` where nothing does.
    var figure: FlowFigure?
    /// Pages by their file's name.
    var pages: [(name: String, bytes: [UInt8])] = []
    /// Where the pages go if no folder is named; `nil` where there are none.
    public var standardFolder: String?

    /// Writes every table as CSV, the pages, and the record of what made them.
    public func write(to folder: String) throws {
      try AnswerFolder(note: note, warnings: warnings).write(tables, beside: pages, to: folder)
    }

    /// The page in a language within a folder; `nil` where there is none.
    public func page(in folder: String, _ language: Language) -> String? {
      let own = "report.\(language.rawValue).html"
      let name =
        pages.contains { $0.name == own } ? own : pages.first { $0.name == "report.html" }?.name
      return name.map { folder + "/" + $0 }
    }
  }

  /// Explains the variants of a scenario: the part of every lever in the differences, the components of
  /// the population's change, and how much each parameter matters.
  ///
  /// - Parameters:
  ///   - variant: one variant; `nil` for all that differ from the one compared with, and a note of each
  ///     that does not or whose levers cannot be switched one by one.
  ///   - area: code or set of the rows shown; `nil` for the country.
  /// - Throws: `scenario.explain-nothing` and `scenario.explain-alternatives` for a variant that is
  ///   named, and when no variant is left.
  public func explain(
    _ file: String, settings: [String], variant: String?, area: String?, year: String?,
    overrides: Plan.Overrides, threads: Int
  ) throws -> Answer {
    let prepared = try one(
      "explain", file, settings, overrides, threads,
      [("variant", variant ?? ""), ("year", year ?? "")])
    let run = prepared.study.scenarioRun
    let whole = prepared.study.scenarios[0]
    let told = year.flatMap { Int($0) }
    let scenario = told.map { whole.compared(in: $0) } ?? whole
    let (wanted, left) = try variants(scenario, variant)
    var parts: [Table] = []
    var ledgers: [Table] = []
    var tornado: [Table] = []
    var notes = left.map { words("fault.\($0.code).what", $0.arguments) }
    let listener = progress
    @Sendable func report(_ share: Double) {
      listener.report(ProgressEvent("projecting", done: Int((share * 100).rounded()), total: 100))
    }
    var results = try run.results { report(0.3 * $0) }
    results.warnings += prepared.study.warnings
    for (k, chosen) in wanted.enumerated() {
      let count = wanted.count
      let found = try run.explanation(scenario, variant: chosen) { share in
        report(0.3 + 0.7 * (Double(k) + share) / Double(count))
      }
      parts.append(found.parts)
      ledgers.append(found.ledger)
      tornado.append(try run.sensitivity(scenario, variant: chosen))
      if found.isSampled {
        notes.append(
          words("scenario.explain.sampled", ["players": "\(found.players.count)"]))
      }
    }
    let all = Table.joined(parts)
    let sensitivity = Table.joined(tornado)
    let explained = [all, Table.joined(ledgers), sensitivity]
    let page = ScenarioPage(
      prepared, whole, tables: results.tables() + explained, warnings: results.warnings,
      year: told)
    notes += DifferenceText(page.input(words.language))?.first.map(\.text) ?? []
    var answer = Answer(
      tables: (explained + results.tables()).map { prepared.note.marked($0) } + page.others,
      main: try shown(prepared.note.marked(all), area: area, year: year), note: prepared.note,
      notes: notes, warnings: results.warnings)
    answer.figure = self.tornado(sensitivity, scenario, wanted[0], area: area, year: year, prepared)
    answer.pages = page.files()
    answer.standardFolder = try workspace.files.url("explained/" + whole.id).path
    return answer
  }

  /// Runs a variant at every point of a grid.
  ///
  /// - Parameter axes: `name=0,0.5,1` or `name=lower:upper:points`.
  public func sweep(
    _ file: String, axes: [String], settings: [String], variant: String?, area: String?,
    year: String?, overrides: Plan.Overrides, threads: Int
  ) throws -> Answer {
    let prepared = try one(
      "sweep", file, settings, overrides, threads,
      axes.map { ("vary", $0) } + [("variant", variant ?? ""), ("year", year ?? "")])
    let run = prepared.study.scenarioRun
    let whole = prepared.study.scenarios[0]
    let scenario = year.flatMap { Int($0) }.map { whole.compared(in: $0) } ?? whole
    let grid = try axes.map { try SweepAxis($0, scenario) }
    guard !grid.isEmpty else {
      throw Fault(
        .usage, "option.wrong", ["option": "--vary", "value": "", "form": "name=0:1:5"])
    }
    _ = try SweepAxis.points(grid)
    let chosen =
      try variant.map { try self.variant(scenario, $0) } ?? Self.swept(scenario, grid.map(\.name))
    let table = prepared.note.marked(
      try run.sweep(
        scenario, variant: chosen, axes: grid.map { ($0.name, $0.values) },
        progress: Study.reporting(progress)))
    return Answer(
      tables: [table, levers(scenario)], main: try shown(table, area: area, year: year),
      note: prepared.note,
      notes: Self.isStill(table) ? [still(chosen, scenario, grid, prepared)] : [],
      warnings: scenario.warnings + prepared.study.warnings)
  }

  /// The variant of which a sweep tells most where none is named: that of the goal, if a parameter of the goal
  /// is varied; else the first that is not the one the others are compared with.
  private static func swept(_ scenario: Scenario, _ names: [String]) -> Scenario.Variant {
    let variants = scenario.variants
    if let goal = scenario.goal, names.contains(goal.parameter),
      let found = variants.first(where: { $0.id == goal.variant })
    {
      return found
    }
    return variants.first { $0.id != scenario.comparison.against } ?? variants[0]
  }

  /// Whether no point of a sweep differs from another.
  private static func isStill(_ table: Table) -> Bool {
    var first: [[String?]: [Double?]] = [:]
    let columns = ["median", "lower_80", "upper_80"].map { table.numbers($0) }
    let keys = ["area", "period", "metric"].map { table.texts($0) }
    var repeated = false
    for row in 0..<table.rowCount {
      let key = keys.map { $0[row] }
      let values = columns.map { $0[row] }
      guard let other = first[key] else {
        first[key] = values
        continue
      }
      repeated = true
      if other != values { return false }
    }
    return repeated
  }

  private func still(
    _ variant: Scenario.Variant, _ scenario: Scenario, _ grid: [SweepAxis], _ prepared: Prepared
  ) -> String {
    words(
      "sweep.still",
      [
        "parameters": grid.map { prepared.note.names.parameter($0.name, in: scenario.id) }
          .joined(separator: ", "),
        "variant": variant.title?(words.language.rawValue) ?? variant.id,
      ])
  }

  /// Looks for the value of a parameter that reaches the goal of the file.
  ///
  /// - Parameter target: another value to be reached than the file's.
  public func seek(
    _ file: String, settings: [String], target: Double?, overrides: Plan.Overrides, threads: Int
  ) throws -> Answer {
    let prepared = try one(
      "seek", file, settings, overrides, threads, [("target", target.map { text($0) } ?? "")])
    let run = prepared.study.scenarioRun
    let scenario = prepared.study.scenarios[0]
    guard var goal = scenario.goal else {
      throw Fault(.usage, "scenario.goal-missing", ["file": file])
    }
    if let target { goal = goal.reaching(.value(target)) }
    let found = try run.seek(scenario, goal, progress: Study.reporting(progress))
    let outcomes = found.tried.map(\.outcome).filter { !$0.isNaN }
    let values = [
      "parameter": name(parameter: goal.parameter, scenario),
      "metric": name(goal.metric.name, scenario), "area": name(area: goal.area.name, scenario),
      "year": "\(goal.year)", "target": Self.rounded(found.target),
      "lower": text(goal.bounds.lowerBound), "upper": text(goal.bounds.upperBound),
      "value": found.value.map(Self.rounded) ?? "",
      "least": Self.rounded(outcomes.min() ?? .nan), "most": Self.rounded(outcomes.max() ?? .nan),
    ]
    let note = words(
      found.value == nil ? "scenario.seek.unreachable" : "scenario.seek.found", values)
    let table = prepared.note.marked(found.table(scenario: scenario.id))
    return Answer(
      tables: [table, levers(scenario)], main: table, note: prepared.note, notes: [note],
      warnings: scenario.warnings + prepared.study.warnings)
  }

  /// A scenario file to begin with.
  ///
  /// - Parameter kinds: one lever of each of these kinds.
  public func starter(id: String, kinds: [String]) throws -> String {
    let (baseline, _) = try readBaseline()
    let cards = LeverCatalogue.all.map(\.card)
    let texts = ScenarioStarter.Texts(
      header: words("scenario.new.header"), levers: words("scenario.new.levers"),
      variants: words("scenario.new.variants"), compare: words("scenario.new.compare"),
      source: words("scenario.new.source"),
      kinds: Dictionary(uniqueKeysWithValues: cards.map { ($0.id, words($0.summaryKey)) }))
    return try ScenarioStarter(baseline, texts).file(id: id, kinds: kinds)
  }

  /// Writes a starter file where there is none yet.
  ///
  /// - Throws: `scenario.starter-exists` rather than overwriting a file.
  public func writeStarter(_ text: String, to path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Fault(.cannotWrite, "scenario.starter-exists", ["path": path])
    }
    try AtomicFile.write(Array(text.utf8), to: URL(fileURLWithPath: path))
  }

  private func one(
    _ command: String, _ file: String, _ settings: [String], _ overrides: Plan.Overrides,
    _ threads: Int, _ options: [(name: String, value: String)]
  ) throws -> Prepared {
    try prepare(
      command, files: [file], settings: settings, overrides: overrides, threads: threads,
      options: options.filter { !$0.value.isEmpty })
  }

  /// The variant that is named, or all that can be explained, and why the others cannot.
  ///
  /// - Throws: `scenario.variant-unknown`; why none can be explained.
  func variants(
    _ scenario: Scenario, _ id: String?
  ) throws -> (explained: [Scenario.Variant], left: [Fault]) {
    let named = try id.map { [try variant(scenario, $0)] }
    let others = scenario.variants.filter { $0.id != scenario.comparison.against }
    let wanted = named ?? (others.isEmpty ? scenario.variants : others)
    let explained = wanted.filter { scenario.unexplained($0) == nil }
    let left = wanted.compactMap { scenario.unexplained($0) }
    if explained.isEmpty { throw Faults(left) }
    return (explained, left)
  }

  private func variant(_ scenario: Scenario, _ id: String) throws -> Scenario.Variant {
    if let found = scenario.variants.first(where: { $0.id == id }) { return found }
    let known = scenario.variants.map(\.id)
    throw Fault(
      .usage, "scenario.variant-unknown",
      [
        "variant": id, "nearest": nearest(to: id, in: known) ?? "",
        "known": known.joined(separator: ", "),
      ])
  }

  private func shown(_ table: Table, area: String?, year: String?) throws -> Table {
    try Results(tables: [table], country: workspace.geography.country)
      .rows(of: table.name, area: area, year: year)
  }

  private func levers(_ scenario: Scenario) -> Table {
    Scenario.Lever.table(scenario.levers.map { (scenario.id, $0) })
  }

  /// Four significant digits, or whole persons.
  private static func rounded(_ value: Double) -> String {
    if abs(value) >= 1000 { return text(value.rounded()) }
    return text((value * 10_000).rounded() / 10_000)
  }
}

/// `--vary name=0,0.5,1` or `name=lower:upper:points`.
struct SweepAxis {
  let name: String
  let values: [Double]

  /// The most settings of a grid.
  private static let mostPoints = 1_000_000

  /// The number of settings of a grid.
  ///
  /// - Throws: `sweep.points` where there are more than a million.
  static func points(_ grid: [SweepAxis]) throws -> Int {
    var points = 1
    for axis in grid {
      let (product, isOver) = points.multipliedReportingOverflow(by: axis.values.count)
      guard !isOver, product <= mostPoints else {
        throw Fault(
          .usage, "sweep.points",
          [
            "counts": grid.map { "\($0.values.count)" }.joined(separator: " × "),
            "most": "\(mostPoints)",
          ])
      }
      points = product
    }
    return points
  }

  /// - Throws: `option.wrong`; `setting.unknown` for a name that is no parameter of the scenario.
  init(_ text: String, _ scenario: Scenario) throws {
    let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
    let wrong = Fault(
      .usage, "option.wrong", ["option": "--vary", "value": text, "form": "name=0:1:5"])
    guard halves.count == 2 else { throw wrong }
    name = halves[0]
    let known = scenario.parameters.map(\.name)
    guard known.contains(name) else {
      throw Fault(
        .usage, "setting.unknown",
        [
          "name": name, "nearest": nearest(to: name, in: known) ?? "",
          "known": known.joined(separator: ", "),
        ])
    }
    if halves[1].contains(":") {
      let parts = halves[1].split(separator: ":").map(String.init)
      guard parts.count == 3, let lower = Double(parts[0]), let upper = Double(parts[1]),
        let points = Int(parts[2]), points >= 2, points <= 1000
      else { throw wrong }
      values = (0..<points).map {
        lower + (upper - lower) * Double($0) / Double(points - 1)
      }
    } else {
      let parts = halves[1].split(separator: ",").map { Double($0) }
      guard !parts.isEmpty, !parts.contains(nil) else { throw wrong }
      values = parts.compactMap { $0 }
    }
  }
}
