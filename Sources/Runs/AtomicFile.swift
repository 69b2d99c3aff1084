import Demography
import Foundation

/// Writes that happen whole or not at all.
enum AtomicFile {
  /// Writes beside the target and renames, so that a reader sees the old bytes or the new.
  /// - Throws: `file.cannotWrite` with the system's reason; the target is then as it was.
  static func write(_ bytes: [UInt8], to url: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw Fault(
        .cannotWrite, "file.cannotWrite",
        ["path": url.path, "reason": error.localizedDescription])
    }
  }
}
