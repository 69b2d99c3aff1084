import Demography
import Formats
import Foundation
import Kernel
import SeriesModels

/// Sample paths of forecasts, to be written to a file that a baseline can name.
public struct PathRequest: Hashable, Sendable {
  let file: String
  let draws: Int
  /// Whether series go on together as their errors did.
  let isJoint: Bool

  public init(file: String, draws: Int, isJoint: Bool) {
    self.file = file
    self.draws = draws
    self.isJoint = isJoint
  }

  /// Refuses options that act on intervals and not on paths.
  func refuse(_ options: [GivenOption]) throws {
    try options.refuse(with: "--paths", for: "--level")
  }

  /// Refuses to write over a file that is read.
  ///
  /// - Throws: `paths.input`.
  func refuse(reading files: [String?]) throws {
    try UserFile.refuse(writing: [("--paths", file)], reading: files)
  }

  /// Writes what was observed, without a draw, and then every path: `unique_id`, `ds`, `draw` from 1 on, `y`.
  ///
  /// The paths are those of the models, keyed by series, draw and step, and go where the models let them: below
  /// zero too, which is said of series that have never been there.
  /// - Returns: series that have no finite path, and are not in the file; ids of those whose paths go below zero
  ///   although no observed value does.
  /// - Throws: `coherence.errors` where series are to go on together and have no errors in common.
  func write(
    _ fits: [any FittedSeries], horizon: Int, seed: UInt32
  ) throws -> (failures: [Fault], below: [String]) {
    let draws = draws
    let all = parallelMap(fits.count) { fits[$0].paths(horizon, draws: draws, seed: UInt64(seed)) }
    let sound = fits.indices.filter { k in
      all[k].count == draws && all[k].allSatisfy { $0.allSatisfy(\.isFinite) }
    }
    let own = sound.map { all[$0] }
    let paths = isJoint ? try tied(sound.map { fits[$0] }, own, seed: seed) : own
    let rows = parallelMap(sound.count) { k in
      Self.rows(fits[sound[k]].series.trimmed, paths[k])
    }
    var bytes = Array("unique_id,ds,draw,y\n".utf8)
    for own in rows { bytes += own }
    try AtomicFile.write(bytes, to: URL(fileURLWithPath: file))
    let kept = Set(sound)
    let failures = fits.indices.filter { !kept.contains($0) }.map {
      SeriesError.notFitted(series: fits[$0].series.id, model: fits[$0].label).fault
    }
    let below = zip(sound, paths).filter { k, own in
      !fits[k].series.values.contains { $0 < 0 } && own.contains { $0.contains { $0 < 0 } }
    }
    return (failures, below.map { fits[$0.0].series.id })
  }

  private func tied(
    _ fits: [any FittedSeries], _ paths: [[[Double]]], seed: UInt32
  ) throws(Fault) -> [[[Double]]] {
    do throws(CoherenceError) {
      return try jointPaths(of: fits, paths, seed: seed)
    } catch {
      throw error.fault
    }
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
