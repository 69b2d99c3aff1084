import Demography
import Foundation

/// One refresh at a time in a workspace: an advisory lock that the system takes back when its holder
/// dies, however it dies.
final class WorkspaceLock {
  private let handle: FileHandle

  /// - Throws: `workspace.busy` (exit code 75) when another process holds the lock.
  init(_ files: WorkspaceFiles) throws {
    let url = try files.url(".agyn/lock")
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
      handle = try FileHandle(forUpdating: url)
    } catch {
      throw Fault(
        .cannotWrite, "file.cannotWrite", ["path": url.path, "reason": error.localizedDescription])
    }
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      throw Fault(.busy, "workspace.busy", ["holder": holder])
    }
    try? handle.truncate(atOffset: 0)
    try? handle.write(contentsOf: Data("\(ProcessInfo.processInfo.processIdentifier)".utf8))
  }

  deinit { flock(handle.fileDescriptor, LOCK_UN) }
}
