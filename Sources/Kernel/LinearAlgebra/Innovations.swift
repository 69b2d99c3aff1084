import CVecMath

/// Sums over the innovations of one series under one ARMA process of unit innovation variance.
public struct InnovationSums: Hashable, Sendable {
  /// Σ v²/F of the series, Σ vu/F with the regressor's, Σ u²/F.
  public let yy: Double
  public let xy: Double
  public let xx: Double
  /// Σ ln F.
  public let logVariances: Double
}

/// Innovations of a series under several ARMA processes at once, whose gains and variances change by matrices
/// of rank one (Morf, Sidhu and Kailath 1974, IEEE Transactions on Automatic Control 19): with W of the state's
/// size and a scalar M, F' = F + M z², K' = K + (T W) M z, W' = T W − K' z/F', M' = M + M² z²/F, z = W₁.
///
/// Lanes do not see one another: each has the bits that it would have alone, on every processor.
///
/// - Parameters:
///   - y: observed values, none missing.
///   - x: a regressor with the series' length, or empty.
///   - phi: coefficients of the autoregression, `size · groups` with the groups of a lag side by side; 1 or 2
///     groups.
///   - gain: K of the first step, of the same shape, not divided by F.
///   - variance: F of the first step, by group.
/// - Returns: by lane; `nil` where a variance falls to 0.999 or less, so that precision is lost.
/// - Complexity: O(length · size)
public func innovationSums(
  of y: [Double], regressor x: [Double], phi: [SIMD4<Double>], gain: [SIMD4<Double>],
  variance: [SIMD4<Double>]
) -> [InnovationSums?] {
  let groups = variance.count
  precondition(
    (1...2).contains(groups) && !phi.isEmpty && phi.count == gain.count
      && phi.count.isMultiple(of: groups), "\(phi.count) coefficients in \(groups) groups")
  precondition(x.isEmpty || x.count == y.count, "\(x.count) of \(y.count) regressors")
  let nothing = [SIMD4<Double>](repeating: .zero, count: groups)
  let none = [SIMD4<Double>](repeating: .zero, count: phi.count + groups)
  var (gain, direction, variance) = (gain, gain + nothing, variance)
  var (a, b) = (none, none)
  var sums = [Double](repeating: 0, count: 16 * groups)
  let failed = agyn_innovations(
    y.count, phi.count / groups, groups, y, x, x.isEmpty ? 0 : 1,
    phi.allSatisfy { $0 == .zero } ? 0 : 1, phi, &gain, &direction, &a, &b, &variance, &sums)
  return (0..<4 * groups).map { lane in
    guard failed & (1 << lane) == 0 else { return nil }
    let own = 4 * lane
    return InnovationSums(
      yy: sums[own], xy: sums[own + 1], xx: sums[own + 2], logVariances: sums[own + 3])
  }
}
