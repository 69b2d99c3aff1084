import Foundation

/// The JavaScript that draws charts, made once by set-up and inlined into the report.
enum ChartBundle {
  /// The bundle beside the workspace or beside the installed program; `nil` when there is none.
  static func bytes(for workspace: Workspace) -> [UInt8]? {
    var places = [workspace.files.root.appendingPathComponent("share/vega-bundle.js")]
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
