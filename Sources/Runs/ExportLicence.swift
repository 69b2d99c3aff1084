import Demography
import Ingest

extension SourceRegistry {
  /// Refuses to let rows out whose source does not allow it.
  ///
  /// - Parameter table: a table of observations under their SDMX names.
  /// - Throws: `licence.forbids`, one fault a source, each with its licence; nothing is written then.
  func requireExportable(_ table: Table) throws {
    var rows: [String: Int] = [:]
    for source in table.texts(Observation.Column.source.rawValue) {
      rows[source ?? "", default: 0] += 1
    }
    let faults = sources.filter { !$0.licence.mayExport && rows[$0.id] != nil }.map { entry in
      Fault(
        .badData, "licence.forbids",
        [
          "source": entry.id, "licence": entry.licence.id, "rows": "\(rows[entry.id] ?? 0)",
          "attribution": entry.licence.attribution,
        ], at: entry.place)
    }
    if !faults.isEmpty { throw Faults(faults) }
  }
}
