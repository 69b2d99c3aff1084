import Demography
import Foundation

/// Writes that happen whole or not at all.
enum AtomicFile {
  /// Writes beside the target, flushes to the disk, and renames.
  /// - Throws: `file.cannotWrite` with the system's reason; the target is then as it was.
  static func write(_ bytes: [UInt8], to url: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      let temporary = url.deletingLastPathComponent()
        .appendingPathComponent(".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).tmp")
      try Data(bytes).write(to: temporary)
      let handle = try FileHandle(forUpdating: temporary)
      try handle.synchronize()
      try handle.close()
      guard rename(temporary.path, url.path) == 0 else {
        let reason = String(cString: strerror(errno))
        try? FileManager.default.removeItem(at: temporary)
        throw Fault(.cannotWrite, "file.cannotWrite", ["path": url.path, "reason": reason])
      }
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault(
        .cannotWrite, "file.cannotWrite",
        ["path": url.path, "reason": error.localizedDescription])
    }
  }
}
