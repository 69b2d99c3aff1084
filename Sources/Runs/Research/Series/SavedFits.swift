import Demography
import Export
import Foundation
import SeriesModels

/// Fits of many series as `series fit --save` writes them and `series forecast --fits` reads them again.
struct SavedFits: Codable {
  static let schema = "agyn.series-fits/1"

  let schema: String
  /// Of the program that wrote them.
  let version: String
  /// What the series were read from.
  let source: String
  let fits: [KeptSeries]

  /// - Returns: with the fits that can be kept; why others cannot.
  static func keeping(
    _ fits: [any FittedSeries], of source: String
  ) -> (saved: SavedFits, failures: [Fault]) {
    var kept: [KeptSeries] = []
    var failures: [Fault] = []
    for fit in fits {
      do throws(SeriesError) { kept.append(try KeptSeries(fit)) } catch {
        failures.append(error.fault)
      }
    }
    let saved = SavedFits(
      schema: schema, version: Engine.version, source: source, fits: kept)
    return (saved, failures)
  }

  /// - Throws: `series.kept.file` for a file that is none; `file.missing`.
  static func read(_ path: String) throws -> SavedFits {
    let bytes = try UserFile.bytes(path)
    guard let saved = try? JSONDecoder().decode(SavedFits.self, from: Data(bytes)),
      saved.schema == schema, !saved.fits.isEmpty,
      Set(saved.fits.map(\.id)).count == saved.fits.count
    else { throw Fault(.badData, "series.kept.file", ["path": path, "schema": schema]) }
    return saved
  }

  /// - Throws: `file.cannotWrite`.
  func write(to path: String) throws {
    let json = JSON.members([
      ("schema", .string(schema)), ("version", .string(version)), ("source", .string(source)),
      (
        "fits",
        .array(
          fits.map { kept in
            .members([
              ("unique_id", .string(kept.id)), ("label", .string(kept.label)),
              ("first", .string(kept.first)), ("second", .string(kept.second)),
              ("last", .string(kept.last)),
              ("season", .integer(kept.season)), ("fit", Self.json(kept.fit)),
            ])
          })
      ),
    ])
    try AtomicFile.write(
      Array((json.text(isPretty: true) + "\n").utf8), to: URL(fileURLWithPath: path))
  }

  private static func json(_ fit: KeptFit) -> JSON {
    .members([
      ("model", .string(fit.model)),
      (
        "numbers",
        .members(
          fit.numbers.sorted { $0.key < $1.key }.map { name, numbers in
            (name, .array(numbers.map { .number($0) }))
          })
      ),
      ("members", .array(fit.members.map(json))),
    ])
  }

  /// What is told of forecasts from these fits.
  /// - Parameter series: those that were forecast.
  func told(_ series: [TimeSeries], path: String) -> [(key: String, arguments: [String: String])] {
    let own = Dictionary(uniqueKeysWithValues: fits.map { ($0.id, $0) })
    var newer = 0
    for one in series {
      guard let kept = own[one.id] else { continue }
      let last = one.periods.firstIndex { $0.description == kept.last } ?? one.count - 1
      newer += one.values[(last + 1)...].count { !$0.isNaN }
    }
    let lasts = Set(fits.map(\.last)).sorted()
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "series.kept.told",
        [
          "path": path, "count": "\(newer)",
          "last": lasts.count == 1 ? lasts[0] : "\(lasts[0]) … \(lasts[lasts.count - 1])",
        ]
      )
    ]
    let shorter = series.filter { one in
      own[one.id].map { kept in !one.periods.contains { $0.description == kept.last } } ?? false
    }.map(\.id)
    let here = Set(series.map(\.id))
    let idle = fits.map(\.id).filter { !here.contains($0) }
    for (key, ids) in [("series.kept.shorter", shorter), ("series.kept.idle", idle)]
    where !ids.isEmpty {
      notes.append(
        (
          key,
          [
            "count": "\(ids.count)",
            "series": ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", …" : ""),
          ]
        ))
    }
    return notes
  }
}
