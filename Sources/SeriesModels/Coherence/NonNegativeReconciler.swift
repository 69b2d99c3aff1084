public import Kernel

/// Reconciliation with forecasts that may not go below zero: the point that obeys constraints and bounds
/// at once, nearest to the base forecasts in the metric of their errors.
///
/// Exact active set: the series at zero are constraints of the same kind, so that each step solves a system of
/// the constraints and the zeros alone. Sets change by block principal pivoting (Júdice and Pires 1994;
/// Wickramasuriya, Turlach and Hyndman 2020), one series at a time when blocks stop helping. Nets keep their
/// sign where they are not listed.
public struct NonNegativeReconciler: Sendable {
  private let free: Reconciler
  private let spread: Matrix
  private let core: Matrix
  private let bounded: [Int]
  private let hierarchy: Hierarchy?

  /// - Parameters:
  ///   - covariance: W, positive definite over the bounded series.
  ///   - bounded: series that may not be negative.
  public init(
    _ constraints: LinearConstraints, covariance: Matrix, bounded: [Int]
  ) throws(CoherenceError) {
    try self.init(Reconciler(constraints, covariance: covariance), bounded, nil)
  }

  /// Of a hierarchy whose bottom series may not be negative.
  public init(_ hierarchy: Hierarchy, covariance: Matrix) throws(CoherenceError) {
    try self.init(
      Reconciler(hierarchy, covariance: covariance), hierarchy.bottom, hierarchy)
  }

  private init(_ free: Reconciler, _ bounded: [Int], _ hierarchy: Hierarchy?) {
    self.free = free
    spread = free.covariance.timesTranspose(free.constraints.matrix)
    core = free.constraints.matrix.times(spread)
    self.bounded = bounded
    self.hierarchy = hierarchy
  }

  /// - Parameter base: series by step.
  /// - Returns: series by step, coherent, no bounded series below zero.
  /// - Throws: `.contradiction`, `.notFinite`, `.noConvergence`.
  public func reconcile(_ base: Matrix) throws(CoherenceError) -> Matrix {
    var result = try free.reconcile(base)
    for h in 0..<base.columns where bounded.contains(where: { result[$0, h] < 0 }) {
      result.setColumn(h, try nearest(base.column(h), from: result.column(h)))
    }
    return result
  }

  private func nearest(
    _ base: [Double], from start: [Double]
  ) throws(CoherenceError) -> [Double] {
    let size = base.reduce(0) { max($0, abs($1)) }
    let tolerance = 1e-12 * size
    var zeros = Set(bounded.filter { start[$0] < 0 })
    var fewest = Int.max
    var patience = 3
    let limit = 20 * bounded.count + 100
    for _ in 0..<limit {
      let (values, pull) = try solution(base, zeros.sorted())
      let low = bounded.filter { !zeros.contains($0) && values[$0] < -tolerance }
      let held = pull.filter { $0.value > 0 }.map(\.key)
      let wrong = Set(low + held)
      if wrong.isEmpty { return finished(values, zeros) }
      if wrong.count < fewest {
        fewest = wrong.count
        patience = 3
      } else {
        patience -= 1
      }
      if patience >= 0 {
        zeros.formSymmetricDifference(wrong)
      } else if let last = wrong.max() {
        zeros.formSymmetricDifference([last])
      }
    }
    throw .noConvergence(steps: limit)
  }

  /// The nearest point with these series at zero, and what each of them is held back with: above zero
  /// where it wants to rise.
  private func solution(
    _ base: [Double], _ zeros: [Int]
  ) throws(CoherenceError) -> ([Double], [Int: Double]) {
    let C = free.constraints.matrix
    let r = C.rows
    let W = free.covariance
    var A = Matrix(rows: r + zeros.count, columns: r + zeros.count)
    var gaps = C.times(base)
    for a in 0..<r {
      for b in 0..<r { A[a, b] = core[a, b] }
    }
    for (k, z) in zeros.enumerated() {
      gaps.append(base[z])
      for a in 0..<r {
        A[a, r + k] = spread[z, a]
        A[r + k, a] = spread[z, a]
      }
      for (l, other) in zeros.enumerated() { A[r + k, r + l] = W[z, other] }
    }
    let scales =
      constraintScales(C, W)
      + zeros.map { W[$0, $0] > 0 ? 1 / W[$0, $0].squareRoot() : 0 }
    let weights = try solve(A, gaps, scales)
    let whole = spread.appendingColumns(W.selectingColumns(zeros))
    let moved = zip(base, whole.times(weights)).map { $0 - $1 }
    let pull = zip(zeros, weights.dropFirst(r)).map { ($0, $1) }
    return (moved, Dictionary(uniqueKeysWithValues: pull))
  }

  private func solve(
    _ A: Matrix, _ b: [Double], _ scales: [Double]
  ) throws(CoherenceError) -> [Double] {
    let scaled = A.scalingRows(by: scales).scalingColumns(by: scales)
    let right = zip(b, scales).map { $0 * $1 }
    if let factor = try? Cholesky(scaled), factor.factor.diagonal.allSatisfy({ $0 * $0 > 1e-11 }) {
      return zip(factor.solve(right), scales).map { $0 * $1 }
    }
    return try generalizedInverse(A, scales: scales).times(b)
  }

  private func finished(_ values: [Double], _ zeros: Set<Int>) -> [Double] {
    var result = values
    for z in zeros { result[z] = 0 }
    // Below the tolerance of the search: rounding of a zero.
    for i in bounded where result[i] < 0 { result[i] = 0 }
    return hierarchy?.bottomUp(Matrix(column: result)).values ?? result
  }
}
