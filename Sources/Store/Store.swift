internal import Demography
internal import GRDB

/// Observations with their vintages in one SQLite file, append-only.
///
/// Nothing is ever changed or deleted: a revision is a further vintage of the same key, and a reading
/// names the instant it looks from. Every load is one transaction, so a process that dies leaves the
/// store as it was before.
///
/// All methods throw `Fault` or `Faults`: `busy` when another process holds the file for more than five
/// seconds, `badData` when the file is no store or is damaged, `cannotWrite` when it cannot be written.
public final class Store: Sendable {
  /// Version of the tables; a store of a later version is refused, an earlier one is brought up to date.
  public static let schemaVersion = 1

  let path: String
  let queue: DatabaseQueue

  /// Opens the store at `path`, making it when it is not there.
  public convenience init(path: String) throws {
    try self.init(path: path, isReadOnly: false)
  }

  /// Opens the store at `path` for reading alone.
  /// - Throws: `store.absent` when there is none.
  public static func reading(path: String) throws -> Store {
    try Store(path: path, isReadOnly: true)
  }

  private init(path: String, isReadOnly: Bool) throws {
    self.path = path
    queue = try mapped(path, opening: true, reading: isReadOnly) {
      var configuration = Configuration()
      configuration.readonly = isReadOnly
      configuration.busyMode = .timeout(5)
      configuration.journalMode = isReadOnly ? .default : .wal
      return try DatabaseQueue(path: path, configuration: configuration)
    }
    try mapped(path, opening: true, reading: isReadOnly) {
      let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
      guard version <= Self.schemaVersion else {
        throw Fault(
          .badData, "store.newer",
          ["file": path, "version": "\(version)", "known": "\(Self.schemaVersion)"])
      }
      guard version < Self.schemaVersion else { return }
      guard !isReadOnly else {
        throw Fault(.badData, "store.damaged", ["file": path, "reason": "v0"])
      }
      try queue.write { try Schema.migrate($0, from: version) }
    }
  }

  /// Ends the connection and folds the write-ahead log into the file. The store cannot be used after.
  public func close() throws {
    try mapped(path) { try queue.close() }
  }

  /// A transaction that sees nothing but its own state; rolled back when `body` throws.
  func writing<T>(_ body: (Database) throws -> T) throws -> T {
    try mapped(path) { try queue.write(body) }
  }

  func reading<T>(_ body: (Database) throws -> T) throws -> T {
    try mapped(path) { try queue.read(body) }
  }
}

/// Runs `body` and turns what SQLite says into faults.
private func mapped<T>(
  _ path: String, opening: Bool = false, reading: Bool = false, _ body: () throws -> T
) throws -> T {
  do {
    return try body()
  } catch let error as DatabaseError {
    let arguments = ["file": path, "reason": error.message ?? "\(error.resultCode)"]
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      throw Fault(.busy, "store.busy", arguments)
    case .SQLITE_CANTOPEN where reading:
      throw Fault(.missingInput, "store.absent", arguments)
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      throw Fault(.badData, "store.damaged", arguments)
    case .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_PERM:
      throw Fault(.cannotWrite, "store.write", arguments)
    default:
      throw Fault(.internalError, "store.failed", arguments)
    }
  }
}
