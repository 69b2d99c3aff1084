import Glibc
public import Kernel

/// The eigenvalues of spatial weights, from which log-determinants follow exactly.
///
/// Weights such as row-normalised contiguity, `W = D⁻¹ C` with a symmetric C, are similar to a
/// symmetric matrix (Ord 1975): their eigenvalues are real and cost a tenth. Other weights (nearest
/// neighbours) may have complex ones, which come in conjugate pairs.
public struct SpatialSpectrum: Hashable, Sendable {
  public let values: [Complex]

  /// O(n³).
  /// - Throws: `KernelError` where LAPACK gives up.
  public init(_ weights: SpatialWeights) throws(KernelError) {
    if let S = Self.symmetric(weights) {
      values = try symmetricEigenvalues(of: S).map { Complex($0) }
    } else {
      values = try eigenvalues(of: weights.matrix)
    }
  }

  /// Whether no eigenvalue has an imaginary part.
  public var isReal: Bool { values.allSatisfy { $0.imaginary == 0 } }

  /// `√wᵢⱼwⱼᵢ` where positive d exist with `dᵢ wᵢⱼ = dⱼ wⱼᵢ` for all pairs, else `nil`.
  ///
  /// d is carried from neighbour to neighbour through each connected part, then every link is checked
  /// to 1e-12 of itself: about what rounding does to weights that were normalised in decimals.
  private static func symmetric(_ W: SpatialWeights) -> Matrix? {
    let F = W.matrix
    var d = [Double](repeating: 0, count: W.count)
    for root in 0..<W.count where d[root] == 0 {
      d[root] = 1
      var waiting = [root]
      while let i = waiting.popLast() {
        for (j, weight) in W.links(of: i) where d[j] == 0 {
          guard F[j, i] > 0 else { return nil }
          d[j] = d[i] * weight / F[j, i]
          waiting.append(j)
        }
      }
    }
    var S = Matrix(rows: W.count, columns: W.count)
    for i in 0..<W.count {
      for (j, weight) in W.links(of: i) {
        let there = d[i] * weight
        let back = d[j] * F[j, i]
        guard abs(there - back) <= 1e-12 * there else { return nil }
        S[i, j] = (weight * F[j, i]).squareRoot()
      }
    }
    return S
  }
}
