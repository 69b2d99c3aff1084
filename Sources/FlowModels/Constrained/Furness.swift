import Glibc
import Kernel

/// The table `a_i b_j S_ij` with given margins, by alternating scaling and, where that is slow, Newton steps.
///
/// Goals: 1. margins met to 1e-13 or an explanation; 2. fast on thousands of areas. A sweep is two products of the
/// seed with a vector. Sweeps converge linearly, with a ratio near 1 where the seed nearly falls apart; after 50
/// of them Newton steps follow on the convex dual `Σ a b S − Σ O ln a − Σ D ln b`, whose system is reduced to the
/// destinations: `diag(D) − T' diag(O)⁻¹ T`.
///
/// Furness 1965; Newton on the dual: Knight & Ruiz 2013.
struct Furness {
  struct Result {
    /// `rows · columns`, origin fastest.
    let values: [Double]
    let a: [Double]
    let b: [Double]
    let sweeps: Int
    let newtonSteps: Int
    /// Largest `|sum − margin| / margin` of the rows; those of columns are met in the last step.
    let error: Double
  }

  private let seed: Matrix
  private let rows: [Double]
  private let columns: [Double]
  private var a: [Double]
  private var b: [Double]

  static let tolerance = 1e-13
  private static let sweepsBeforeNewton = 50
  private static let newtonLimit = 100

  /// - Parameter start: column factors to begin with.
  static func balance(
    seed: [Double], rows: [Double], columns: [Double], start: [Double]? = nil
  ) throws(BalancingError) -> Result {
    let problem = BalancingProblem(
      seed: seed, rows: rows, columns: columns, lower: nil, upper: nil)
    try problem.check()
    // Totals equal but for rounding are made equal, or no table would meet both to 1e-13.
    let ratio = Statistics.sum(rows) / Statistics.sum(columns)
    let scaled = ratio.isFinite ? columns.map { $0 * ratio } : columns
    var furness = Furness(
      seed: Matrix(rows: rows.count, columns: columns.count, values: seed), rows: rows,
      columns: scaled, a: rows.map { _ in 0 },
      b: start ?? columns.map { $0 > 0 ? 1 : 0 })
    return try furness.solve()
  }

  private mutating func solve() throws(BalancingError) -> Result {
    for sweep in 0...Self.sweepsBeforeNewton {
      guard let error = self.sweep() else { return try general() }
      if error <= Self.tolerance { return result(sweep + 1, 0, error) }
    }
    guard isPlainlyFeasible else {
      let problem = BalancingProblem(
        seed: seed.values, rows: rows, columns: columns, lower: nil, upper: nil)
      let feasibility = Feasibility(problem)
      try feasibility.requireTable()
      if !feasibility.forcedCells().isEmpty { return try general() }
      return try newton()
    }
    return try newton()
  }

  private mutating func newton() throws(BalancingError) -> Result {
    var error = Double.infinity
    for step in 1...Self.newtonLimit {
      newtonStep()
      guard sweep() != nil, let next = sweep() else { return try general() }
      error = next
      if error <= Self.tolerance {
        return result(Self.sweepsBeforeNewton + 1 + 2 * step, step, error)
      }
    }
    throw .notConverged(sweeps: Self.sweepsBeforeNewton + 2 * Self.newtonLimit, error: error)
  }

  /// Fits the rows, then the columns.
  /// - Returns: the error of the rows before; `nil` where a line that needs a flow has no open cell.
  private mutating func sweep() -> Double? {
    let ofRows = seed.times(b)
    var error = 0.0
    for i in rows.indices where rows[i] > 0 {
      error = max(error, abs(a[i] * ofRows[i] / rows[i] - 1))
      a[i] = rows[i] / ofRows[i]
      if !a[i].isFinite { return nil }
    }
    let ofColumns = seed.transposeTimes(a)
    for j in columns.indices where columns[j] > 0 {
      if error > Self.tolerance { b[j] = columns[j] / ofColumns[j] }
      if !b[j].isFinite { return nil }
    }
    return error
  }

