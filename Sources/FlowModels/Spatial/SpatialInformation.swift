import Demography
import Kernel

extension SpatialLikelihood {
  /// The covariance of (free parameters, δ, σ²) from the exact observed information at the maximum.
  ///
  /// With `e = A y − Z δ`, `L_k y` the lags and s the slopes of `ln|A|`, minus the second derivatives
  /// of `−N/2 ln(2πσ²) + ln|A| − e'e / 2σ²` are
  /// `(L_k y)'(L_l y)/σ² − ∂²ln|A|`, `(L_k y)'Z/σ²`, `Z'Z/σ²`, `(L_k y)'e/σ⁴` and `N/2σ⁴`;
  /// `Z'e = 0`, so δ and σ² do not meet.
  /// - Throws: `spatial.not-identified`.
  func covariance(at point: Point, variance: Double) throws -> Matrix {
    let J = form.slopes(point.theta)
    let q = J.count
    let k = moments.gram.rows
    let rho = form.dependence(point.theta)
    let slopes = moments.squares(rho).slopes
    let determinant = point.logDeterminant
    // Slopes of the log-likelihood by ρ vanish along the free directions, not one by one.
    let byRho = (0..<3).map { determinant.gradient[$0] - slopes[$0] / variance }
    let curvature = (1 / variance) * moments.lagProducts - determinant.hessian
    let free = form.chained(point.theta, byRho.map { -$0 }, curvature).hessian
    var information = Matrix(rows: q + k + 1, columns: q + k + 1)
    for a in 0..<q {
      for b in 0..<q { information[a, b] = free[a, b] }
      let mixed = moments.regressorsByLags.times(J[a])
      for c in 0..<k {
        information[a, q + c] = mixed[c] / variance
        information[q + c, a] = mixed[c] / variance
      }
      let withVariance = -dot(J[a], slopes) / (variance * variance)
      information[a, q + k] = withVariance
      information[q + k, a] = withVariance
    }
    for c in 0..<k {
      for d in 0..<k { information[q + c, q + d] = moments.gram[c, d] / variance }
    }
    information[q + k, q + k] = Double(moments.count) / (2 * variance * variance)
    return try Self.inverse(information)
  }

  /// Inverse of a positive definite matrix, scaled to a unit diagonal first.
  private static func inverse(_ information: Matrix) throws -> Matrix {
    let scales = information.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : .nan }
    guard scales.allSatisfy(\.isFinite) else { throw Fault(.badData, "spatial.not-identified") }
    let scaled = information.scalingRows(by: scales).scalingColumns(by: scales)
    guard let factor = try factor(scaled) else { throw Fault(.badData, "spatial.not-identified") }
    return factor.inverse().scalingRows(by: scales).scalingColumns(by: scales)
  }

  /// `nil` for a matrix that is not positive definite.
  static func factor(_ matrix: Matrix) throws(KernelError) -> Cholesky? {
    do throws(KernelError) {
      return try Cholesky(matrix)
    } catch {
      if case .notPositiveDefinite = error { return nil }
      throw error
    }
  }
}
