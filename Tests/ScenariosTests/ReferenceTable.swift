import Foundation
import Testing

/// A small CSV of expected numbers; lines that begin with `#` say where they come from.
struct ReferenceTable {
  let rows: [[String: String]]

  init(_ name: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "csv", subdirectory: "References"))
    self.init(text: try String(contentsOf: url, encoding: .utf8))
  }

  init(text: String) {
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map { Self.bare($0) } }
    rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  private static func bare(_ cell: Substring) -> String {
    cell.trimmingCharacters(in: CharacterSet(charactersIn: "\"\r"))
  }

  func numbers(_ column: String) -> [Double] {
    rows.map { Double($0[column] ?? "") ?? .nan }
  }
}

/// The shared golden cases: `$AGYN_SHARED`, else `../shared` beside the package.
func sharedFile(_ path: String) -> URL? {
  let root =
    ProcessInfo.processInfo.environment["AGYN_SHARED"].map { URL(fileURLWithPath: $0) }
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
  let url = root.appendingPathComponent(path)
  guard FileManager.default.fileExists(atPath: url.path) else {
    print("not run: shared data absent (\(path))")
    return nil
  }
  return url
}

/// The text of a gzip file, unpacked by the system's gzip.
func unpacked(_ url: URL) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["gzip", "-dc", url.path]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: data, as: UTF8.self)
}

/// Largest `|ours / expected − 1|`, absolute where the expected value is 0.
func worstRelative(_ ours: [Double], _ expected: [Double]) -> Double {
  zip(ours, expected).map { $1 == 0 ? abs($0) : abs($0 / $1 - 1) }.max() ?? .infinity
}

func worstAbsolute(_ ours: [Double], _ expected: [Double]) -> Double {
  zip(ours, expected).map { abs($0 - $1) }.max() ?? .infinity
}