  /// A sure sign, cheap to have, that a table exists and no cell is forced: every pair but one in a line is open,
  /// and no line needs all that the others have.
  private var isPlainlyFeasible: Bool {
    let total = Statistics.sum(rows)
    var closedOfColumn = [Int](repeating: 0, count: columns.count)
    for i in rows.indices {
      let closed = columns.indices.filter { seed[i, $0] == 0 }
      guard closed.count <= 1 else { return false }
      guard let j = closed.first else { continue }
      closedOfColumn[j] += 1
      if closedOfColumn[j] > 1 || rows[i] + columns[j] >= total * (1 - 1e-9) { return false }
    }
    return true
  }

  /// One step in `(ln a, ln b)`, halved until the dual falls.
  private mutating func newtonStep() {
    let values = table()
    let T = Matrix(rows: rows.count, columns: columns.count, values: values)
    let ofRows = T.times([Double](repeating: 1, count: columns.count))
    let ofColumns = T.transposeTimes([Double](repeating: 1, count: rows.count))
    let inverse = ofRows.map { $0 > 0 ? 1 / $0 : 0 }
    var S = T.scalingRows(by: inverse.map { $0.squareRoot() }).gram()
    let gapOfRows = rows.indices.map { rows[$0] - ofRows[$0] }
    let shares = T.transposeTimes(rows.indices.map { gapOfRows[$0] * inverse[$0] })
    var right = columns.indices.map { columns[$0] - ofColumns[$0] - shares[$0] }
    for k in S.values.indices { S.values[k] = -S.values[k] }
    // One factor is free; that of the largest destination stays.
    let kept = ofColumns.indices.max { ofColumns[$0] < ofColumns[$1] } ?? 0
    for j in columns.indices {
      S[j, j] += ofColumns[j]
      guard j == kept || ofColumns[j] == 0 else { continue }
      for l in columns.indices {
        S[j, l] = 0
        S[l, j] = 0
      }
      S[j, j] = 1
      right[j] = 0
    }
    guard let factor = try? Cholesky(S) else { return }
    let v = factor.solve(right)
    let across = T.times(v)
    let u = rows.indices.map { (gapOfRows[$0] - across[$0]) * inverse[$0] }
    let before = dual
    var length = 1.0
    for _ in 0..<30 {
      var trial = self
      for i in a.indices { trial.a[i] *= Glibc.exp(length * u[i]) }
      for j in b.indices { trial.b[j] *= Glibc.exp(length * v[j]) }
      if trial.dual <= before + 1e-12 * abs(before) {
        self = trial
        return
      }
      length *= 0.5
    }
  }

  private var dual: Double {
    var value = dot(a, seed.times(b))
    for i in rows.indices where rows[i] > 0 { value -= rows[i] * Glibc.log(a[i]) }
    for j in columns.indices where columns[j] > 0 { value -= columns[j] * Glibc.log(b[j]) }
    return value
  }

  private func table() -> [Double] {
    var values = seed.values
    for j in b.indices {
      for i in a.indices { values[j * a.count + i] *= a[i] * b[j] }
    }
    return values
  }

  private func result(_ sweeps: Int, _ steps: Int, _ error: Double) -> Result {
    Result(values: table(), a: a, b: b, sweeps: sweeps, newtonSteps: steps, error: error)
  }

  /// With cells that every table shares, or an explanation why there is none.
  private func general() throws(BalancingError) -> Result {
    let found = try Balancing.fit(
      seed: seed.values, rows: rows, columns: columns, tolerance: Self.tolerance)
    return Result(
      values: found.values, a: found.rowFactors, b: found.columnFactors, sweeps: found.sweeps,
      newtonSteps: 0, error: found.maxRelativeMarginError)
  }
}
