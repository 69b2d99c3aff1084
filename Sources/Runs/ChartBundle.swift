import Foundation

/// The JavaScript that draws charts, made once by set-up and inlined into the report.
enum ChartBundle {
  /// The bundle beside the workspace or beside the installed program; `nil` when there is none.
  static func bytes(for workspace: Workspace) -> [UInt8]? {
    bytes(around: [workspace.files.root])
  }

  /// The bundle of the folder one is in or of one above it, or beside the installed program.
  static func bytesAround() -> [UInt8]? { bytes(around: foldersAbove) }

  /// The current folder and those above it.
  static var foldersAbove: [URL] {
    var folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    var folders = [folder]
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      folders.append(folder)
    }
    return folders
  }

  private static func bytes(around folders: [URL]) -> [UInt8]? {
    var places = folders.map { $0.appendingPathComponent("share/vega-bundle.js") }
    if let program = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      places.append(
        program.deletingLastPathComponent().deletingLastPathComponent()
          .appendingPathComponent("share/agyn/vega-bundle.js"))
    }
    for place in places {
      if let data = try? Data(contentsOf: place), !data.isEmpty { return [UInt8](data) }
    }
    return nil
  }
}
