public import Kernel

/// Moves forecasts the least, in the metric of their errors, so that they obey their constraints:
/// `ỹ = ŷ − W Cᵀ (C W Cᵀ)⁻¹ C ŷ`.
///
/// With `W` the covariance of the errors this is minimum-trace reconciliation (Wickramasuriya et al. 2019); the
/// form in the constraints serves signed and redundant ones alike and needs a system of their number only. A
/// singular `C W Cᵀ` (errors that add up themselves) is no error as long as the forecasts can be met.
public struct Reconciler: Sendable {
  public let constraints: LinearConstraints
  /// `W Cᵀ (C W Cᵀ)⁻`, series by constraints.
  public let gain: Matrix
  let covariance: Matrix
  private let hierarchy: Hierarchy?

  /// - Parameters:
  ///   - covariance: W, series by series, positive semidefinite.
  ///   - fixed: series whose forecasts stay as they are.
  /// - Throws: `.notFinite`.
  public init(
    _ constraints: LinearConstraints, covariance: Matrix, fixed: [Int] = []
  ) throws(CoherenceError) {
    try self.init(constraints, covariance, fixed, nil)
  }

  /// - Parameters: as above; the constraints are the hierarchy's.
  public init(
    _ hierarchy: Hierarchy, covariance: Matrix, fixed: [Int] = []
  ) throws(CoherenceError) {
    try self.init(hierarchy.constraints, covariance, fixed, fixed.isEmpty ? hierarchy : nil)
  }

  private init(
    _ constraints: LinearConstraints, _ covariance: Matrix, _ fixed: [Int], _ hierarchy: Hierarchy?
  ) throws(CoherenceError) {
    let C = constraints.matrix
    precondition(
      covariance.rows == C.columns && covariance.columns == C.columns,
      "covariance of \(covariance.rows) × \(covariance.columns) for \(C.columns) series")
    guard C.isFinite && covariance.isFinite else { throw .notFinite }
    var W = covariance
    for i in fixed {
      for j in 0..<W.rows {
        W[i, j] = 0
        W[j, i] = 0
      }
    }
    let spread = W.timesTranspose(C)
    gain = spread.times(try generalizedInverse(C.times(spread), scales: constraintScales(C, W)))
    self.constraints = constraints
    self.covariance = W
    self.hierarchy = hierarchy
  }

  /// The coherent forecasts.
  ///
  /// - Parameter base: series by step, or series by draw.
  /// - Throws: `.contradiction` where the weights or the fixed forecasts leave a constraint unmet;
  ///   `.notFinite`.
  public func reconcile(_ base: Matrix) throws(CoherenceError) -> Matrix {
    precondition(base.rows == gain.rows, "\(base.rows) forecasts for \(gain.rows) series")
    guard base.isFinite else { throw .notFinite }
    let moved = base - gain.times(constraints.matrix.times(base))
    let gap = constraints.gap(moved)
    guard gap <= 1e-9 * max(base.largestMagnitude, .leastNormalMagnitude) else {
      throw .contradiction(gap: gap)
    }
    // The aggregates are the sums to the last bit.
    return hierarchy?.bottomUp(moved) ?? moved
  }

  /// Joint draws of one step or of all: the same projection for each draw, so that every path is
  /// coherent (Panagiotelis, Gamakumara, Athanasopoulos and Hyndman 2023, EJOR 306).
  ///
  /// - Parameter paths: draws, each series by step.
  public func reconcile(paths: [Matrix]) throws(CoherenceError) -> [Matrix] {
    var result: [Matrix] = []
    for path in paths { result.append(try reconcile(path)) }
    return result
  }

  /// The projection as one matrix, series by series.
  public var projection: Matrix { .identity(gain.rows) - gain.times(constraints.matrix) }

  /// Standard deviations of the coherent forecasts whose base errors have this covariance.
  public func deviations(of covariance: Matrix) -> [Double] {
    let M = projection
    let half = M.times(covariance)
    return (0..<M.rows).map { i in
      let variance = (0..<M.columns).reduce(0.0) { $0 + half[i, $1] * M[i, $1] }
      return max(variance, 0).squareRoot()
    }
  }
}

/// The size a diagonal element of `C W Cᵀ` would have if nothing cancelled.
func constraintScales(_ C: Matrix, _ W: Matrix) -> [Double] {
  let deviations = W.diagonal.map { max($0, 0).squareRoot() }
  return (0..<C.rows).map { k in
    let size = (0..<C.columns).reduce(0.0) { $0 + abs(C[k, $1]) * deviations[$1] }
    return size > 0 ? 1 / size : 0
  }
}

/// Inverse of a symmetric matrix that may be singular, by a pivoted factor of the scaled matrix: what is
/// below 1e-11 of the scale is rounding.
func generalizedInverse(_ A: Matrix, scales: [Double]) throws(CoherenceError) -> Matrix {
  // Constraints that the errors meet by themselves carry no weight.
  let scales = scales.indices.map { k in
    A[k, k] * scales[k] * scales[k] > 1e-11 ? scales[k] : 0
  }
  let scaled = A.scalingRows(by: scales).scalingColumns(by: scales)
  do {
    let inverse: Matrix
    if let factor = try? Cholesky(scaled), factor.factor.diagonal.allSatisfy({ $0 * $0 > 1e-11 }) {
      inverse = factor.inverse()
    } else {
      inverse = try PivotedCholesky(scaled, tolerance: 1e-11).generalizedInverse()
    }
    return inverse.scalingRows(by: scales).scalingColumns(by: scales)
  } catch {
    throw .notFinite
  }
}
