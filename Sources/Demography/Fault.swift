/// What a person did, or a file says, that Agyn cannot go on with.
///
/// A fault carries what was found and where, not its wording: `code` names the text in the language
/// files (`fault.<code>.what`, `fault.<code>.hint`), `arguments` fill its gaps.
public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which exit code a fault leads to.
  public enum Kind: Int32, Hashable, Sendable {
    case checkFailed = 1
    case incomplete = 3
    case usage = 64
    case badData = 65
    case missingInput = 66
    case internalError = 70
    case cannotWrite = 73
    case busy = 75
    case badConfiguration = 78
  }

  public let kind: Kind
  /// Topic and fault, `region.unknown`.
  public let code: String
  public let arguments: [String: String]
  public var place: Place?

  public init(
    _ kind: Kind, _ code: String, _ arguments: [String: String] = [:], at place: Place? = nil
  ) {
    self.kind = kind
    self.code = code
    self.arguments = arguments
    self.place = place
  }

  /// The fault without wording, for logs and tests: `region.unknown(code: KZ-YUZ) data/flows.csv:12:9`.
  public var description: String {
    let filled = arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return code + (filled.isEmpty ? "" : "(" + filled.joined(separator: ", ") + ")")
      + (place.map { " \($0)" } ?? "")
  }
}

/// Where in a file: what an editor needs to go there, and the line itself to show it.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  public let file: String
  /// From 1; 0 where `file` is no file with lines, such as a panel of a workspace.
  public let line: Int
  /// From 1, in characters; `nil` when the whole line is meant.
  public let column: Int?
  /// How many characters the caret underlines.
  public let length: Int
  /// The text of the line, where it is at hand.
  public let text: String?

  public init(
    file: String, line: Int, column: Int? = nil, length: Int = 1, text: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.length = length
    self.text = text
  }

  public var description: String {
    line == 0 ? file : "\(file):\(line)" + (column.map { ":\($0)" } ?? "")
  }
}

/// All the faults of one input together; never empty.
public struct Faults: Error, Sendable, CustomStringConvertible {
  public let all: [Fault]

  /// - Precondition: `all` is not empty.
  public init(_ all: [Fault]) {
    precondition(!all.isEmpty, "faults without a fault")
    self.all = all
  }

  public init(_ fault: Fault) { all = [fault] }

  /// The exit code of the gravest fault: the first that is not a failed check.
  public var exitCode: Int32 {
    (all.first { $0.kind != .checkFailed } ?? all[0]).kind.rawValue
  }

  public var description: String { all.map(\.description).joined(separator: "\n") }
}
