import Glibc

/// What a regression by least squares gives.
public struct LeastSquares: Hashable, Sendable {
  /// One for each column; 0 for the columns in `dependent`.
  public let coefficients: [Double]
  /// The columns that are combinations of the others, in ascending order.
  public let dependent: [Int]
  public let rank: Int
  /// `b − A x`, without weights.
  public let residuals: [Double]
  /// `Σ w (b − A x)²`.
  public let residualSumOfSquares: Double
  /// `(Aᵀ W A)⁻¹` over the independent columns, 0 elsewhere.
  public let unscaledCovariance: Matrix
}

/// Minimises `‖A x − b‖` by QR with column pivoting on columns scaled to unit length.
///
/// - Parameter tolerance: a column is dependent where less than this part of its length is left
///   outside the span of the columns before it; standard 1e-11, below which a double-precision
///   coefficient would keep no more than some five digits.
/// - Throws: `notFinite`. Dependent columns are no error; they are named in the result.
public func leastSquares(
  _ A: Matrix, _ b: [Double], tolerance: Double? = nil
) throws(KernelError) -> LeastSquares {
  try weightedLeastSquares(
    A, b, weights: Array(repeating: 1, count: A.rows), tolerance: tolerance)
}

/// Minimises `Σ w (b − A x)²`, as `leastSquares`.
///
/// - Parameter weights: not negative; a row of weight 0 only gets a residual.
public func weightedLeastSquares(
  _ A: Matrix, _ b: [Double], weights: [Double], tolerance: Double? = nil
) throws(KernelError) -> LeastSquares {
  precondition(b.count == A.rows, "\(b.count) values for \(A.rows) rows")
  precondition(weights.count == A.rows, "\(weights.count) weights for \(A.rows) rows")
  precondition(weights.allSatisfy { !($0 < 0) }, "a weight below 0")
  guard A.isFinite && b.allSatisfy(\.isFinite) && weights.allSatisfy(\.isFinite) else {
    throw .notFinite(routine: "leastSquares")
  }
  let roots = weights.map { $0.squareRoot() }
  let W = A.scalingRows(by: roots)
  let scales = (0..<W.columns).map { j in
    let length = norm(W.column(j))
    return length > 0 ? 1 / length : 0
  }
  let qr = try PivotedQR(W.scalingColumns(by: scales), tolerance: tolerance ?? 1e-11)
  let scaled = qr.solve(zip(b, roots).map { $0 * $1 })
  let x = zip(scaled, scales).map { $0 * $1 }
  let fitted = A.times(x)
  let residuals = zip(b, fitted).map { $0 - $1 }
  return LeastSquares(
    coefficients: x, dependent: qr.dependent, rank: qr.rank, residuals: residuals,
    residualSumOfSquares: zip(weights, residuals).reduce(0) { $0 + $1.0 * $1.1 * $1.1 },
    unscaledCovariance: qr.inverseGram().scalingRows(by: scales).scalingColumns(by: scales))
}
