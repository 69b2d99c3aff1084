import Demography
import FlowModels
import Foundation

/// Files for the joint draws of a forecast of flows.
public struct FlowDrawFiles: Sendable {
  /// Every flow in every period of every draw.
  public var draws: String?
  /// Departures of areas as sample paths for a baseline.
  public var paths: String?
  /// Whether the paths are of every pair, and not of the departures of every area.
  public var isByPair: Bool
  /// Number of draws; `standardTrajectories` where `nil`.
  public var trajectories: Int?

  public static let standardTrajectories = 1000
  /// Rows that a file of draws or paths may have.
  static let mostRows = 20_000_000

  public init(draws: String?, paths: String?, trajectories: Int?, isByPair: Bool = false) {
    self.draws = draws
    self.paths = paths
    self.trajectories = trajectories
    self.isByPair = isByPair
  }

  /// The options that were given.
  var given: [GivenOption] {
    [
      GivenOption("--draws", draws), GivenOption("--paths", paths),
      GivenOption("--trajectories", trajectories), GivenOption("--by-pair", isByPair ? "" : nil),
    ]
  }

  var areAsked: Bool { draws != nil || paths != nil }

  /// - Throws: `paths.input` for a file that is read, or that is both files; `option.wrong` for a number of
  ///   draws that none is; `format.unknown`.
  func refuse(reading files: [String?]) throws {
    if let trajectories, !(1...100_000).contains(trajectories) {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--trajectories", "value": "\(trajectories)", "form": "1 … 100000"])
    }
    if isByPair && paths == nil {
      throw Fault(.usage, "option.without", ["option": "--by-pair", "needed": "--paths"])
    }
    try UserFile.refuse(
      writing: [("--draws", draws), ("--paths", paths)], reading: files)
    for path in [draws, paths].compactMap({ $0 }) {
      let ending = TableText.ending(path)
      if !["csv", "parquet", "xlsx", "json"].contains(ending) || (path == paths && ending != "csv")
      {
        throw Fault(
          .usage, "format.unknown",
          ["format": ending, "known": path == paths ? "csv" : "csv, parquet, xlsx, json"])
      }
    }
  }

  /// Before anything is sampled: whether there are years to follow, and whether the files are of a size that
  /// can be read again.
  ///
  /// - Throws: `exposure.no-future`, `flows.draws-rows`.
  func check(_ panel: FlowPanel, periods: Int) throws {
    guard areAsked else { return }
    if paths != nil, panel.period(after: 1) == nil {
      throw Faults(Fault(.badData, "exposure.no-future", ["period": panel.periods[panel.last]]))
    }
    let each = (trajectories ?? Self.standardTrajectories) * periods
    let sizes = [
      ("--draws", draws, panel.pairs.count),
      ("--paths", paths, isByPair ? panel.pairs.count : panel.areas.count),
    ]
    for (option, file, series) in sizes where file != nil {
      let (rows, isOver) = each.multipliedReportingOverflow(by: series)
      guard isOver || rows > Self.mostRows else { continue }
      throw Fault(
        .usage, "flows.draws-rows",
        [
          "option": option, "rows": isOver ? "" : "\(rows)", "most": "\(Self.mostRows)",
          "series": "\(series)", "periods": "\(periods)",
        ])
    }
  }

  /// Writes what is asked for.
  /// - Parameter all: draws one to so many periods ahead.
  /// - Throws: `exposure.no-future` where paths have no years.
  func write(
    _ all: [FlowDraws], after panel: FlowPanel, exposure: FlowExposure?
  ) throws -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = []
    if let draws {
      let table = FlowDraws.table(all, after: panel, from: 1)
      try TableText.write(table, to: draws)
      notes.append(
        (
          "flows.forecast.draws_file",
          [
            "draws": "\(all[0].count)", "rows": "\(table.rowCount)", "periods": "\(all.count)",
            "path": draws,
          ]
        ))
    }
    if let paths {
      let found =
        isByPair
        ? FlowDraws.pairPaths(all, after: panel, from: 1, exposure: exposure)
        : FlowDraws.departurePaths(all, after: panel, from: 1, exposure: exposure)
      guard let table = found else {
        throw Faults(Fault(.badData, "exposure.no-future", ["period": panel.periods[panel.last]]))
      }
      try TableText.write(table, to: paths)
      notes.append(
        (
          "flows.forecast.paths_file" + (isByPair ? ".pairs" : exposure == nil ? ".persons" : ""),
          [
            isByPair ? "series" : "areas": "\(Set(table.texts("unique_id")).count)",
            "draws": "\(all[0].count)",
            "path": paths,
          ]
        ))
    }
    if isByPair, paths != nil {
      let none = FlowDraws.fromNothing(all, after: panel)
      if !none.isEmpty {
        notes.append(
          (
            "flows.forecast.paths_from_nothing",
            [
              "count": "\(none.count)", "period": panel.periods[panel.last],
              "pairs": none.prefix(5).joined(separator: ", ") + (none.count > 5 ? ", …" : ""),
            ]
          ))
      }
    }
    return notes
  }
}
