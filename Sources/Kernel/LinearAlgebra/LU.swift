import CLAPACKE
import Glibc

/// `A = P L U` for a square matrix, with row exchanges.
public struct LU: Hashable, Sendable {
  private let factors: Matrix
  private let exchanges: [Int32]

  /// Factors `A`. O(2 n³ / 3).
  ///
  /// - Throws: `notFinite`; `singular(at:)` where a pivot is exactly zero. A matrix that is singular
  ///   but for rounding passes; use `SVD.condition` or `PivotedQR` where that has to be known.
  public init(_ A: Matrix) throws(KernelError) {
    precondition(A.rows == A.columns, "LU of \(A.rows) × \(A.columns)")
    guard A.isFinite else { throw .notFinite(routine: "LU") }
    useOneThread()
    var F = A
    var p = [Int32](repeating: 0, count: A.rows)
    if A.rows > 0 {
      let n = A.lead
      let info = LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, n, n, &F.values, n, &p)
      guard info == 0 else { throw .singular(at: Int(info) - 1) }
    }
    factors = F
    exchanges = p
  }

  /// `A⁻¹ B`.
  public func solve(_ B: Matrix) -> Matrix { solve(B, "N") }

  /// `A⁻¹ b`.
  public func solve(_ b: [Double]) -> [Double] { solve(Matrix(column: b)).values }

  /// `A⁻ᵀ b`.
  public func solveTransposed(_ b: [Double]) -> [Double] {
    solve(Matrix(column: b), "T").values
  }

  /// `A⁻¹`. Prefer `solve`.
  public func inverse() -> Matrix { solve(.identity(factors.rows)) }

  /// May overflow or underflow where `logAbsoluteDeterminant` does not.
  public var determinant: Double {
    var product = 1.0
    for (i, value) in factors.diagonal.enumerated() {
      product *= Int(exchanges[i]) == i + 1 ? value : -value
    }
    return product
  }

  /// `log |det A|`.
  public var logAbsoluteDeterminant: Double {
    factors.diagonal.reduce(0) { $0 + Glibc.log(abs($1)) }
  }

  /// Whether `det A > 0`, without computing it.
  public var hasPositiveDeterminant: Bool {
    var isPositive = true
    for (i, value) in factors.diagonal.enumerated() {
      if (Int(exchanges[i]) == i + 1) != (value > 0) { isPositive.toggle() }
    }
    return isPositive
  }

  private func solve(_ B: Matrix, _ side: Unicode.Scalar) -> Matrix {
    precondition(B.rows == factors.rows, "\(B.rows) rows for a system of \(factors.rows)")
    if B.isEmpty { return B }
    var X = B
    let lead = B.lead
    let info = LAPACKE_dgetrs_work(
      LAPACK_COL_MAJOR, job(side), lead, Int32(B.columns), factors.values, lead, exchanges,
      &X.values, lead)
    precondition(info == 0, "dgetrs refused argument \(-info)")
    return X
  }
}

/// The solution of `A x = b` for a square matrix.
///
/// - Throws: as `LU`.
public func solve(_ A: Matrix, _ b: [Double]) throws(KernelError) -> [Double] {
  try LU(A).solve(b)
}
