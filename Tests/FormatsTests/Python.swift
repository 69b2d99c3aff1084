import Foundation

/// Python with its packages, as an independent reader of what we write.
enum Python {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// `AGYN_PYTHON`, else the package's `.venv`, else `python3`.
  static var executable: String {
    if let given = ProcessInfo.processInfo.environment["AGYN_PYTHON"] { return given }
    let own = root.appending(path: ".venv/bin/python3").path
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }

  /// Whether a module can be imported; says so when it cannot.
  static func has(_ module: String) -> Bool {
    let isThere = (try? run("import \(module)", []))?.status == 0
    if !isThere { print("not run: \(module) absent") }
    return isThere
  }

  /// Runs a script with arguments.
  static func run(_ script: String, _ arguments: [String]) throws -> (status: Int32, output: String)
  {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [executable, "-c", script] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  /// A file of these bytes that lasts as long as `body`.
  static func withFile<T>(_ bytes: [UInt8], _ name: String, _ body: (String) throws -> T) throws
    -> T
  {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "agyn-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return try body(file.path)
  }
}
