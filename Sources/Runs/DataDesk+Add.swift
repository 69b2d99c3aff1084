public import Demography
import Digests
import Formats
import Foundation
import Harmony
import Ingest
import Store
public import Words

extension DataDesk {
  /// An agency's new file, read and understood but not yet part of the workspace.
  public struct Incoming: Sendable {
    let source: String
    let vintage: Instant
    let observations: [Observation]
    let bytes: [UInt8]
    let fileName: String
    let preview: [PreviewRow]

    /// How each column of the file was understood.
    public var previewTable: Table {
      Table(
        "preview",
        [
          .text("source_column", preview.map(\.source)),
          .text("dimension", preview.map(\.dimension.rawValue)),
          .text("example", preview.map(\.example)), .text("meaning", preview.map(\.meaning)),
        ])
    }
  }

  /// What the rules say of the workspace with the new rows in it.
  public struct CheckedIncoming: Sendable {
    let report: RuleReport
    /// Failed findings that touch a new row, with the id of their rule.
    let findings: [(rule: String, finding: Finding)]
    public let rows: Int

    public var failed: Int { findings.count }

    /// Lines for the terminal.
    public func lines(_ words: Wordbook) -> [String] {
      var lines = [
        words(
          "data.add.checked",
          [
            "rows": "\(rows)", "rules": "\(report.outcomes.count)", "failed": "\(failed)",
            "not_evaluated": "\(report.outcomes.count { $0.notEvaluated > 0 })",
          ])
      ]
      for (rule, finding) in findings.prefix(20) {
        lines.append(
          "  \(rule): \(finding.period) \(finding.area) "
            + words(finding.detail.key, finding.detail.arguments))
      }
      return lines
    }
  }

  /// Where the new rows went.
  public struct Added: Sendable {
    public let rows: Int
    public let path: String
    public let vintage: String
    /// The day up to which a refresh reads, when the release is later; `nil` otherwise.
    public let laterThan: String?
  }

  /// Reads a file by the mapping of its source.
  ///
  /// - Parameter released: the day of release; `nil` takes today.
  /// - Throws: every fault of the file together; nothing is written.
  public func read(_ path: String, source: String, released: String?) throws -> Incoming {
    let lists = try WorkspaceData.readCodelists(workspace)
    let registry = try readSourceRegistry(
      Formats.readYAML(
        workspace.files.bytes(workspace.sources), file: workspace.sources))
    let entry = try registry.entry(source)
    let vintage = try Self.vintage(released)
    let bytes = try UserFile.bytes(path)
    guard let format = SourceFormat.named(entry.reader.format) else {
      throw Fault(
        .badConfiguration, "value.wrong",
        [
          "key": "reader.format", "value": entry.reader.format,
          "form": SourceFormat.all.map(\.card.id).joined(separator: " | "),
        ], at: entry.place)
    }
    let input: SourceInput
    switch format.container {
    case .delimited where Self.isArchive(bytes), .workbook:
      // The bureau gives the same table as text one quarter and as a workbook the next.
      input = .grids(try Formats.readXLSX(bytes, file: path).map { (name: $0.name, grid: $0.grid) })
    case .delimited:
      let grid = try Formats.readDelimited(
        bytes, file: path, dialect: dialect(entry.reader))
      input = .grids([(name: path, grid: grid)])
    case .document:
      input = .document(try Formats.readYAML(bytes, file: path))
    }
    let result = ingest(
      input, from: entry, registry: registry, codelists: lists, vintage: vintage)
    if !result.faults.isEmpty { throw Faults(result.faults) }
    if result.observations.isEmpty { throw Fault(.badData, "data.empty", ["path": path]) }
    return Incoming(
      source: source, vintage: vintage, observations: result.observations, bytes: bytes,
      fileName: URL(fileURLWithPath: path).lastPathComponent, preview: result.preview)
  }

  /// Whether a file begins as an archive does: a workbook, whatever its name says.
  private static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
  }

  /// Runs every rule of the workspace with the new rows in it.
  public func check(_ incoming: Incoming) throws -> CheckedIncoming {
    let plan = try Plan(workspace, Plan.Overrides())
    let data = try load(asOf: max(plan.asOfInstant, incoming.vintage).description)
    let all = data.vintages + incoming.observations
    var lists: [String: Codelist] = [:]
    for id in data.codelists.ids { lists[id] = data.codelists[id] }
    let asOf = max(plan.asOfInstant, incoming.vintage)
    let book = try RuleBook.read(
      Formats.readYAML(workspace.files.bytes(workspace.rules), file: workspace.rules))
    let report = book.evaluate(
      RuleContext(
        observations: Vintages.latest(all, asOf: asOf), vintages: all, codelists: lists,
        sources: data.registry.facts, asOf: asOf))
    let fresh = Set(incoming.observations)
    let findings = report.outcomes.flatMap { outcome in
      outcome.findings.filter { finding in
        finding.outcome == .failed && finding.observations.contains { fresh.contains($0) }
      }.map { (rule: outcome.rule.id, finding: $0) }
    }
    return CheckedIncoming(
      report: report, findings: findings, rows: incoming.observations.count)
  }

  /// Appends the rows as a new vintage: as a canonical table under `data/received` and in the store.
  /// - Throws: `rules.fatal` when a rule of severity fatal fails; nothing is written then.
  public func append(_ incoming: Incoming, checked: CheckedIncoming) throws -> Added {
    if checked.report.isFatal {
      let rules = checked.report.outcomes.filter { $0.failed > 0 && $0.rule.severity == .fatal }
      throw Fault(
        .badData, "rules.fatal", ["rules": rules.map(\.rule.id).joined(separator: ", ")])
    }
    let lock = try WorkspaceLock(workspace.files)
    defer { withExtendedLifetime(lock) {} }
    let rows = incoming.observations.map { observation in
      Observation.Column.allCases.map { observation[$0] }
    }
    let table = Formats.writeCSV(
      header: Observation.Column.allCases.map(\.rawValue), rows: rows)
    let digest = SHA256.hex(table)
    let path = "data/received/\(incoming.source)/\(incoming.vintage.day)-\(digest.prefix(8)).csv"
    let store = try Store(path: WorkspaceData.storeURL(workspace).path)
    defer { try? store.close() }
    // The file first: what the store holds follows from the files alone. The store refuses another
    // value for a known key and vintage; the file goes again then.
    let isNew = !workspace.files.exists(path)
    try workspace.files.write(table, to: path)
    do {
      let report = try store.load(
        incoming.observations,
        from: StoredFile(
          digest: digest, name: path, source: incoming.source, rows: rows.count, recorded: nil))
      let asOf = workspace.refresh.asOf
      return Added(
        rows: isNew ? report.added : 0, path: path, vintage: incoming.vintage.day.description,
        laterThan: incoming.vintage > asOf ? asOf.day.description : nil)
    } catch {
      if isNew { try? FileManager.default.removeItem(at: workspace.files.url(path)) }
      throw error
    }
  }

  private func dialect(_ reader: ReaderMapping) -> Dialect {
    Dialect(
      delimiter: Dialect.Delimiter(rawValue: reader.delimiter) ?? .automatic,
      allowsRaggedRows: true)
  }

  private static func vintage(_ released: String?) throws -> Instant {
    guard let released else {
      return Instant(Day(number: Int(Date().timeIntervalSince1970) / 86_400))
    }
    guard let instant = Instant(released) else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--released", "value": released, "form": "2025-05-15"])
    }
    return instant
  }
}
