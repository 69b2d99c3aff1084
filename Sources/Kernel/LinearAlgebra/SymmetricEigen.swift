import CLAPACKE

/// `A = V diag(λ) Vᵀ` for a symmetric matrix, V orthogonal.
public struct SymmetricEigen: Hashable, Sendable {
  /// Ascending.
  public let values: [Double]
  /// Column k belongs to `values[k]`; of unit length, its sign is LAPACK's.
  public let vectors: Matrix

  /// Reads the lower triangle of `A`; divide and conquer. O(n³).
  ///
  /// - Throws: `notFinite`, `noConvergence`.
  public init(_ A: Matrix) throws(KernelError) {
    precondition(A.rows == A.columns, "eigenvalues of \(A.rows) × \(A.columns)")
    guard A.isFinite else { throw .notFinite(routine: "SymmetricEigen") }
    useOneThread()
    var V = A
    var w = [Double](repeating: 0, count: A.rows)
    if A.rows > 0 {
      let n = A.lead
      let lower = job("L"), both = job("V")
      var size = 0.0
      var integers: Int32 = 0
      LAPACKE_dsyevd_work(
        LAPACK_COL_MAJOR, both, lower, n, &V.values, n, &w, &size, -1, &integers, -1)
      var work = [Double](repeating: 0, count: Int(size))
      var integerWork = [Int32](repeating: 0, count: Int(integers))
      let info = LAPACKE_dsyevd_work(
        LAPACK_COL_MAJOR, both, lower, n, &V.values, n, &w, &work, Int32(size), &integerWork,
        integers)
      guard info == 0 else { throw .noConvergence(routine: "dsyevd", code: Int(info)) }
    }
    values = w
    vectors = V
  }
}
