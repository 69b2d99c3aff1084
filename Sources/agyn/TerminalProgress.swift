import Demography
import Foundation
import Runs
import Synchronization
import Words

/// Draws the stages of a job on standard error: a verb column, one line a stage, a bar while counting.
/// Where standard error is no terminal, each event is a line of JSON.
final class TerminalProgress: ProgressListener {
  private struct State {
    var lastDraw = 0.0
    var barIsDrawn = false
    var started: [String: Double] = [:]
  }

  private let isTerminal = Terminal.isTerminal(.standardError)
  private let isColoured = Terminal.colours(on: .standardError)
  private let isQuiet: Bool
  private let state = Mutex(State())

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  func report(_ event: ProgressEvent) {
    guard !isQuiet else { return }
    if isTerminal { draw(event) } else { writeJSON(event) }
  }

  /// Wipes a bar that is still drawn, before a result is printed.
  func close() {
    state.withLock { state in
      guard state.barIsDrawn else { return }
      state.barIsDrawn = false
      try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    }
  }

  private func draw(_ event: ProgressEvent) {
    state.withLock { state in
      let now = ProcessInfo.processInfo.systemUptime
      let start = state.started[event.stage] ?? now
      state.started[event.stage] = start
      if let detail = event.detail {
        let line = verb(event.stage) + " " + words(detail, event.arguments)
        Terminal.note((state.barIsDrawn ? "\r\u{1B}[K" : "") + line)
        state.barIsDrawn = false
      } else if let done = event.done, let total = event.total, total > 0 {
        guard now - start > 1, now - state.lastDraw > 0.1 || done == total else { return }
        state.lastDraw = now
        state.barIsDrawn = true
        let filled = 20 * done / total
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        let left = Int(((now - start) / Double(max(done, 1)) * Double(total - done)).rounded())
        let clock = "\(left / 60):" + (left % 60 < 10 ? "0" : "") + "\(left % 60)"
        let line =
          "\r\u{1B}[K\(verb(event.stage)) [\(bar)] \(done)/\(total)  \(words("cli.eta")) \(clock)"
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        if done == total {
          // What comes next begins a line of its own.
          state.barIsDrawn = false
          try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
        }
      }
    }
  }

  private func verb(_ stage: String) -> String {
    let verb = words("stage.\(stage)")
    let padded = String(repeating: " ", count: max(0, 14 - verb.count)) + verb
    return isColoured ? "\u{1B}[1;32m\(padded)\u{1B}[0m" : padded
  }

  private func writeJSON(_ event: ProgressEvent) {
    if event.detail == nil {
      guard let done = event.done, let total = event.total, total > 0,
        done == total || done % max(1, total / 10) == 0
      else { return }
    }
    var object: [String: Any] = ["stage": event.stage]
    if let detail = event.detail { object["message"] = words(detail, event.arguments) }
    if !event.arguments.isEmpty { object["values"] = event.arguments }
    if let done = event.done { object["done"] = done }
    if let total = event.total { object["total"] = total }
    if let data = try? JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    {
      Terminal.note(String(decoding: data, as: UTF8.self))
    }
  }
}
