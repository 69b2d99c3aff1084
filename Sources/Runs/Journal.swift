import Export
import Foundation

/// What happened when: the one file of a run that differs between two runs of the same plan.
struct Journal {
  private var lines: [JSON] = []

  mutating func note(_ event: String, _ values: [String: String]) {
    let time = Date().formatted(.iso8601)
    lines.append(
      .members([
        ("time", .string(time)), ("event", .string(event)),
        ("values", .members(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      ]))
  }

  /// The lines, with who and where first.
  var bytes: [UInt8] {
    let process = ProcessInfo.processInfo
    let head = JSON.members([
      ("event", .string("started")), ("host", .string(process.hostName)),
      ("user", .string(process.environment["USER"] ?? "")),
      ("processors", .integer(process.activeProcessorCount)),
    ])
    let text = ([head] + lines).map { $0.text(isPretty: false) }.joined(separator: "\n")
    return Array((text + "\n").utf8)
  }
}
