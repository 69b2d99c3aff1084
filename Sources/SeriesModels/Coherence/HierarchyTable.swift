public import Demography

extension Hierarchy {
  /// Reads how series add up from a table: a row for each sum, a column for each bottom series, the ids of
  /// the sums in the first column, weights in the others.
  ///
  /// A bottom series needs no row; one it has holds a single 1, in its own column. An empty cell is no part.
  ///
  /// - Throws: all `Faults` of the table together, codes `hierarchy.table`, `series.cells`, `series.number`,
  ///   `hierarchy.bottom-row`; `coherence.twice`, `coherence.above`.
  public init(_ grid: TextGrid) throws {
    guard let header = grid.rows.first, header.cells.count > 1, grid.rows.count > 1 else {
      throw Faults(
        Fault(
          .badData, "hierarchy.table",
          at: Place(file: grid.file, line: grid.rows.first?.line ?? 1)))
    }
    let bottom = header.cells.dropFirst().map(trimmed)
    var faults: [Fault] = []
    var aggregates: [String] = []
    var weights: [[Double]] = []
    for row in grid.rows.indices.dropFirst() {
      guard let (name, values) = grid.weights(row, of: bottom.count, &faults) else { continue }
      guard let own = bottom.firstIndex(of: name) else {
        aggregates.append(name)
        weights.append(values)
        continue
      }
      if values != bottom.indices.map({ $0 == own ? 1 : 0 }) {
        faults.append(
          Fault(
            .badData, "hierarchy.bottom-row", ["series": name], at: grid.place(row: row, column: 0))
        )
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    do { try self.init(aggregates, weights, bottom: bottom) } catch { throw error.fault }
  }
}

extension TextGrid {
  /// The id of a row and its numbers; `nil` for an empty row and for one with a fault.
  fileprivate func weights(
    _ row: Int, of count: Int, _ faults: inout [Fault]
  ) -> (String, [Double])? {
    let cells = rows[row].cells.map(trimmed)
    if cells.allSatisfy(\.isEmpty) { return nil }
    guard cells.count == count + 1 else {
      faults.append(
        Fault(
          .badData, "series.cells", ["found": String(cells.count), "needed": String(count + 1)],
          at: place(row: row, column: 0)))
      return nil
    }
    var values: [Double] = []
    for (column, cell) in cells.enumerated().dropFirst() {
      guard let value = cell.isEmpty ? 0 : Double(cell), value.isFinite else {
        faults.append(
          Fault(.badData, "series.number", ["text": cell], at: place(row: row, column: column)))
        continue
      }
      values.append(value)
    }
    return values.count == count ? (cells[0], values) : nil
  }
}
