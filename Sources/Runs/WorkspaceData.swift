public import Demography
import Digests
import Formats
import Foundation
import Harmony
import Ingest
import Store

/// What a workspace knows as of a moment: its code lists, its sources, and the latest release of every
/// observation, with all releases beside.
public struct WorkspaceData: Sendable {
  let workspace: Workspace
  let codelists: Codelists
  let regions: Codelist
  let registry: SourceRegistry
  let adjacency: [(String, String)]
  let crosswalk: Crosswalk
  let asOf: Instant
  /// The latest release of each key, sorted by key.
  let observations: [Observation]
  /// Every release up to `asOf`, sorted by key, then by release.
  let vintages: [Observation]
  /// Files that were new to the store in this loading.
  let newFiles: Int

  static let storePath = ".agyn/store.sqlite"

  /// The regions of the workspace's own boundaries, sorted by code.
  var currentRegions: Codelist { regions.valid(on: workspace.geography.validOn) }

  /// Brings every observation file into the store and reads it back as of a moment.
  ///
  /// A file the store has seen, by its digest, is not read again.
  /// - Throws: all faults of all files together; the store is then as it was.
  static func load(
    _ workspace: Workspace, asOf: Instant, progress: any ProgressListener
  ) throws -> WorkspaceData {
    let files = workspace.files
    let lists = try readCodelists(workspace)
    let registry = try readSourceRegistry(
      Formats.readYAML(files.bytes(workspace.sources), file: workspace.sources))
    let store = try Store(path: storeURL(workspace).path)
    let paths = try observationPaths(workspace)
    var faults: [Fault] = []
    var pending: [(observations: [Observation], file: StoredFile)] = []
    for (index, path) in paths.enumerated() {
      progress.report(ProgressEvent("loading", done: index, total: paths.count))
      let bytes = try files.bytes(path)
      let digest = SHA256.hex(bytes)
      if try store.contains(digest: digest) { continue }
      do {
        let observations = try readTable(bytes, path: path, registry: registry, lists: lists)
        let sources = Set(observations.map(\.source)).sorted().joined(separator: " ")
        pending.append(
          (
            observations,
            StoredFile(
              digest: digest, name: path, source: sources, rows: observations.count, recorded: nil)
          ))
      } catch let found as Faults {
        faults += found.all
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    for part in pending { _ = try store.load(part.observations, from: part.file) }
    let data = WorkspaceData(
      workspace: workspace, codelists: lists, regions: try regionList(lists, workspace),
      registry: registry, adjacency: try readAdjacency(workspace),
      crosswalk: try Crosswalk(readCrosswalks(workspace)), asOf: asOf,
      observations: try store.observations(asOf: asOf),
      vintages: try store.allVintages(until: asOf),
      newFiles: pending.count)
    try store.close()
    return data
  }

  static func storeURL(_ workspace: Workspace) throws -> URL {
    let url = try workspace.files.url(storePath)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    return url
  }

  /// The observation files of a workspace, sorted, each once.
  static func observationPaths(_ workspace: Workspace) throws -> [String] {
    Set(try workspace.observations.flatMap { try workspace.files.matching($0) }).sorted()
  }

  /// The rows of a canonical table, each filled from the constants of its own source.
  static func readTable(
    _ bytes: [UInt8], path: String, registry: SourceRegistry, lists: Codelists
  ) throws -> [Observation] {
    let grid = try Formats.readDelimited(bytes, file: path)
    let result = try readCanonical(grid, registry: registry, codelists: lists)
    if !result.faults.isEmpty { throw Faults(result.faults) }
    return result.observations
  }

  static func readCodelists(_ workspace: Workspace) throws -> Codelists {
    let files = workspace.files
    var lists: [Codelist] = []
    let aliases = try Formats.readDelimited(
      files.bytes(workspace.geography.aliases), file: workspace.geography.aliases)
    let reserved: Set = [
      workspace.geography.regions, workspace.geography.aliases, workspace.geography.adjacency,
      workspace.geography.crosswalks,
    ]
    lists.append(
      try readCodelist(
        Formats.readDelimited(
          files.bytes(workspace.geography.regions), file: workspace.geography.regions),
        id: "regions", aliases: aliases))
    for path in try files.matching(workspace.codes + "/*.csv") where !reserved.contains(path) {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let id = String(name.dropLast(".csv".count))
      lists.append(try readCodelist(Formats.readDelimited(files.bytes(path), file: path), id: id))
    }
    return Codelists(lists)
  }

  private static func regionList(_ lists: Codelists, _ workspace: Workspace) throws -> Codelist {
    guard let regions = lists["regions"] else {
      throw Fault(.missingInput, "file.missing", ["path": workspace.geography.regions])
    }
    return regions
  }

  private static func readAdjacency(_ workspace: Workspace) throws -> [(String, String)] {
    let path = workspace.geography.adjacency
    let grid = try Formats.readDelimited(workspace.files.bytes(path), file: path)
    return grid.rows.dropFirst().compactMap { row in
      row.cells.count >= 2 ? (row.cells[0], row.cells[1]) : nil
    }
  }

  private static func readCrosswalks(_ workspace: Workspace) throws -> [Crosswalk.Row] {
    let path = workspace.geography.crosswalks
    return try Crosswalk.Row.read(Formats.readDelimited(workspace.files.bytes(path), file: path))
  }
}

extension SourceRegistry {
  /// What the rules and the gap matrix need to know of each source.
  var facts: [SourceFacts] {
    sources.map { entry in
      SourceFacts(
        id: entry.id, agency: entry.agency, frequency: entry.frequency,
        expectedLagDays: entry.expectedLagDays, mayExport: entry.licence.mayExport,
        isDocumented: !entry.url.isEmpty)
    }
  }
}
