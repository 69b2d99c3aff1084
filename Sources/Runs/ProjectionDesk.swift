public import Demography
import Export
import Foundation
import Harmony
import Projection
public import Words

/// Looks into the baseline of a workspace: what its rates mean, and how well totals were forecast before.
public struct ProjectionDesk {
  let workspace: Workspace
  let words: Wordbook
  let progress: any ProgressListener

  public init(_ workspace: Workspace, words: Wordbook, progress: any ProgressListener) {
    self.workspace = workspace
    self.words = words
    self.progress = progress
  }

  /// Tables of an answer, some of them shown, and sentences about it.
  public struct Answer {
    public let tables: [Table]
    public let notes: [String]
    /// Names of the tables that are shown where none is asked for; the first of all without any.
    let shown: [String]
    /// Names of codes, where the tables have codes.
    private let names: CodeNames?

    init(tables: [Table], notes: [String], shown: [String] = [], names: CodeNames? = nil) {
      self.names = names
      self.tables = tables
      self.notes = notes
      self.shown = shown.isEmpty ? [tables[0].name] : shown
    }

    /// The table with names in place of codes, for people.
    public func named(_ table: Table) -> Table { names?(table) ?? table }

    /// The tables to show, or the one that is named.
    /// - Throws: `projection.table-unknown`.
    public func tables(named name: String?) throws -> [Table] {
      guard let name else { return tables.filter { shown.contains($0.name) } }
      guard let found = tables.first(where: { $0.name == name }) else {
        let known = tables.map(\.name)
        throw Fault(
          .usage, "projection.table-unknown",
          [
            "name": name, "nearest": nearest(to: name, in: known) ?? "",
            "known": known.joined(separator: ", "),
          ])
      }
      return [found]
    }

    /// Writes every table.
    ///
    /// - Parameter format: `csv`, `json`, `parquet` or `xlsx`.
    /// - Throws: `format.unknown` for another one, before anything is written.
    public func write(to folder: String, format: String = "csv") throws {
      let files = try tables.map { ($0.name, try TableText.bytes($0, format: format)) }
      for (name, bytes) in files {
        try AtomicFile.write(
          bytes, to: URL(fileURLWithPath: folder).appendingPathComponent("\(name).\(format)"))
      }
    }
  }

  /// What a hindcast is asked.
  public struct HindcastRequest: Sendable {
    /// A delimited file of `region`, `year`, `population` and, where known, `natural_increase`; `nil`
    /// takes the observations of the workspace, carried to its boundaries.
    public var file: String?
    /// Whether the baseline itself is launched from the past, by cohorts, and not the lines alone.
    public var isCohort: Bool
    /// `2010:2018` or `2010,2013`; `nil` for every year with ten behind it and one ahead.
    public var launches: String?
    public var horizons: String
    /// Years whose change was set by a census, `auto` to find them before each launch, `none`.
    public var breaks: String
    /// `NEW=A+B`: regions put together.
    public var joins: [String]
    /// Whether outcomes are brought to the level of the launch, without the breaks between.
    public var onLevelOfLaunch: Bool
    /// Vintages whose numbers and forecasts are put beside each other, from the oldest: days of the
    /// workspace, or names of a file's column `vintage`, `all` for all of them; `nil` for no triangle.
    public var vintages: String?

    public init(
      file: String?, launches: String?, horizons: String, breaks: String, joins: [String],
      onLevelOfLaunch: Bool, vintages: String? = nil, isCohort: Bool = false
    ) {
      self.file = file
      self.isCohort = isCohort
      self.launches = launches
      self.horizons = horizons
      self.breaks = breaks
      self.joins = joins
      self.onLevelOfLaunch = onLevelOfLaunch
      self.vintages = vintages
    }
  }

