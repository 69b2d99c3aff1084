import Demography
import Formats
import Harmony
import SeriesModels

/// Where the series of a command come from: a file, or a panel of a workspace's observations.
public struct SeriesInput: Sendable {
  /// As it was given; what messages call it.
  let name: String
  private let panel: TextGrid?
  /// Periods in a season, where a model of the workspace says so.
  private let modelSeason: Int?

  /// The file, where it is one.
  var file: String? { panel == nil ? name : nil }

  /// A long table `unique_id,ds,y[,x…]`, CSV or Parquet.
  public init(file: String) {
    name = file
    panel = nil
    modelSeason = nil
  }

  /// A panel of the observations that passed the rules of a workspace: one series for every code in which those
  /// chosen differ, across vintages of boundaries, since an area that changes gets a code of its own. Its id joins
  /// as few codes as tell the series apart.
  ///
  /// - Parameters:
  ///   - selection: the id of a series model of the workspace, whose series it takes as a refresh does; else
  ///     conditions as `data show` has them, between commas.
  ///   - leaves: whether what is made of it leaves the workspace; then every source must allow it.
  /// - Throws: `panel.empty`, `panel.model`, `filter.wrong`, `data.nothing`, `series.duplicate`, `licence.forbids`;
  ///   what opening and checking a workspace throws.
  public init(panel selection: String, of workspace: Workspace, leaves: Bool) throws {
    name = "@" + selection
    if selection.contains("=") {
      let filters = selection.split(separator: ",").map { String($0.drop(while: \.isWhitespace)) }
      panel = try Self.grid(filters, name: name, desk: DataDesk(workspace), leaves: leaves)
      modelSeason = nil
    } else {
      let plans = try ModelFiles(workspace).series
      guard let plan = plans.first(where: { $0.id == selection }) else {
        let known = plans.map(\.id)
        var arguments = ["name": selection, "known": known.joined(separator: ", ")]
        guard let likely = nearest(to: selection, in: known) else {
          throw Fault(.usage, known.isEmpty ? "panel.model-none" : "panel.model-other", arguments)
        }
        arguments["nearest"] = likely
        throw Fault(.usage, "panel.model", arguments)
      }
      let checked = try DataDesk(workspace).checked(asOf: nil)
      if leaves {
        try checked.data.registry.requireExportable(
          observationTable(
            plan.id, SeriesSelection.observations(of: plan, in: checked)))
      }
      let series = try SeriesSelection.series(of: plan, in: checked)
      panel = Self.grid(
        series.flatMap { one in
          zip(one.periods, one.values).map { (one.id, $0, $1.isNaN ? nil : $1) }
        }, name: name)
      modelSeason = plan.season
    }
  }

  /// The season given, else that of the model whose panel it is; `nil` for the natural one.
  public func season(_ given: Int?) -> Int? { given ?? modelSeason }

  func grid() throws -> TextGrid { try panel ?? UserFile.grid(name) }

  /// The fast way into a plain file; `nil` otherwise.
  func plainSeries(season: Int?) -> [TimeSeries]? {
    panel == nil ? UserFile.series(name, season: season) : nil
  }

  private static func grid(
    _ filters: [String], name: String, desk: DataDesk, leaves: Bool
  ) throws -> TextGrid {
    let wanted = try DataDesk.filters(filters)
    let checked = try desk.checked(asOf: nil)
    let found = checked.observations.filter { observation in
      wanted.allSatisfy { observation[$0.column] == $0.value }
    }
    guard let first = found.first else {
      throw Fault(.missingInput, "data.nothing", ["filters": filters.joined(separator: " ")])
    }
    if leaves { try checked.data.registry.requireExportable(observationTable("panel", found)) }
    var columns = Observation.Column.allCases.filter { column in
      column.isKey && ![.period, .geoVintage].contains(column)
        && found.contains { $0[column] != first[column] }
    }
    // What the others imply, as an area its reporter, tells nothing apart.
    func count(_ columns: [Observation.Column]) -> Int {
      Set(found.map { observation in columns.map { observation[$0] } }).count
    }
    let series = count(columns)
    for column in [.reporter] + columns.reversed() {
      let fewer = columns.filter { $0 != column }
      if !fewer.isEmpty, count(fewer) == series { columns = fewer }
    }
    if columns.isEmpty { columns = [.referenceArea] }
    return grid(
      found.map { observation in
        (
          columns.map { observation[$0] }.joined(separator: "/"), observation.period,
          observation.value
        )
      }, name: name)
  }

  /// Rows count from 1, the names of the columns stand before them.
  private static func grid(
    _ points: [(id: String, period: Period, value: Double?)], name: String
  ) -> TextGrid {
    let header = TextGrid.Row(line: 1, cells: ["unique_id", "ds", "y"], columns: [1, 2, 3])
    return TextGrid(
      file: name,
      rows: [header]
        + points.enumerated().map { row, point in
          TextGrid.Row(
            line: row + 2,
            cells: [point.id, "\(point.period)", point.value.map { "\($0)" } ?? ""],
            columns: [1, 2, 3])
        }, isFile: false)
  }
}
