import CLAPACKE

/// `Pᵀ A P = L Lᵀ` for a symmetric positive semi-definite matrix of any rank, largest pivot first.
///
/// The rank is where the largest remaining pivot falls below `tolerance` times the largest diagonal
/// element. Rows and columns of very different scale should be scaled to a unit diagonal first.
public struct PivotedCholesky: Hashable, Sendable {
  public let rank: Int
  /// `pivots[k]` is the row of A that stands k-th.
  public let pivots: [Int]
  private let factor: Matrix

  /// Reads the lower triangle of `A`. O(n · rank²).
  /// - Throws: `notFinite`.
  public init(_ A: Matrix, tolerance: Double) throws(KernelError) {
    precondition(A.rows == A.columns, "Cholesky of \(A.rows) × \(A.columns)")
    guard A.isFinite else { throw .notFinite(routine: "PivotedCholesky") }
    useOneThread()
    var L = A
    let n = A.lead
    var p = [Int32](repeating: 0, count: A.rows)
    var found: Int32 = 0
    if A.rows > 0 {
      var work = [Double](repeating: 0, count: 2 * A.rows)
      let largest = A.diagonal.max() ?? 0
      let info = LAPACKE_dpstrf_work(
        LAPACK_COL_MAJOR, job("L"), n, &L.values, n, &p, &found, tolerance * largest, &work)
      precondition(info >= 0, "dpstrf refused argument \(-info)")
    }
    rank = Int(found)
    pivots = p.map { Int($0) - 1 }
    factor = L
  }

  /// The inverse over the first `rank` pivots, 0 elsewhere: a symmetric G with `A G A = A` and
  /// `G A G = G`.
  public func generalizedInverse() -> Matrix {
    var G = Matrix(rows: factor.rows, columns: factor.rows)
    if rank == 0 { return G }
    let first = Array(0..<rank)
    var X = factor.selectingColumns(first).selectingRows(first)
    let n = Int32(rank)
    let info = LAPACKE_dpotri_work(LAPACK_COL_MAJOR, job("L"), n, &X.values, n)
    precondition(info == 0, "dpotri refused argument \(-info)")
    for j in 0..<rank {
      for i in j..<rank {
        G[pivots[i], pivots[j]] = X[i, j]
        G[pivots[j], pivots[i]] = X[i, j]
      }
    }
    return G
  }
}
