import Demography
import Ingest

extension WorkspaceData {
  var observationsTable: Table { observationTable("observations", observations) }

  /// One row a source of the registry, also of those that have given nothing yet.
  var sourcesTable: Table {
    let bySource = Dictionary(grouping: observations, by: \.source)
    // Invented examples are named only where somebody loaded them.
    let rows = registry.sources.filter { $0.agency != "TEST" || bySource[$0.id] != nil }
    func of<Value>(_ entry: SourceEntry, _ pick: ([Observation]) -> Value?) -> Value? {
      bySource[entry.id].flatMap(pick)
    }
    return Table(
      "sources",
      [
        .text("id", rows.map(\.id)), .text("agency", rows.map(\.agency)),
        .text("title", rows.map(\.title.en)), .text("licence", rows.map(\.licence.id)),
        .text("attribution", rows.map(\.licence.attribution)),
        .boolean("may_export", rows.map(\.licence.mayExport)),
        .integer("observations", rows.map { bySource[$0.id]?.count ?? 0 }),
        .text("first_period", rows.map { of($0) { $0.map(\.period).min()?.description } }),
        .text("last_period", rows.map { of($0) { $0.map(\.period).max()?.description } }),
        .text("latest_vintage", rows.map { of($0) { $0.map(\.vintage).max()?.day.description } }),
        .text("url", rows.map(\.url)),
      ])
  }

  var regionsTable: Table {
    let rows = currentRegions.codes
    func attribute(_ name: String) -> [String?] { rows.map { $0.attributes[name] } }
    return Table(
      "regions",
      [
        .text("code", rows.map(\.id)), .text("kato", attribute("kato")),
        .text("iso_3166_2", attribute("iso_3166_2")), .text("name_kk", rows.map(\.names.kk)),
        .text("name_ru", rows.map(\.names.ru)), .text("name_en", rows.map(\.names.en)),
        .integer("tile_col", attribute("tile_col").map { $0.flatMap { Int($0) } }),
        .integer("tile_row", attribute("tile_row").map { $0.flatMap { Int($0) } }),
        .real("lat", attribute("lat").map { $0.flatMap { Double($0) } }),
        .real("lon", attribute("lon").map { $0.flatMap { Double($0) } }),
      ])
  }
}
