import Demography
import Digests
import Export
import Formats
import Words

/// Turns the results of a run into the bytes of its folder.
struct RunOutput {
  let workspace: Workspace
  let identity: RunIdentity
  let results: Refresh.Results
  let bundle: [UInt8]?

  /// Writes the run folder in one step.
  /// - Returns: the headline, one line.
  func publish(to folder: RunFolder, journal: Journal) throws -> String {
    let headline = Headline(input(language))?.summary ?? ""
    try folder.publish(
      files(), record: { record($0, headline: headline) }, journal: journal.bytes)
    return headline
  }

  /// Every file of the run but its record and its journal.
  func files() throws -> [(path: String, bytes: [UInt8])] {
    var outputs: [(path: String, bytes: [UInt8])] = []
    var tableFiles: [TableFile] = []
    for table in results.tables {
      let csv = Formats.writeCSV(table)
      outputs.append(("tables/\(table.name).csv", csv))
      let parquet = try Formats.writeParquet(table, metadata: ["agyn.run": identity.id])
      outputs.append(("tables/\(table.name).parquet", parquet))
      tableFiles.append(
        TableFile(
          path: "tables/\(table.name).csv", table: table, size: csv.count,
          sha256: SHA256.hex(csv)))
    }
    for chart in charts(of: input(language)) {
      outputs.append(("charts/" + chart.file, chart.bytes))
    }
    for other in Language.allCases {
      let name = other == language ? "report.html" : "report.\(other.rawValue).html"
      outputs.append((name, Report(input(other)).html(bundle: bundle)))
    }
    for file in NotebookExport(input(language), files: tableFiles).files() {
      outputs.append(("notebooks-export/" + file.path, file.bytes))
    }
    outputs.append(("labels.json", Self.labelText(results.labels)))
    return outputs
  }

  private var language: Language { Language(rawValue: workspace.language) ?? .en }

  /// What the report of this run is made from, in one language.
  func input(_ language: Language) -> ReportInput {
    var tables: [String: Table] = [:]
    for table in results.tables { tables[table.name] = table }
    return ReportInput(
      run: card, tables: tables, language: language, title: workspace.title,
      country: workspace.geography.country, focus: Focus(), labels: results.labels)
  }

  private var card: RunCard {
    RunCard(
      id: identity.id, quarter: identity.plan.quarter, key: identity.key,
      asOf: String(identity.plan.asOf.prefix(10)), seed: UInt64(identity.plan.seed),
      draws: identity.plan.draws, engineVersion: Engine.version,
      previous: identity.plan.previousAsOf.map { String($0.prefix(10)) },
      digests: identity.inputs.map { RunCard.Digest(name: $0.path, digest: $0.sha256) })
  }

  private func record(_ outputs: [RunFolder.Record.Output], headline: String) -> [UInt8] {
    let record = JSON.members([
      ("schema", .string("agyn.run/1")), ("id", .string(identity.id)),
      ("key", .string(identity.key)),
      (
        "engine",
        .members([
          ("version", .string(Engine.version)), ("generation", .integer(Engine.generation)),
        ])
      ),
      ("workspace", .string(workspace.id)), ("plan", planObject),
      ("headline", .string(headline)),
      (
        "checks",
        .members([
          ("failed", .integer(results.failedChecks)),
          ("not_evaluated", .integer(results.notEvaluated)),
        ])
      ),
      (
        "inputs",
        .array(
          identity.inputs.map {
            .members([("path", .string($0.path)), ("sha256", .string($0.sha256))])
          })
      ),
      (
        "outputs",
        .array(
          outputs.map {
            .members([
              ("path", .string($0.path)), ("bytes", .integer($0.bytes)),
              ("sha256", .string($0.sha256)),
            ])
          })
      ),
    ])
    return Array((record.text(isPretty: true) + "\n").utf8)
  }

  private var planObject: JSON {
    .members([
      ("quarter", .string(identity.plan.quarter)), ("asOf", .string(identity.plan.asOf)),
      ("previousAsOf", identity.plan.previousAsOf.map { .string($0) } ?? .null),
      ("seed", .integer(Int(identity.plan.seed))), ("draws", .integer(identity.plan.draws)),
    ])
  }

  private static func labelText(_ labels: [String: [String: Names]]) -> [UInt8] {
    let object = JSON.members(
      labels.sorted { $0.key < $1.key }.map { list, codes in
        (
          list,
          .members(
            codes.sorted { $0.key < $1.key }.map { code, names in
              (
                code,
                .members([
                  ("kk", .string(names.kk)), ("ru", .string(names.ru)), ("en", .string(names.en)),
                ])
              )
            })
        )
      })
    return Array((object.text(isPretty: true) + "\n").utf8)
  }
}
