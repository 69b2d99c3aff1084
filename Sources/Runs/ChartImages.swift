import Demography
import Export
import Foundation

/// SVG and PNG from the same chart specifications, in one process of the renderer that set-up installed.
enum ChartImages {
  /// - Throws: `images.renderer` when the renderer is not there or fails.
  static func render(_ charts: [Chart], workspace: Workspace, to folder: URL) throws -> [String] {
    let python = workspace.files.root.appendingPathComponent(".venv/bin/python3")
    let script = workspace.files.root.appendingPathComponent("Tools/render_charts.py")
    guard FileManager.default.isExecutableFile(atPath: python.path),
      FileManager.default.fileExists(atPath: script.path)
    else { throw Fault(.missingInput, "images.renderer", ["reason": python.path]) }
    let source = folder.appendingPathComponent("specifications")
    for chart in charts {
      try AtomicFile.write(chart.bytes, to: source.appendingPathComponent(chart.file))
    }
    let process = Process()
    process.executableURL = python
    process.arguments = [script.path, source.path, folder.path, "--svg", "--png"]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Fault(
        .incomplete, "images.renderer", ["reason": String(decoding: message, as: UTF8.self)])
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix(".svg") || $0.hasSuffix(".png") }.sorted().map {
      folder.appendingPathComponent($0).path
    }
  }
}
