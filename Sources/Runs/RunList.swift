public import Demography
import Export
import Foundation

/// The runs of a workspace.
public struct RunList {
  let files: WorkspaceFiles

  public init(_ workspace: Workspace) { files = workspace.files }

  /// Ids of the runs that have a record, sorted.
  public func ids() throws -> [String] {
    try files.matching(RunFolder.runs + "/*/" + RunFolder.record).compactMap {
      $0.split(separator: "/").dropFirst().first.map(String.init)
    }.filter { !$0.contains(".replaced-") }
  }

  /// The run written last; `nil` when there is none.
  public func latest() throws -> String? {
    try ids().max { a, b in
      let left = (try? modified(a)) ?? .distantPast
      let right = (try? modified(b)) ?? .distantPast
      return (left, a) < (right, b)
    }
  }

  /// The run that a person named, by its id or the start of it; the latest when none is named.
  public func resolve(_ name: String?) throws -> String {
    let all = try ids()
    guard let name else {
      if let latest = try latest() { return latest }
      throw Fault(.missingInput, "run.none")
    }
    if all.contains(name) { return name }
    let found = all.filter { $0.hasPrefix(name) }
    if found.count == 1 { return found[0] }
    throw Fault(
      .missingInput, found.isEmpty ? "run.unknown" : "run.ambiguous",
      ["run": name, "known": (found.isEmpty ? all : found).joined(separator: ", ")])
  }

  func record(_ id: String) throws -> RunFolder.Record {
    let path = RunFolder.runs + "/" + id + "/" + RunFolder.record
    do {
      return try JSONDecoder().decode(RunFolder.Record.self, from: Data(files.bytes(path)))
    } catch let fault as Fault {
      throw fault
    } catch {
      throw Fault(.badData, "run.damaged", ["run": id, "reason": "\(error)"])
    }
  }

  /// One row a run.
  public func table() throws -> Table {
    let records = try ids().map { try record($0) }
    return Table(
      "runs",
      [
        .text("id", records.map(\.id)), .text("quarter", records.map(\.plan.quarter)),
        .text("as_of", records.map(\.plan.asOf)), .integer("draws", records.map(\.plan.draws)),
        .integer("failed_checks", records.map(\.checks.failed)),
        .integer("files", records.map(\.outputs.count)), .text("key", records.map(\.key)),
        .text("headline", records.map(\.headline)),
      ])
  }

  /// The record of a run as it stands in its folder.
  public func recordText(_ id: String) throws -> String {
    String(
      decoding: try files.bytes(RunFolder.runs + "/" + id + "/" + RunFolder.record), as: UTF8.self)
  }

  /// The plan a run was made by.
  public func plan(_ id: String) throws -> Plan { try record(id).plan }

  private func modified(_ id: String) throws -> Date {
    let url = try files.url(RunFolder.runs + "/" + id + "/" + RunFolder.record)
    return try url.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
      ?? .distantPast
  }
}
