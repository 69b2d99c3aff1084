import Glibc

/// Nodes and weights of a Gaussian quadrature, exact for polynomials up to degree `2n − 1`.
///
/// Nodes are eigenvalues of the Jacobi matrix (Golub & Welsch 1969); weights are the reciprocals of
/// Christoffel's sums of squared orthonormal polynomials, which keep their relative digits far out.
public struct GaussRule: Hashable, Sendable {
  /// Ascending.
  public let nodes: [Double]
  /// They add up to 1.
  public let weights: [Double]

  /// For `∫ f(z) φ(z) dz`, φ the standard normal density.
  /// - Precondition: `count` from 1 to 64.
  /// - Throws: as `SymmetricEigen`.
  public static func normal(_ count: Int) throws(KernelError) -> GaussRule {
    try GaussRule(count) { Double($0).squareRoot() }
  }

  /// For `½ ∫ f(x) dx` from −1 to 1.
  /// - Precondition: `count` from 1 to 64.
  /// - Throws: as `SymmetricEigen`.
  public static func uniform(_ count: Int) throws(KernelError) -> GaussRule {
    try GaussRule(count) { Double($0) / (4 * Double($0 * $0) - 1).squareRoot() }
  }

  /// - Parameter beside: the k-th entry beside the diagonal of the Jacobi matrix of a symmetric weight.
  /// - Complexity: O(n³)
  private init(_ count: Int, beside: (Int) -> Double) throws(KernelError) {
    precondition((1...64).contains(count), "\(count) nodes")
    let entries = (1...count).map { beside($0) }
    var jacobi = Matrix(rows: count, columns: count)
    for k in 0..<(count - 1) {
      jacobi[k, k + 1] = entries[k]
      jacobi[k + 1, k] = entries[k]
    }
    let found = try SymmetricEigen(jacobi).values
    // Symmetric to the last bit, so that odd moments vanish.
    nodes = found.indices.map { 0.5 * (found[$0] - found[count - 1 - $0]) }
    weights = nodes.map { x in
      var (before, now) = (0.0, 1.0)
      var sum = 1.0
      for k in 0..<(count - 1) {
        let next = (x * now - (k == 0 ? 0 : entries[k - 1] * before)) / entries[k]
        (before, now) = (now, next)
        sum += now * now
      }
      return 1 / sum
    }
  }
}
