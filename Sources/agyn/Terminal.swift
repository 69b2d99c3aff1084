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

  /// Columns of the terminal, or those that `COLUMNS` says; `nil` when the stream is none.
  static func width(of stream: Stream) -> Int? {
    guard isTerminal(stream) else { return nil }
    let said = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    return said.flatMap { $0 > 0 ? $0 : nil } ?? columns(of: stream) ?? 100
  }

  /// As the terminal says itself; `nil` where it does not know.
  private static func columns(of stream: Stream) -> Int? {
    var size = winsize()
    let answer = unsafe ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// A line on standard error.
  static func note(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// Text or bytes on standard output. Where nobody reads it any more there is nothing to say; a full
  /// disk ends with the exit code of what cannot be written.
  static func print(_ text: String) { write(Data(text.utf8)) }
  static func print(_ bytes: [UInt8]) { write(Data(bytes)) }

  private static func write(_ data: Data) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      exit(errno == EPIPE ? 0 : 73)
    }
  }
}
