import CLAPACKE
import COpenBLAS

/// `A P = Q R` with column pivoting: the diagonal of R falls in size, and where it vanishes the rank
/// ends.
///
/// The rank is the number of leading diagonal elements with `|R_kk| > tolerance · |R_00|`. The
/// standard tolerance, `max(rows, columns) · 2⁻⁵²`, asks for dependence up to rounding only. Columns
/// of very different scale should be scaled first, as `leastSquares` does.
public struct PivotedQR: Hashable, Sendable {
  public let rank: Int
  /// `pivots[k]` is the column of A that stands k-th in `A P`.
  public let pivots: [Int]
  /// Upper trapezoidal, `min(rows, columns) × columns`.
  public let r: Matrix
  private let reflectors: Matrix
  private let tau: [Double]

  /// - Throws: `notFinite`.
  public init(_ A: Matrix, tolerance: Double? = nil) throws(KernelError) {
    guard A.isFinite else { throw .notFinite(routine: "PivotedQR") }
    useOneThread()
    let small = min(A.rows, A.columns)
    var F = A
    var p = [Int32](repeating: 0, count: A.columns)
    var t = [Double](repeating: 0, count: small)
    if small > 0 {
      let m = Int32(A.rows), n = Int32(A.columns)
      let lead = A.lead
      var size = 0.0
      LAPACKE_dgeqp3_work(LAPACK_COL_MAJOR, m, n, &F.values, lead, &p, &t, &size, -1)
      var work = [Double](repeating: 0, count: Int(size))
      let info = LAPACKE_dgeqp3_work(
        LAPACK_COL_MAJOR, m, n, &F.values, lead, &p, &t, &work, Int32(size))
      precondition(info == 0, "dgeqp3 refused argument \(-info)")
    }
    var R = Matrix(rows: small, columns: A.columns)
    for j in 0..<A.columns {
      for i in 0..<min(j + 1, small) { R[i, j] = F[i, j] }
    }
    let limit = tolerance ?? Double(max(A.rows, A.columns)) * Double.ulpOfOne
    let largest = small > 0 ? abs(R[0, 0]) : 0
    var found = 0
    while found < small && abs(R[found, found]) > limit * largest { found += 1 }
    rank = found
    pivots = small > 0 ? p.map { Int($0) - 1 } : Array(0..<A.columns)
    r = R
    reflectors = F
    tau = t
  }

  /// The columns of A that span its range, in ascending order.
  public var independent: [Int] { pivots[..<rank].sorted() }
  /// The columns of A that are combinations of the independent ones, in ascending order.
  public var dependent: [Int] { pivots[rank...].sorted() }

  /// The first `rank` columns of Q, an orthonormal basis of the range of A.
  public func q() -> Matrix {
    var Q = reflectors.selectingColumns(Array(0..<rank))
    if Q.isEmpty { return Q }
    let lead = Q.lead
    let m = Int32(Q.rows), n = Int32(rank)
    var size = 0.0
    LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, m, n, n, &Q.values, lead, tau, &size, -1)
    var work = [Double](repeating: 0, count: Int(size))
    let info = LAPACKE_dorgqr_work(
      LAPACK_COL_MAJOR, m, n, n, &Q.values, lead, tau, &work, Int32(size))
    precondition(info == 0, "dorgqr refused argument \(-info)")
    return Q
  }

  /// The basic solution of `min ‖A x − b‖`: 0 for every dependent column.
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == reflectors.rows, "\(b.count) numbers for \(reflectors.rows) rows")
    var x = [Double](repeating: 0, count: reflectors.columns)
    if rank == 0 { return x }
    var c = b
    let m = Int32(b.count)
    let k = Int32(tau.count)
    var size = 0.0
    LAPACKE_dormqr_work(
      LAPACK_COL_MAJOR, job("L"), job("T"), m, 1, k, reflectors.values, m, tau, &c, m, &size, -1)
    var work = [Double](repeating: 0, count: Int(size))
    let info = LAPACKE_dormqr_work(
      LAPACK_COL_MAJOR, job("L"), job("T"), m, 1, k, reflectors.values, m, tau, &c, m, &work,
      Int32(size))
    precondition(info == 0, "dormqr refused argument \(-info)")
    cblas_dtrsv(
      CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, Int32(rank), r.values, r.lead, &c, 1)
    for position in 0..<rank { x[pivots[position]] = c[position] }
    return x
  }

  /// `(AᵀA)⁻¹` over the independent columns, 0 in the rows and columns of the others.
  public func inverseGram() -> Matrix {
    var G = Matrix(rows: reflectors.columns, columns: reflectors.columns)
    if rank == 0 { return G }
    var R = r.selectingColumns(Array(0..<rank)).selectingRows(Array(0..<rank))
    let n = Int32(rank)
    let info = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, job("U"), n, &R.values, n)
    precondition(info == 0, "dpotri refused argument \(-info)")
    for j in 0..<rank {
      for i in 0...j {
        G[pivots[i], pivots[j]] = R[i, j]
        G[pivots[j], pivots[i]] = R[i, j]
      }
    }
    return G
  }
}
