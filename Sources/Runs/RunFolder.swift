import Demography
import Digests
import Export
import Foundation

/// The folder of one run: built beside its place, moved there in one step, never changed again.
struct RunFolder {
  static let runs = "runs"
  /// Written beside the outputs but never compared: times, host, process.
  static let journal = "run.log.jsonl"
  static let record = "run.json"

  let files: WorkspaceFiles
  let id: String

  var path: String { Self.runs + "/" + id }

  /// Whether the run is there, whole and unchanged: every output its record names has the digest
  /// that the record gives, and the record is of this key.
  func isComplete(key: String) -> Bool {
    guard let bytes = try? files.bytes(path + "/" + Self.record),
      let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)), record.key == key
    else { return false }
    return record.outputs.allSatisfy { output in
      guard let bytes = try? files.bytes(path + "/" + output.path) else { return false }
      return bytes.count == output.bytes && SHA256.hex(bytes) == output.sha256
    }
  }

  /// What `run.json` is read back as.
  struct Record: Codable {
    struct Output: Codable {
      let path: String
      let bytes: Int
      let sha256: String
    }

    let id: String
    let key: String
    let plan: Plan
    let outputs: [Output]
    let inputs: [Input]
    struct Input: Codable {
      let path: String
      let sha256: String
    }
    let checks: Checks
    struct Checks: Codable {
      let failed: Int
      let notEvaluated: Int
      enum CodingKeys: String, CodingKey {
        case failed
        case notEvaluated = "not_evaluated"
      }
    }
    let headline: String
  }

  /// Writes all outputs to a staging folder, flushes them, and renames the folder into place.
  /// - Returns: the outputs with their digests, in the order given.
  func publish(
    _ outputs: [(path: String, bytes: [UInt8])], record: ([Record.Output]) -> [UInt8],
    journal: [UInt8]
  ) throws {
    let staging = ".agyn/staging/" + id
    let stagingURL = try files.url(staging)
    try? FileManager.default.removeItem(at: stagingURL)
    var listed: [Record.Output] = []
    for output in outputs {
      try files.write(output.bytes, to: staging + "/" + output.path)
      listed.append(
        Record.Output(
          path: output.path, bytes: output.bytes.count, sha256: SHA256.hex(output.bytes)))
    }
    try files.write(journal, to: staging + "/" + Self.journal)
    try files.write(record(listed), to: staging + "/" + Self.record)
    let target = try files.url(path)
    do {
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: target.path) {
        // A folder of this name that is not the run of this key: set aside, never deleted.
        let aside = try files.url(path + ".replaced-" + String(SHA256.hex(journal).prefix(8)))
        try FileManager.default.moveItem(at: target, to: aside)
      }
      try FileManager.default.moveItem(at: stagingURL, to: target)
    } catch {
      throw Fault(
        .cannotWrite, "file.cannotWrite",
        ["path": target.path, "reason": error.localizedDescription])
    }
  }
}
