import Demography
import Digests
import Export
import Formats
import Foundation

/// The folder of an answer about scenarios: its tables, what else it is shown by, and `run.json`, which
/// says what made them.
struct AnswerFolder {
  static let record = "run.json"

  let note: AnswerNote
  let warnings: [Fault]

  /// Writes every table as CSV, the other files, and the record last, so that a folder with a record is whole.
  func write(
    _ tables: [Table], beside others: [(name: String, bytes: [UInt8])] = [], to folder: String
  ) throws {
    let place = URL(fileURLWithPath: folder)
    let files = tables.map { ($0.name + ".csv", Formats.writeCSV($0)) } + others
    // A record of what stood here before must not vouch for half of what comes.
    let record = place.appendingPathComponent(Self.record)
    if FileManager.default.fileExists(atPath: record.path) {
      try? FileManager.default.removeItem(at: record)
    }
    for (name, bytes) in files {
      try AtomicFile.write(bytes, to: place.appendingPathComponent(name))
    }
    try AtomicFile.write(json(files), to: record)
  }

  private func json(_ files: [(String, [UInt8])]) -> [UInt8] {
    let identity = note.identity
    let record = JSON.members([
      ("schema", .string("agyn.answer/1")), ("key", .string(identity.key)),
      ("status", .string("complete")), ("command", .string(identity.command)),
      (
        "engine",
        .members([
          ("version", .string(Engine.version)), ("generation", .integer(Engine.generation)),
        ])
      ),
      ("plan", identity.plan.json), ("seed", .integer(Int(identity.plan.seed))),
      ("draws", .integer(identity.plan.draws)),
      // A list, since an option may be given more than once.
      (
        "options",
        .array(
          identity.options.map {
            .members([("name", .string($0.name)), ("value", .string($0.value))])
          })
      ),
      ("assumed", .array(note.assumed.map { .string($0) })), ("evidence", note.evidence),
      (
        "warnings",
        .array(
          warnings.map {
            .members([
              ("code", .string($0.code)),
              (
                "arguments",
                .members(
                  $0.arguments.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
              ),
            ])
          })
      ),
      (
        "inputs",
        .array(
          identity.inputs.map {
            .members([("path", .string($0.path)), ("sha256", .string($0.sha256))])
          })
      ),
      (
        "outputs",
        .array(
          files.sorted { $0.0 < $1.0 }.map {
            .members([
              ("path", .string($0.0)), ("bytes", .integer($0.1.count)),
              ("sha256", .string(SHA256.hex($0.1))),
            ])
          })
      ),
    ])
    return Array((record.text(isPretty: true) + "\n").utf8)
  }
}
