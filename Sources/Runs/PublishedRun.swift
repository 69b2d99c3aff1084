public import Demography
import Digests
import Export
import Formats
import Foundation
public import Words

/// A finished run, read back from its folder.
public struct PublishedRun {
  let workspace: Workspace
  let id: String

  public init(_ workspace: Workspace, id: String) {
    self.workspace = workspace
    self.id = id
  }

  private var folder: String { RunFolder.runs + "/" + id }

  /// One table of the run.
  /// - Throws: `run.table.unknown` with the tables there are.
  public func table(_ name: String) throws -> Table {
    let path = folder + "/tables/" + name + ".csv"
    guard workspace.files.exists(path) else {
      throw Fault(
        .missingInput, "run.table.unknown",
        ["table": name, "run": id, "known": try tableNames().joined(separator: ", ")])
    }
    return try readTable(
      Formats.readDelimited(workspace.files.bytes(path), file: path), name: name)
  }

  /// What the run folder holds, one row a file.
  public func contents() throws -> Table {
    let record = try RunList(workspace).record(id)
    return Table(
      "files",
      [
        .text("path", record.outputs.map { folder + "/" + $0.path }),
        .integer("bytes", record.outputs.map(\.bytes)),
        .text("sha256", record.outputs.map { String($0.sha256.prefix(12)) }),
      ])
  }

  /// Writes the report in a language.
  /// - Returns: the path written, or that of the run's own report when `path` is `nil` and it is there.
  public func writeReport(language: Language, to path: String?) throws -> String {
    let own =
      language.rawValue == workspace.language ? "report.html" : "report.\(language.rawValue).html"
    guard let path else { return try workspace.files.url(folder + "/" + own).path }
    let html = Report(try input(language)).html(bundle: ChartBundle.bytes(for: workspace))
    try AtomicFile.write(html, to: URL(fileURLWithPath: path))
    return path
  }

  /// Writes tables, notebooks and, when asked, images.
  /// - Returns: the paths written.
  public func export(
    to output: String?, formats: [String], tables: [String]?, images: Bool, language: Language
  ) throws -> [String] {
    let known = ["csv", "parquet", "xlsx"]
    for format in formats where !known.contains(format) {
      throw Fault(
        .usage, "format.unknown", ["format": format, "known": known.joined(separator: ", ")])
    }
    let root =
      try output.map { URL(fileURLWithPath: $0) }
      ?? workspace.files.url("notebooks-export/" + id)
    let all = try (tables ?? tableNames()).map { try table($0) }
    var files: [TableFile] = []
    var written: [String] = []
    func put(_ bytes: [UInt8], _ path: String) throws {
      let url = root.appendingPathComponent(path)
      try AtomicFile.write(bytes, to: url)
      written.append(url.path)
    }
    for table in all {
      for format in formats where format != "xlsx" {
        let bytes = try TableText.bytes(table, format: format)
        try put(bytes, "tables/\(table.name).\(format)")
        if format == "csv" {
          files.append(
            TableFile(
              path: "tables/\(table.name).csv", table: table, size: bytes.count,
              sha256: SHA256.hex(bytes)))
        }
      }
    }
    if formats.contains("xlsx") {
      try put(Formats.writeXLSX(all), "agyn-\(id).xlsx")
    }
    if tables == nil, formats.contains("csv") {
      for file in NotebookExport(try input(language), files: files).files() {
        try put(file.bytes, file.path)
      }
    }
    if images {
      written += try ChartImages.render(
        charts(of: try input(language)), workspace: workspace,
        to: root.appendingPathComponent("images"))
    }
    return written
  }

  /// Computes the run again from its record and compares every byte of its outputs.
  /// - Returns: the number of files compared.
  /// - Throws: `run.inputs.changed` when an input has another digest; `run.differs` when an output has.
  public func rerun(
    words: Wordbook, threads: Int, progress: any ProgressListener
  ) throws -> Int {
    let record = try RunList(workspace).record(id)
    let identity = try RunIdentity(
      workspace, plan: record.plan, bundle: ChartBundle.bytes(for: workspace))
    var known: [String: String] = [:]
    for input in identity.inputs { known[input.path] = input.sha256 }
    let recorded = Set(record.inputs.map(\.path))
    let changed =
      record.inputs.filter { known[$0.path] != $0.sha256 }.map(\.path)
      + known.keys.filter { !recorded.contains($0) }.sorted()
    guard changed.isEmpty, identity.key == record.key else {
      throw Fault(
        .incomplete, "run.inputs.changed",
        ["run": id, "files": changed.isEmpty ? "engine" : changed.joined(separator: ", ")])
    }
    let outputs = try Refresh(
      workspace, plan: record.plan, words: words, threads: threads, progress: progress
    ).outputs(identity)
    let differing = record.outputs.filter { output in
      outputs[output.path].map { SHA256.hex($0) } != output.sha256
    }
    guard differing.isEmpty else {
      throw Fault(
        .checkFailed, "run.differs",
        ["run": id, "files": differing.map(\.path).joined(separator: ", ")])
    }
    return record.outputs.count
  }

  private func tableNames() throws -> [String] {
    try workspace.files.matching(folder + "/tables/*.csv").compactMap {
      $0.split(separator: "/").last.map { String($0.dropLast(".csv".count)) }
    }
  }

  /// The report's input, from the tables of the folder.
  func input(_ language: Language) throws -> ReportInput {
    let record = try RunList(workspace).record(id)
    var tables: [String: Table] = [:]
    for name in try tableNames() { tables[name] = try table(name) }
    return ReportInput(
      run: RunCard(
        id: record.id, quarter: record.plan.quarter, key: record.key,
        asOf: String(record.plan.asOf.prefix(10)), seed: UInt64(record.plan.seed),
        draws: record.plan.draws, engineVersion: Engine.version,
        previous: record.plan.previousAsOf.map { String($0.prefix(10)) },
        digests: record.inputs.map { RunCard.Digest(name: $0.path, digest: $0.sha256) }),
      tables: tables, language: language, title: workspace.title,
      country: workspace.geography.country, focus: Focus(), labels: try labels())
  }

  private func labels() throws -> [String: [String: Names]] {
    struct Kept: Decodable {
      let kk: String
      let ru: String
      let en: String
    }
    let bytes = try workspace.files.bytes(folder + "/labels.json")
    let kept = try JSONDecoder().decode([String: [String: Kept]].self, from: Data(bytes))
    return kept.mapValues { list in list.mapValues { Names(kk: $0.kk, ru: $0.ru, en: $0.en) } }
  }
}
