import Demography
public import Foundation

/// The files of a workspace; no path leads out of it.
public struct WorkspaceFiles: Sendable {
  public let root: URL

  public init(root: URL) { self.root = root.standardizedFileURL.resolvingSymlinksInPath() }

  /// The place of a path inside the workspace.
  /// - Throws: `path.outside` for absolute paths, `..` and links that lead out.
  public func url(_ path: String) throws -> URL {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let url = root.appendingPathComponent(path).standardizedFileURL
    // Links are followed as far as the path exists, so that none leads out of a part to be made.
    var existing = url
    while !FileManager.default.fileExists(atPath: existing.path), existing.path.count > 1 {
      existing = existing.deletingLastPathComponent()
    }
    let resolved = existing.resolvingSymlinksInPath().path
    guard !path.hasPrefix("/"), !path.contains("\0"), !parts.contains(".."),
      resolved == root.path || resolved.hasPrefix(root.path + "/")
    else { throw Fault(.badConfiguration, "path.outside", ["path": path]) }
    return url
  }

  public func exists(_ path: String) -> Bool {
    (try? url(path)).map { FileManager.default.fileExists(atPath: $0.path) } ?? false
  }

  /// - Throws: `file.missing` when there is no such file.
  public func bytes(_ path: String) throws -> [UInt8] {
    guard let data = try? Data(contentsOf: url(path)) else {
      _ = try url(path)
      throw Fault(.missingInput, "file.missing", ["path": path])
    }
    return [UInt8](data)
  }

  /// Writes through a temporary file and a rename, so that a reader sees the old bytes or the new.
  public func write(_ bytes: [UInt8], to path: String) throws {
    try AtomicFile.write(bytes, to: url(path))
  }

  /// The files that a pattern names, sorted. `*` and `[…]` work inside one part of a path; a pattern
  /// without them names itself, whether it exists or not.
  public func matching(_ pattern: String) throws -> [String] {
    guard pattern.contains(where: { "*?[".contains($0) }) else {
      _ = try url(pattern)
      return [pattern]
    }
    guard !pattern.hasPrefix("/"), !pattern.split(separator: "/").contains("..") else {
      throw Fault(.badConfiguration, "path.outside", ["path": pattern])
    }
    var found = [""]
    for part in pattern.split(separator: "/") {
      var next: [String] = []
      for folder in found {
        let names =
          (try? FileManager.default.contentsOfDirectory(
            atPath: url(folder.isEmpty ? "." : folder).path))
          ?? []
        for name in names where unsafe fnmatch(String(part), name, FNM_PERIOD) == 0 {
          next.append(folder.isEmpty ? name : folder + "/" + name)
        }
      }
      found = next
    }
    return found.sorted()
  }
}
