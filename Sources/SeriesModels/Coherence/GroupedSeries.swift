public import Demography

/// Reads series whose identity stands in several columns, and the hierarchy of their crossed groups.
///
/// - Parameters:
///   - grid: a long table with `ds`, `y` and the columns of `levels`.
///   - levels: columns by which series are summed, one list a level; all columns named are the bottom series.
///   - separator: between the values in a name; no value may hold it.
///   - total: name of the sum of all.
/// - Returns: the bottom series, sorted by id, and their hierarchy.
/// - Throws: all `Faults` of the table together, those of `readSeries` and `hierarchy.value`; `coherence.twice`,
///   `coherence.above`.
public func readGroupedSeries(
  _ grid: TextGrid, by levels: [[String]], season: Int?, separator: String, total: String
) throws -> ([TimeSeries], Hierarchy) {
  var columns: [String] = []
  for column in levels.joined() where !columns.contains(column) { columns.append(column) }
  let series = try readSeries(grid, season: season, identity: columns, separator: separator)
  let attributes = series.map { one in
    columns.count == 1
      ? [one.id]
      : one.id.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
  let positions = levels.map { level in level.compactMap { columns.firstIndex(of: $0) } }
  do {
    return (
      series,
      try Hierarchy.grouped(attributes, by: positions, separator: separator, total: total)
    )
  } catch {
    throw error.fault
  }
}
