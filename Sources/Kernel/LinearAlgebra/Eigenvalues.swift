import CLAPACKE

/// The eigenvalues of a square matrix without its vectors, in LAPACK's order; a conjugate pair stands
/// together. O(n³), some 10 n³ operations: less than half of what `GeneralEigen` needs.
///
/// - Throws: `notFinite`, `noConvergence`.
public func eigenvalues(of A: Matrix) throws(KernelError) -> [Complex] {
  precondition(A.rows == A.columns, "eigenvalues of \(A.rows) × \(A.columns)")
  guard A.isFinite else { throw .notFinite(routine: "eigenvalues") }
  if A.rows == 0 { return [] }
  useOneThread()
  var F = A.values
  var re = [Double](repeating: 0, count: A.rows)
  var im = re
  let n = A.lead
  let none = job("N")
  var size = 0.0
  LAPACKE_dgeev_work(LAPACK_COL_MAJOR, none, none, n, &F, n, &re, &im, nil, 1, nil, 1, &size, -1)
  var work = [Double](repeating: 0, count: Int(size))
  let info = LAPACKE_dgeev_work(
    LAPACK_COL_MAJOR, none, none, n, &F, n, &re, &im, nil, 1, nil, 1, &work, Int32(size))
  guard info == 0 else { throw .noConvergence(routine: "dgeev", code: Int(info)) }
  return zip(re, im).map { Complex($0, $1) }
}

/// The eigenvalues of a symmetric matrix without its vectors, ascending; only the lower triangle is
/// read. O(n³), some 4 n³ / 3 operations.
///
/// - Throws: `notFinite`, `noConvergence`.
public func symmetricEigenvalues(of A: Matrix) throws(KernelError) -> [Double] {
  precondition(A.rows == A.columns, "eigenvalues of \(A.rows) × \(A.columns)")
  guard A.isFinite else { throw .notFinite(routine: "symmetricEigenvalues") }
  if A.rows == 0 { return [] }
  useOneThread()
  var F = A.values
  var w = [Double](repeating: 0, count: A.rows)
  let n = A.lead
  let none = job("N"), lower = job("L")
  var size = 0.0
  var integers: Int32 = 0
  LAPACKE_dsyevd_work(
    LAPACK_COL_MAJOR, none, lower, n, &F, n, &w, &size, -1, &integers, -1)
  var work = [Double](repeating: 0, count: Int(size))
  var integerWork = [Int32](repeating: 0, count: Int(integers))
  let info = LAPACKE_dsyevd_work(
    LAPACK_COL_MAJOR, none, lower, n, &F, n, &w, &work, Int32(size), &integerWork, integers)
  guard info == 0 else { throw .noConvergence(routine: "dsyevd", code: Int(info)) }
  return w
}
