import Demography
import Ingest

/// Reads a table in the canonical schema whose rows may come from several sources: each row is filled
/// from the constants of the source it names.
func readCanonical(
  _ grid: TextGrid, registry: SourceRegistry, codelists: Codelists
) throws -> IngestResult {
  guard let header = grid.rows.first,
    let column = header.cells.firstIndex(of: Observation.Column.source.rawValue)
  else {
    throw Fault(
      .badData, "table.column.missing",
      ["column": Observation.Column.source.rawValue, "path": grid.file],
      at: Place(file: grid.file, line: 1))
  }
  var rowsOfSource: [String: [TextGrid.Row]] = [:]
  var faults: [Fault] = []
  for (index, row) in grid.rows.enumerated().dropFirst() {
    let source = column < row.cells.count ? row.cells[column] : ""
    if registry[source] == nil {
      faults.append(
        Fault(
          .badData, "source.unknown",
          ["source": source, "nearest": nearest(to: source, in: registry.sources.map(\.id)) ?? ""],
          at: grid.place(row: index, column: column)))
    }
    rowsOfSource[source, default: []].append(row)
  }
  if !faults.isEmpty { throw Faults(faults) }
  var observations: [Observation] = []
  var rowCount = 0
  for source in rowsOfSource.keys.sorted() {
    let part = TextGrid(file: grid.file, rows: [header] + (rowsOfSource[source] ?? []))
    let result = ingest(
      .grids([(name: grid.file, grid: part)]), from: try registry.entry(source),
      registry: registry, codelists: codelists, vintage: nil)
    observations += result.observations
    faults += result.faults
    rowCount += result.rowCount
  }
  return IngestResult(
    observations: observations, preview: [], faults: faults, rowCount: rowCount)
}
