import Demography
import Export
import Foundation

/// SVG and PNG from the same chart specifications, in one process of the renderer that set-up installed.
enum ChartImages {
  /// - Throws: `images.renderer` when the renderer is not there or fails.
  static func render(_ charts: [Chart], workspace: Workspace, to folder: URL) throws -> [String] {
    let renderer = try renderer(in: [workspace.files.root])
    let source = folder.appendingPathComponent("specifications")
    for chart in charts {
      try AtomicFile.write(chart.bytes, to: source.appendingPathComponent(chart.file))
    }
    try run(renderer, [source.path, folder.path, "--svg", "--png"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix(".svg") || $0.hasSuffix(".png") }.sorted().map {
      folder.appendingPathComponent($0).path
    }
  }

  /// One figure as a picture, `svg` or `png`, by the renderer of a folder above.
  /// - Throws: as `render`.
  static func picture(of figure: FlowFigure, ending: String) throws -> [UInt8] {
    let renderer = try renderer(in: ChartBundle.foldersAbove)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("agyn-\(ProcessInfo.processInfo.globallyUniqueString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try AtomicFile.write(
      figure.specification.bytes,
      to: folder.appendingPathComponent("figure.\(figure.grammar.rawValue).json"))
    try run(renderer, [folder.path, folder.path, "--\(ending)"])
    return try UserFile.bytes(folder.appendingPathComponent("figure.\(ending)").path)
  }

  private static func renderer(in roots: [URL]) throws -> (python: URL, script: URL) {
    for root in roots {
      let python = root.appendingPathComponent(".venv/bin/python3")
      let script = root.appendingPathComponent("Tools/render_charts.py")
      if FileManager.default.isExecutableFile(atPath: python.path),
        FileManager.default.fileExists(atPath: script.path)
      {
        return (python, script)
      }
    }
    throw Fault(
      .missingInput, "images.renderer",
      ["reason": roots[0].appendingPathComponent(".venv/bin/python3").path])
  }

  private static func run(
    _ renderer: (python: URL, script: URL), _ arguments: [String]
  ) throws {
    let process = Process()
    process.executableURL = renderer.python
    process.arguments = [renderer.script.path] + arguments
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
  }
}