  /// Forecasts of regional totals from past launches, scored beside the naive lines.
  public func hindcast(
    _ request: HindcastRequest, overrides: Plan.Overrides, threads: Int
  ) throws -> Answer {
    let breaks = try BreakRequest(request.breaks)
    if request.isCohort {
      return try cohortHindcast(request, breaks: breaks, overrides: overrides, threads: threads)
    }
    if let vintages = request.vintages {
      return try triangle(request, vintages, breaks: breaks, overrides)
    }
    let work = try hindcastWork(request, breaks, overrides)
    let found: Hindcast.Result
    do {
      found = try Hindcast.run(work.specification, on: work.totals, threads: threads)
    } catch {
      throw Faults(error.fault)
    }
    let totals = work.totals
    var notes = [
      words(
        "hindcast.span",
        [
          "regions": "\(totals.regions.count)", "first": "\(totals.firstYear)",
          "last": "\(totals.lastYear)", "breaks": breaks.said(totals, words),
        ])
    ]
    notes += work.filled.sorted { $0.key < $1.key }.map { region, years in
      words("hindcast.filled", ["region": region, "years": Self.spans(years)])
    }
    if !work.leftOut.isEmpty {
      notes.append(
        words("hindcast.left-out", ["regions": work.leftOut.joined(separator: ", ")]))
    }
    return Answer(
      tables: [
        found.scoreTable(), found.launchTable(), found.regionTable(), found.forecastTable(),
      ], notes: notes, names: names)
  }

  /// Names of lines; regions of a file keep their own.
  var names: CodeNames {
    let card = RunCard(
      id: "", quarter: "", key: "", asOf: "", seed: 0, draws: 0, engineVersion: Engine.version)
    return CodeNames(
      ReportInput(
        run: card, tables: [:], language: words.language, title: workspace.title,
        country: workspace.geography.country, labels: [:]))
  }

  /// What a hindcast is made from.
  struct HindcastWork {
    let specification: Hindcast.Specification
    let totals: RegionalTotals
    /// Years whose natural increase was filled, by region.
    let filled: [String: [Int]]
    let leftOut: [String]
  }

  func hindcastWork(
    _ request: HindcastRequest, _ breaks: BreakRequest, _ overrides: Plan.Overrides
  ) throws -> HindcastWork {
    var series =
      try request.file.map { try TotalsTable(file: $0) } ?? workspaceTotals(overrides)
    for join in request.joins { try series.join(join) }
    let filled = try series.fillNaturalIncrease()
    let totals = breaks.declared(in: try series.totals(breaks: breaks.years))
    let launches =
      try request.launches.map { try Self.years($0, option: "--launch") }
      ?? Array(totals.firstYear + 10..<max(totals.firstYear + 11, totals.lastYear))
    let horizons = try Self.years(request.horizons, option: "--horizon")
    let lines = TotalsLine.benchmarks + [.components(.standard)]
    return HindcastWork(
      specification: Hindcast.Specification(
        launches: launches, horizons: horizons, lines: lines, breaks: breaks.choice,
        target: request.onLevelOfLaunch ? .onLevelOfLaunch : .published),
      totals: totals, filled: filled, leftOut: series.leftOut)
  }

  /// Population and natural increase of the workspace's regions on its own boundaries.
  func workspaceTotals(_ overrides: Plan.Overrides) throws -> TotalsTable {
    let plan = try Plan(workspace, overrides)
    let data = try WorkspaceData.load(
      workspace, asOf: plan.asOfInstant, isLocked: false, progress: progress
    ).publishable
    return try TotalsTable(CheckedData(data))
  }

  /// Years in runs, `2000–2007, 2009`.
  private static func spans(_ years: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for year in years.sorted() {
      if let last = runs.last, last.upperBound == year - 1 {
        runs[runs.count - 1] = last.lowerBound...year
      } else {
        runs.append(year...year)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }

  /// `2010:2018`, `2010,2013` or nothing.
  static func years(_ text: String, option: String) throws -> [Int] {
    let wrong = Fault(
      .usage, "option.wrong", ["option": option, "value": text, "form": "2010:2018"])
    if text.isEmpty { return [] }
    if text.contains(":") {
      let ends = text.split(separator: ":").map { Int($0) }
      guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first <= last,
        last - first < 1000
      else {
        throw wrong
      }
      return Array(first...last)
    }
    let list = text.split(separator: ",").map { Int($0) }
    guard !list.contains(nil), list.allSatisfy({ $0! > 0 }) else { throw wrong }
    return list.compactMap { $0 }
  }
}
