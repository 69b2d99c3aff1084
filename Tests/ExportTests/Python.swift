import Foundation

/// Python with the packages of Tools/requirements.txt, where there is one.
enum Python {
  /// The package's folder, found from this file.
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `AGYN_PYTHON`, then the repository's own environment, then the system's.
  static var interpreters: [String] {
    [
      ProcessInfo.processInfo.environment["AGYN_PYTHON"],
      root.appending(path: ".venv/bin/python3").path, "/usr/bin/python3",
    ].compactMap { $0 }.filter { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a script; `nil`, with a line that says so, where no Python has the package `needs`.
  static func run(
    _ arguments: [String], needs package: String, in folder: URL? = nil
  ) throws -> (status: Int32, output: String)? {
    for interpreter in interpreters {
      let names = package.split(separator: ",").joined(separator: ", ")
      guard try process(interpreter, ["-c", "import \(names)"], nil).status == 0 else { continue }
      return try process(interpreter, arguments, folder)
    }
    print("not run: no Python with \(package)")
    return nil
  }

  private static func process(
    _ program: String, _ arguments: [String], _ folder: URL?
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
