public import Demography
import Foundation
public import Words

/// Faults in the words of a language, in the form of a compiler's message: what, where with a caret,
/// and the way out.
public struct FaultText {
  private let words: Wordbook
  /// Whether to mark the parts with terminal colours.
  private let isColoured: Bool

  public init(_ words: Wordbook, isColoured: Bool = false) {
    self.words = words
    self.isColoured = isColoured
  }

  /// All faults, an empty line between them, each fault of the same code and place once.
  ///
  /// - Parameter areWarnings: whether they stop nothing and are told as warnings.
  public func callAsFunction(_ faults: [Fault], areWarnings: Bool = false) -> String {
    var seen: Set<Fault> = []
    return faults.filter { seen.insert($0).inserted }.map {
      one(Self.harmless($0), isWarning: areWarnings || $0.kind == .checkFailed)
    }.joined(separator: "\n\n")
  }

  /// The fault with control characters of its file shown as ␣, so that no file steers a terminal.
  private static func harmless(_ fault: Fault) -> Fault {
    func plain(_ text: String) -> String {
      String(
        text.map { $0.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? "␣" : $0 })
    }
    let place = fault.place.map {
      Place(
        file: plain($0.file), line: $0.line, column: $0.column, length: $0.length,
        text: $0.text.map(plain))
    }
    return Fault(fault.kind, fault.code, fault.arguments.mapValues(plain), at: place)
  }

  private func one(_ fault: Fault, isWarning: Bool) -> String {
    let label = isWarning ? words("message.warning") : words("message.error")
    let colour = isWarning ? "33" : "31"
    var lines = [
      painted("\(label)[\(fault.code)]", colour) + ": "
        + words("fault.\(fault.code).what", fault.arguments)
    ]
    if let place = fault.place {
      let number = String(place.line)
      let margin = String(repeating: " ", count: number.count)
      lines.append("\(margin)--> \(place)")
      if let text = place.text {
        lines.append("\(margin) |")
        lines.append("\(number) | \(text)")
        if let column = place.column {
          let before = String(repeating: " ", count: max(0, column - 1))
          let carets = String(repeating: "^", count: max(1, place.length))
          lines.append("\(margin) | \(before)\(painted(carets, colour))")
        }
      }
      if let hint = hint(fault) { lines.append("\(margin) = \(hint)") }
    } else if let hint = hint(fault) {
      lines.append("  = \(hint)")
    }
    return lines.joined(separator: "\n")
  }

  private func hint(_ fault: Fault) -> String? {
    words.hint(fault.code, fault.arguments).map { words("message.hint") + ": " + $0 }
  }

  private func painted(_ text: String, _ colour: String) -> String {
    isColoured ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
  }
}
