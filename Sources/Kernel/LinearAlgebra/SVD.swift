import CLAPACKE

/// `A = U diag(s) Vᵀ`, the thin form.
public struct SVD: Hashable, Sendable {
  /// `rows × min(rows, columns)`, orthonormal columns.
  public let u: Matrix
  /// The singular values, descending.
  public let values: [Double]
  /// `Vᵀ`, `min(rows, columns) × columns`, orthonormal rows.
  public let vt: Matrix

  /// Divide and conquer. O(rows · columns · min(rows, columns)).
  ///
  /// - Throws: `notFinite`, `noConvergence`.
  public init(_ A: Matrix) throws(KernelError) {
    guard A.isFinite else { throw .notFinite(routine: "SVD") }
    useOneThread()
    let small = min(A.rows, A.columns)
    var U = Matrix(rows: A.rows, columns: small)
    var V = Matrix(rows: small, columns: A.columns)
    var s = [Double](repeating: 0, count: small)
    if small > 0 {
      var F = A.values
      let m = Int32(A.rows), n = Int32(A.columns)
      let lead = A.lead, leadV = V.lead, thin = job("S")
      var size = 0.0
      var integers = [Int32](repeating: 0, count: 8 * small)
      LAPACKE_dgesdd_work(
        LAPACK_COL_MAJOR, thin, m, n, &F, lead, &s, &U.values, lead, &V.values, leadV, &size, -1,
        &integers)
      var work = [Double](repeating: 0, count: Int(size))
      let info = LAPACKE_dgesdd_work(
        LAPACK_COL_MAJOR, thin, m, n, &F, lead, &s, &U.values, lead, &V.values, leadV, &work,
        Int32(size), &integers)
      guard info == 0 else { throw .noConvergence(routine: "dgesdd", code: Int(info)) }
    }
    u = U
    values = s
    vt = V
  }

  /// The number of singular values above `tolerance · values[0]`.
  ///
  /// - Parameter tolerance: standard `max(rows, columns) · 2⁻⁵²`.
  public func rank(tolerance: Double? = nil) -> Int {
    let limit =
      (tolerance ?? Double(max(u.rows, vt.columns)) * Double.ulpOfOne) * (values.first ?? 0)
    return values.prefix { $0 > limit }.count
  }

  /// The largest singular value over the smallest; infinite where that is 0, 1 for an empty matrix.
  public var condition: Double {
    guard let largest = values.first, let smallest = values.last else { return 1 }
    return smallest > 0 ? largest / smallest : .infinity
  }

  /// The Moore–Penrose inverse; singular values past `rank(tolerance:)` count as zero.
  public func pseudoinverse(tolerance: Double? = nil) -> Matrix {
    let rank = rank(tolerance: tolerance)
    let kept = Array(0..<rank)
    let scaled = vt.selectingRows(kept).scalingRows(by: kept.map { 1 / values[$0] })
    return scaled.transposeTimes(u.selectingColumns(kept).transposed)
  }
}
