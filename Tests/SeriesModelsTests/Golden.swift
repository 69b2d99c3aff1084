import Demography
import Foundation
import SeriesModels

/// Reads the golden numbers of the shared folder, where it is present.
struct Golden {
  let object: [String: Any]

  /// `$AGYN_SHARED`, or `shared` beside the project.
  private static var folder: URL {
    if let path = ProcessInfo.processInfo.environment["AGYN_SHARED"] {
      return URL(fileURLWithPath: path)
    }
    return URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("shared")
  }

  /// `nil`, said on the console, when the folder is not there.
  static func expected(_ name: String) throws -> Golden? { try json("expected/\(name).json") }

  /// A file of the series cases.
  static func json(_ path: String) throws -> Golden? {
    try bytes(path).map {
      Golden(object: try JSONSerialization.jsonObject(with: $0) as? [String: Any] ?? [:])
    }
  }

  /// The lines of a file of the series cases, cut at commas.
  static func lines(_ path: String) -> [[String]]? {
    bytes(path).map { data in
      String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
    }
  }

  private static func bytes(_ path: String) -> Data? {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent("golden/series/\(path)"))
    else {
      print("not run: shared data absent")
      return nil
    }
    return data
  }

  var keys: [String] { object.keys.sorted() }

  subscript(key: String) -> Golden { Golden(object: object[key] as? [String: Any] ?? [:]) }

  func number(_ key: String) -> Double { (object[key] as? NSNumber)?.doubleValue ?? .nan }

  /// Missing entries are NaN; a single number is a list of one.
  func numbers(_ key: String) -> [Double] {
    if let single = object[key] as? NSNumber { return [single.doubleValue] }
    return (object[key] as? [Any] ?? []).map { ($0 as? NSNumber)?.doubleValue ?? .nan }
  }

  func text(_ key: String) -> String { object[key] as? String ?? "" }
}

extension TimeSeries {
  /// Steps without a calendar of their own, counted as months from 2000.
  init(_ id: String, _ values: [Double], season: Int) {
    self.init(
      id: id, clock: .periods(first: .month(2000, 1)), values: values, season: season)
  }

  /// A series of `series_used`, on the scale its models were fitted on.
  init(_ id: String, of used: Golden) {
    let entry = used[id]
    let raw = entry.numbers("y")
    let isLog = entry.object["lambda"] is NSNumber && entry.number("lambda") == 0
    self.init(id, isLog ? raw.map { log($0) } : raw, season: max(1, Int(entry.number("frequency"))))
  }
}

extension ARIMACoefficients {
  /// Coefficients as R names them.
  init(_ golden: Golden) {
    func all(_ prefix: String) -> [Double] {
      (1...12).map { "\(prefix)\($0)" }.filter { golden.object[$0] != nil }.map {
        golden.number($0)
      }
    }
    let constant = ["intercept", "drift"].first { golden.object[$0] != nil }
    self.init(
      ar: all("ar"), ma: all("ma"), seasonalAR: all("sar"), seasonalMA: all("sma"),
      constant: constant.map { golden.number($0) })
  }
}

func relativeDifference(_ a: Double, _ b: Double) -> Double {
  abs(a - b) / max(abs(a), abs(b), 1e-300)
}

extension Golden {
  /// R's `Seatbelts` by column; `nil` when the shared folder is not there.
  static func seatbelts() throws -> [String: [Double]]? {
    try table("Seatbelts")
  }

  /// A table of the golden data by column, missing as NaN; `nil` when it is not there.
  static func table(_ name: String) throws -> [String: [Double]]? {
    try columns("golden/series/data/\(name).csv")
  }

  /// The same of the inputs that came with a peer's package.
  static func input(_ name: String) throws -> [String: [Double]]? {
    try columns("golden/series/inputs/\(name).csv")
  }

  private static func columns(_ path: String) throws -> [String: [Double]]? {
    let file = folder.appendingPathComponent(path)
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      print("not run: shared data absent")
      return nil
    }
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"\r "))
      }
    }
    var columns: [String: [Double]] = [:]
    for (j, name) in (rows.first ?? []).enumerated() {
      columns[name] = rows.dropFirst().map { Double($0[j]) ?? .nan }
    }
    return columns
  }
}

extension TimeSeries {
  /// A series of `series_used` under another id.
  init(_ id: String, of used: Golden, named name: String) {
    let series = TimeSeries(name, of: used)
    self.init(id, series.values, season: series.season)
  }
}
