import Demography
import Formats
import Foundation
import Kernel
import SeriesModels

/// Sample paths of forecasts, to be written to a file that a baseline can name.
public struct PathRequest: Hashable, Sendable {
  let file: String
  let draws: Int

  public init(file: String, draws: Int) {
    self.file = file
    self.draws = draws
  }

  /// Refuses options that act on intervals and not on paths.
  func refuse(_ options: [GivenOption]) throws {
    try options.refuse(with: "--paths", for: "--level")
  }

  /// Writes what was observed, without a draw, and then every path: `unique_id`, `ds`, `draw` from 1 on, `y`.
  ///
  /// The paths are those of the models, keyed by series, draw and step. Series go on independently of each
  /// other.
  /// - Returns: series that have no finite path, and are not in the file.
  func write(
    _ fits: [any FittedSeries], horizon: Int, seed: UInt64
  ) throws -> [Fault] {
    let draws = draws
    let rows = parallelMap(fits.count) { k -> [UInt8]? in
      let series = fits[k].series.trimmed
      let paths = fits[k].paths(horizon, draws: draws, seed: seed)
      guard paths.count == draws, paths.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
        return nil
      }
      return Self.rows(series, paths)
    }
    var bytes = Array("unique_id,ds,draw,y\n".utf8)
    var failures: [Fault] = []
    for (fit, own) in zip(fits, rows) {
      if let own {
        bytes += own
      } else {
        failures.append(SeriesError.notFitted(series: fit.series.id, model: fit.label).fault)
      }
    }
    try AtomicFile.write(bytes, to: URL(fileURLWithPath: file))
    return failures
  }

  private static func rows(_ series: TimeSeries, _ paths: [[Double]]) -> [UInt8] {
    let horizon = paths.first?.count ?? 0
    let seen = series.values.indices.filter { series.values[$0].isFinite }
    let ahead = (0..<horizon).map { series.period(series.count + $0).description }
    let periods = seen.map { series.period($0).description } + paths.flatMap { _ in ahead }
    let table = Table(
      "paths",
      [
        .text("unique_id", periods.map { _ in series.id }), .text("ds", periods),
        .integer(
          "draw",
          seen.map { _ in nil }
            + paths.indices.flatMap { k in [Int?](repeating: k + 1, count: horizon) }),
        .real("y", seen.map { series.values[$0] } + paths.flatMap { $0 }),
      ])
    // The header stands once for all series.
    let text = writeCSV(table)
    let start = text.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Array(text[start...])
  }
}
