import CLAPACKE
import Glibc

/// A complex number, for the eigenvalues of matrices that are not symmetric.
public struct Complex: Hashable, Sendable {
  public var real: Double
  public var imaginary: Double

  public init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  public var modulus: Double { hypot(real, imaginary) }
  public var argument: Double { atan2(imaginary, real) }
}

/// Eigenvalues and right eigenvectors of a square matrix, `A v = λ v`.
public struct GeneralEigen: Hashable, Sendable {
  /// In LAPACK's order; a conjugate pair stands together, the one with positive imaginary part first.
  public let values: [Complex]
  private let packed: Matrix

  /// O(n³), some 25 n³ operations.
  ///
  /// - Throws: `notFinite`, `noConvergence`.
  public init(_ A: Matrix) throws(KernelError) {
    precondition(A.rows == A.columns, "eigenvalues of \(A.rows) × \(A.columns)")
    guard A.isFinite else { throw .notFinite(routine: "GeneralEigen") }
    useOneThread()
    var V = A
    var re = [Double](repeating: 0, count: A.rows)
    var im = re
    if A.rows > 0 {
      var F = A.values
      let n = A.lead
      let none = job("N"), right = job("V")
      var size = 0.0
      LAPACKE_dgeev_work(
        LAPACK_COL_MAJOR, none, right, n, &F, n, &re, &im, nil, 1, &V.values, n, &size, -1)
      var work = [Double](repeating: 0, count: Int(size))
      let info = LAPACKE_dgeev_work(
        LAPACK_COL_MAJOR, none, right, n, &F, n, &re, &im, nil, 1, &V.values, n, &work,
        Int32(size))
      guard info == 0 else { throw .noConvergence(routine: "dgeev", code: Int(info)) }
    }
    values = zip(re, im).map { Complex($0, $1) }
    packed = V
  }

  /// The right eigenvector of `values[k]`, of Euclidean length 1.
  public func vector(_ k: Int) -> [Complex] {
    let im = values[k].imaginary
    if im == 0 { return packed.column(k).map { Complex($0) } }
    let first = im > 0 ? k : k - 1
    let sign = im > 0 ? 1.0 : -1.0
    return zip(packed.column(first), packed.column(first + 1)).map { Complex($0, sign * $1) }
  }

  /// The largest modulus; 0 for an empty matrix.
  public var spectralRadius: Double { values.map(\.modulus).max() ?? 0 }
}
