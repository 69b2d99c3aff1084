import CLAPACKE
import COpenBLAS

/// `A = L Lᵀ` for a symmetric positive definite matrix.
public struct Cholesky: Hashable, Sendable {
  /// L; its upper triangle is zero.
  public let factor: Matrix

  /// Factors `A`, of which only the lower triangle is read. O(n³ / 3).
  ///
  /// - Throws: `notFinite`; `notPositiveDefinite(at:)` with the first leading minor that fails.
  public init(_ A: Matrix) throws(KernelError) {
    precondition(A.rows == A.columns, "Cholesky of \(A.rows) × \(A.columns)")
    guard A.isFinite else { throw .notFinite(routine: "Cholesky") }
    useOneThread()
    var L = A
    let n = Int32(A.rows)
    if n > 0 {
      let info = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, job("L"), n, &L.values, n)
      guard info == 0 else { throw .notPositiveDefinite(at: Int(info) - 1) }
    }
    for j in 0..<L.columns {
      for i in 0..<j { L.values[i + j * L.rows] = 0 }
    }
    factor = L
  }

  /// `A⁻¹ B`.
  public func solve(_ B: Matrix) -> Matrix {
    precondition(B.rows == factor.rows, "\(B.rows) rows for a system of \(factor.rows)")
    if B.isEmpty { return B }
    var X = B
    let lead = B.lead
    let info = LAPACKE_dpotrs_work(
      LAPACK_COL_MAJOR, job("L"), lead, Int32(B.columns), factor.values, lead, &X.values, lead)
    precondition(info == 0, "dpotrs refused argument \(-info)")
    return X
  }

  /// `A⁻¹ b`.
  public func solve(_ b: [Double]) -> [Double] { solve(Matrix(column: b)).values }

  /// `L⁻¹ b`: whitens a vector whose covariance is A.
  public func solveLower(_ b: [Double]) -> [Double] {
    precondition(b.count == factor.rows, "\(b.count) numbers for a system of \(factor.rows)")
    if b.isEmpty { return b }
    var x = b
    cblas_dtrsv(
      CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, factor.lead, factor.values,
      factor.lead, &x, 1)
    return x
  }

  /// `L z`: gives independent standard normals the covariance A.
  public func times(_ z: [Double]) -> [Double] {
    precondition(z.count == factor.rows, "\(z.count) numbers for a factor of \(factor.rows)")
    if z.isEmpty { return z }
    var x = z
    cblas_dtrmv(
      CblasColMajor, CblasLower, CblasNoTrans, CblasNonUnit, factor.lead, factor.values,
      factor.lead, &x, 1)
    return x
  }

  /// `log det A`.
  public var logDeterminant: Double { 2 * log(factor.diagonal).reduce(0, +) }

  /// `A⁻¹`, exactly symmetric. Prefer `solve`.
  public func inverse() -> Matrix {
    if factor.isEmpty { return factor }
    var X = factor
    let n = factor.lead
    let info = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, job("L"), n, &X.values, n)
    precondition(info == 0, "dpotri refused argument \(-info)")
    return X.mirroringLower()
  }
}
