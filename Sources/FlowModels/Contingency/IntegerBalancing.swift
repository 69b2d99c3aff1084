import Kernel

/// Whole numbers for the cells of a table that keep its margins.
///
/// Every cell becomes its floor or its ceiling, every row and column total and the sum of all likewise, totals that
/// are whole stay as they are (controlled rounding: Bacharach, Management Science 13, 1966; Cox, JASA 82, 1987), by
/// `MarginRounding`.
public enum IntegerBalancing {
  /// - Parameters:
  ///   - values: `rows · columns`, origin fastest, finite and not negative.
  /// - Returns: cells in the order of the values, and whether they are proved nearest.
  /// - Complexity: that of `MarginRounding`.
  public static func rounded(
    _ values: [Double], rows: Int, columns: Int
  ) -> (cells: [Int], isNearest: Bool) {
    precondition(values.count == rows * columns, "\(values.count) cells, \(rows) × \(columns)")
    func margin(_ name: String, _ count: Int, _ group: (Int) -> Int) -> MarginSet {
      let groups = values.indices.map(group)
      var parts = [[Double]](repeating: [], count: count)
      for (cell, group) in groups.enumerated() { parts[group].append(values[cell]) }
      return MarginSet(name, groups: groups, totals: parts.map { Statistics.sum($0) })
    }
    let margins = [
      margin("origin", rows) { $0 % rows }, margin("destination", columns) { $0 / rows },
      margin("all", 1) { _ in 0 },
    ]
    do throws(MarginRounding.Failure) {
      let found = try MarginRounding.rounded(values, margins: margins)
      return (found.cells.map { Int($0) }, found.isNearest)
    } catch {
      // The table itself lies between the bounds, so that whole numbers do (Hoffman 1960).
      preconditionFailure("no whole numbers keep the sums of a table: \(error)")
    }
  }
}
