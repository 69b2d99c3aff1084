import Demography
import Formats
import Foundation

/// Large inputs that are not restated here: `$AGYN_SHARED`, or `shared` beside the package.
enum SharedData {
  static var root: URL? {
    let named = ProcessInfo.processInfo.environment["AGYN_SHARED"].map { URL(filePath: $0) }
    let beside = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared")
    return [named, beside].compactMap { $0 }.first {
      FileManager.default.fileExists(atPath: $0.appending(path: "golden").path)
    }
  }

  /// The file under the shared folder; `nil`, and a line on the output, when it is absent.
  static func bytes(_ path: String, of test: String = #function) -> Data? {
    guard let file = root?.appending(path: path), let data = try? Data(contentsOf: file) else {
      print("not run: shared data absent (\(test))")
      return nil
    }
    return data
  }

  static func grid(_ path: String, of test: String = #function) -> TextGrid? {
    bytes(path, of: test).map { grid(text: String(decoding: $0, as: UTF8.self), file: path) }
  }

  static func json(_ path: String, of test: String = #function) throws -> [String: Any]? {
    try bytes(path, of: test).flatMap {
      try JSONSerialization.jsonObject(with: $0) as? [String: Any]
    }
  }

  /// A table packed by gzip.
  static func unpacked(_ bytes: Data, file: String) throws -> TextGrid {
    let plain = try gunzip(Array(bytes), file: file)
    return grid(text: String(decoding: plain, as: UTF8.self), file: file)
  }

  /// Comma-separated lines with simple quotes, enough for the files the tests read.
  static func grid(text: String, file: String = "test.csv") -> TextGrid {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.enumerated().filter { !$0.element.isEmpty }.map { index, line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.filter { $0 != "\"" && $0 != "\r" } }
      var columns: [Int] = []
      var column = 1
      for cell in cells {
        columns.append(column)
        column += cell.count + 1
      }
      return TextGrid.Row(line: index + 1, cells: cells.map { String($0) }, columns: columns)
    }
    return TextGrid(file: file, rows: rows)
  }
}

/// Largest difference, relative where the expected number is above 1.
func distance(_ found: Double, _ expected: Double) -> Double {
  abs(found - expected) / max(1, abs(expected))
}
