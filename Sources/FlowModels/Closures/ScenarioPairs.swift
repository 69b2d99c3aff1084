import Demography
import Kernel

/// The rows of a regression as cells of a table.
struct ScenarioPairs: Sendable {
  let origins: [String]
  let destinations: [String]
  /// Cell of each row of the fit.
  let cells: [Int]

  init(_ fit: RegressionFit, _ data: FlowData, _ origin: String, _ destination: String) throws {
    let o = try data.index(of: origin, namedAt: nil)
    let d = try data.index(of: destination, namedAt: nil)
    let from = fit.rows.map { data.text(row: $0, column: o) }
    let to = fit.rows.map { data.text(row: $0, column: d) }
    origins = Array(Set(from)).sorted()
    destinations = Array(Set(to)).sorted()
    let rowOf = Dictionary(uniqueKeysWithValues: origins.enumerated().map { ($1, $0) })
    let columnOf = Dictionary(uniqueKeysWithValues: destinations.enumerated().map { ($1, $0) })
    let n = origins.count
    cells = from.indices.map { (columnOf[to[$0]] ?? 0) * n + (rowOf[from[$0]] ?? 0) }
    var seen: Set<Int> = []
    let twice = cells.indices.filter { !seen.insert(cells[$0]).inserted }
    guard twice.isEmpty else {
      throw Faults(
        twice.prefix(100).map {
          Fault(
            .badData, "closure.pair-twice", ["origin": from[$0], "destination": to[$0]],
            at: data.place(row: fit.rows[$0], column: o))
        })
    }
  }

  /// Values of the terms with the shocks less those without, by cell.
  ///
  /// - Throws: `Faults`: `closure.no-column` for a shock of what no term reads, `closure.beside-terms` for one of
  ///   what a part without a coefficient reads, `closure.not-finite`.
  func changes(
    _ fit: RegressionFit, _ data: FlowData, _ shocks: [FlowShock]
  ) throws -> [[Double]] {
    let slopes = fit.coefficients.filter { $0.term != "(Intercept)" }.map(\.term)
    let terms = slopes.compactMap { name in fit.formula.terms.first { $0.name == name } }
    let columns = try data.inputs(of: terms.map(\.expression))
    let known = Set(terms.flatMap { $0.expression.columns.map(\.name) })
    let faults = shocks.filter { !$0.isOfTotals }.compactMap { shock in
      Self.unfollowed(shock, fit.formula, known)
    }
    guard faults.isEmpty else { throw Faults(faults) }
    var shocked = columns
    for shock in shocks where !shock.isOfTotals {
      guard case .covariate(let name) = shock.subject, var values = shocked[name] else { continue }
      for (k, row) in fit.rows.enumerated() {
        let (i, j) = (cells[k] % origins.count, cells[k] / origins.count)
        guard shock.concerns(origin: origins[i], destination: destinations[j]) else { continue }
        values[row] = shock.change.of(values[row])
      }
      shocked[name] = values
    }
    return try terms.map { term in
      let before = term.expression.values(columns, count: data.count)
      let after = term.expression.values(shocked, count: data.count)
      var change = [Double](repeating: 0, count: origins.count * destinations.count)
      for (k, row) in fit.rows.enumerated() {
        change[cells[k]] = after[row] - before[row]
        guard change[cells[k]].isFinite else {
          throw Faults(
            Fault(
              .badData, "closure.not-finite", ["term": term.name, "line": "\(data.line(of: row))"]))
        }
      }
      return change
    }
  }

  /// Why the coefficients do not say how flows answer to a shock.
  /// - Parameter known: columns that the terms read as numbers.
  private static func unfollowed(
    _ shock: FlowShock, _ formula: Formula, _ known: Set<String>
  ) -> Fault? {
    guard case .covariate(let name) = shock.subject else {
      return noColumn(shock, known)
    }
    func reads(_ term: Formula.Term?) -> Bool {
      term?.expression.columns.contains { $0.name == name } ?? false
    }
    let part =
      formula.offsets.first { reads($0) }?.name
      ?? formula.effects.first { reads($0.slope) || $0.columns.contains(name) }?.name
      ?? formula.terms.first { $0.expression.levels.contains { $0.column == name } }?.name
    if let part {
      return Fault(
        .usage, "closure.beside-terms", ["shock": shock.id, "column": name, "part": part])
    }
    return known.contains(name) ? nil : noColumn(shock, known)
  }

  private static func noColumn(_ shock: FlowShock, _ known: Set<String>) -> Fault {
    Fault(
      .usage, "closure.no-column",
      ["shock": shock.id, "known": known.sorted().joined(separator: ", ")])
  }
}
