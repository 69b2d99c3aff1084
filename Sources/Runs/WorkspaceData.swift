import Demography
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

  static let storePath = ".agyn/store.sqlite"

  /// What may leave the workspace: without the rows whose source forbids it or that are not free. A
  /// run is made of these alone, because its tables are there to be passed on.
  var publishable: WorkspaceData {
    let allowed = Set(registry.sources.filter(\.licence.mayExport).map(\.id))
    func mayLeave(_ observation: Observation) -> Bool {
      allowed.contains(observation.source) && observation.confidentiality == .free
    }
    return WorkspaceData(
      workspace: workspace, codelists: codelists, regions: regions, registry: registry,
      adjacency: adjacency, crosswalk: crosswalk, asOf: asOf,
      observations: observations.filter(mayLeave), vintages: vintages.filter(mayLeave))
  }

  /// The regions of the workspace's own boundaries, sorted by code.
  var currentRegions: Codelist { regions.valid(on: workspace.geography.validOn) }

  /// Brings every observation file into the store and reads it back as of a moment.
  ///
  /// A file the store has seen, by its digest, is not read again. A store that holds a file the
  /// workspace no longer has is filled anew, so that what is read follows from the files alone.
  /// - Parameter isLocked: whether the caller holds the workspace's lock; otherwise it is taken here,
  ///   and only when there is something to load.
  /// - Throws: all faults of all files together; the store is then as it was.
  static func load(
    _ workspace: Workspace, asOf: Instant, isLocked: Bool, progress: any ProgressListener
  ) throws -> WorkspaceData {
    let lists = try readCodelists(workspace)
    let registry = try readSourceRegistry(
      Formats.readYAML(workspace.files.bytes(workspace.sources), file: workspace.sources))
    let inputs = try observationPaths(workspace).map { path in
      (path: path, digest: SHA256.hex(try workspace.files.bytes(path)))
    }
    let digests = Set(inputs.map(\.digest))
    let path = try storeURL(workspace).path
    let isCurrent = storedDigests(path) == digests
    if !isCurrent {
      let lock = isLocked ? nil : try WorkspaceLock(workspace.files)
      defer { withExtendedLifetime(lock) {} }
      try fill(path, workspace, inputs, registry: registry, lists: lists, progress: progress)
    }
    let store = try Store.reading(path: path)
    defer { try? store.close() }
    return WorkspaceData(
      workspace: workspace, codelists: lists, regions: try regionList(lists, workspace),
      registry: registry, adjacency: try readAdjacency(workspace),
      crosswalk: try Crosswalk(readCrosswalks(workspace)), asOf: asOf,
      observations: try store.observations(asOf: asOf),
      vintages: try store.allVintages(until: asOf))
  }

  /// Digests of the files a store holds; `nil` when it cannot be read: it is not there, or whoever made
  /// it was stopped before it had its tables.
  private static func storedDigests(_ path: String) -> Set<String>? {
    guard FileManager.default.fileExists(atPath: path), let store = try? Store.reading(path: path)
    else { return nil }
    defer { try? store.close() }
    return (try? store.files()).map { Set($0.map(\.digest)) }
  }

  /// Loads the files that the store has not seen; all faults of all files together.
  private static func fill(
    _ storePath: String, _ workspace: Workspace, _ inputs: [(path: String, digest: String)],
    registry: SourceRegistry, lists: Codelists, progress: any ProgressListener
  ) throws {
    var store = try Store(path: storePath)
    if !Set(try store.files().map(\.digest)).isSubset(of: inputs.map(\.digest)) {
      try store.close()
      for ending in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: storePath + ending)
      }
      store = try Store(path: storePath)
    }
    defer { try? store.close() }
    var faults: [Fault] = []
    var pending: [(observations: [Observation], file: StoredFile)] = []
    for (index, input) in inputs.enumerated() {
      progress.report(ProgressEvent("loading", done: index, total: inputs.count))
      if try store.contains(digest: input.digest) { continue }
      do {
        let observations = try readTable(
          workspace.files.bytes(input.path), path: input.path, registry: registry, lists: lists)
        let sources = Set(observations.map(\.source)).sorted().joined(separator: " ")
        let file = StoredFile(
          digest: input.digest, name: input.path, source: sources, rows: observations.count,
          recorded: nil)
        pending.append((observations, file))
      } catch let found as Faults {
        faults += found.all
      } catch let fault as Fault {
        faults.append(fault)
      }
    }
    if !faults.isEmpty { throw Faults(faults) }
    for part in pending { _ = try store.load(part.observations, from: part.file) }
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
