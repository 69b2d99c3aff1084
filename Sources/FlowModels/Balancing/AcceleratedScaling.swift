import Glibc
import Kernel

/// Balancing without bounds: iterative scaling in the logarithms of the row factors, accelerated after
/// Anderson.
///
/// A round sets the column factors so that the column totals hold exactly and tells what the rows
/// then lack; so a table whose rows are met is proof that one exists, and no flow problem is
/// solved beforehand. Where the rows are not met soon (no table, or one only at the edge, where
/// scaling is sublinear) the answer is `nil` and the slower, exact way decides.
struct AcceleratedScaling {
  private let seed: [Double]
  private let rows: [Double]
  private let columns: [Double]
  private let tolerance: Double

  private static let memory = 8
  private static let roundLimit = 300

  init(seed: [Double], rows: [Double], columns: [Double], tolerance: Double) {
    self.seed = seed
    self.rows = rows
    self.columns = columns
    self.tolerance = tolerance
  }

  func solve() -> Balanced? {
    var x = rows.map { $0 > 0 ? 0 : -Double.infinity }
    let active = rows.indices.filter { rows[$0] > 0 }
    var acceleration = AndersonAcceleration(
      memory: Self.memory, weights: active.map { rows[$0] })
    var best = Double.infinity
    for round in 1...Self.roundLimit {
      let a = exp(x)
      let found = TableScaling.round(seed, rowFactors: a, columnTotals: columns)
      guard found.columnFactors.allSatisfy(\.isFinite) else { return nil }
      var error = 0.0
      for i in active { error = max(error, abs(a[i] * found.rowSums[i] / rows[i] - 1)) }
      if error <= tolerance {
        return balanced(a, found.columnFactors, sweeps: round, error: error)
      }
      let point = active.map { x[$0] }
      let image = active.map { Glibc.log(rows[$0] / found.rowSums[$0]) }
      guard image.allSatisfy(\.isFinite) else { return nil }
      if error > 100 * best { acceleration.restart() }
      best = min(best, error)
      let next = acceleration.next(after: point, image: image)
      for (k, i) in active.enumerated() { x[i] = next[k] }
    }
    return nil
  }

  private func balanced(
    _ a: [Double], _ b: [Double], sweeps: Int, error: Double
  ) -> Balanced {
    Balanced(
      values: TableScaling.product(seed, rowFactors: a, columnFactors: b), rowFactors: a,
      columnFactors: b, sweeps: sweeps, maxRelativeMarginError: error,
      forcedCells: Support(seed: seed, rows: rows, columns: columns).forcedCells(),
      stop: .balancedByScaling)
  }
}
