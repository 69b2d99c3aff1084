import Foundation

/// What the two output streams can show.
enum Terminal {
  /// Standard output carries data, standard error everything said about it.
  enum Stream {
    case standardOutput, standardError

    var descriptor: Int32 { self == .standardOutput ? STDOUT_FILENO : STDERR_FILENO }
  }

  static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.descriptor) == 1 }

  /// Colours on a terminal, unless `NO_COLOR` is set to anything.
  static func colours(on stream: Stream) -> Bool {
    isTerminal(stream) && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Columns of the terminal; `nil` when the stream is none.
  static func width(of stream: Stream) -> Int? {
    guard isTerminal(stream) else { return nil }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 100
  }

  /// A line on standard error.
  static func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  /// Text or bytes on standard output.
  static func print(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
  static func print(_ bytes: [UInt8]) { FileHandle.standardOutput.write(Data(bytes)) }
}
