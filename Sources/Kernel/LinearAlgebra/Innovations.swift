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
///   - phi: coefficients of the autoregression, `size · groups` with the groups of a lag side by side, 1 or 2
///     groups; empty without one.
///   - gain: K of the first step, `size · groups`, not divided by F.
///   - variance: F of the first step, by group.
/// - Returns: by lane; `nil` where a variance falls to 0.999 or less, so that precision is lost.
/// - Complexity: O(length · size)
public func innovationSums(
  of y: [Double], regressor x: [Double], phi: [SIMD4<Double>], gain: [SIMD4<Double>],
  variance: [SIMD4<Double>]
) -> [InnovationSums?] {
  let groups = variance.count
  precondition(
    (1...2).contains(groups) && !gain.isEmpty && (phi.isEmpty || phi.count == gain.count)
      && gain.count.isMultiple(of: groups), "\(phi.count) coefficients in \(groups) groups")
  precondition(x.isEmpty || x.count == y.count, "\(x.count) of \(y.count) regressors")
  let hasPhi = phi.contains { $0 != .zero }
  var sums = [Double](repeating: 0, count: 16 * groups)
  // Gain, direction, both states and variances in one stretch; all but gain and variance end in zeros.
  let (size, padded) = (gain.count, gain.count + groups)
  let failed = withUnsafeTemporaryAllocation(
    of: SIMD4<Double>.self, capacity: size + 3 * padded + groups
  ) { buffer in
    buffer.initialize(repeating: .zero)
    for k in gain.indices {
      buffer[k] = gain[k]
      buffer[size + k] = gain[k]
    }
    for k in variance.indices { buffer[size + 3 * padded + k] = variance[k] }
    guard let base = buffer.baseAddress else { return Int32(0) }
    return agyn_innovations(
      y.count, size / groups, groups, y, x, x.isEmpty ? 0 : 1, hasPhi ? 1 : 0, phi, base,
      base + size, base + size + padded, base + size + 2 * padded, base + size + 3 * padded, &sums)
  }
  return (0..<4 * groups).map { lane in
    guard failed & (1 << lane) == 0 else { return nil }
    let own = 4 * lane
    return InnovationSums(
      yy: sums[own], xy: sums[own + 1], xx: sums[own + 2], logVariances: sums[own + 3])
  }
}
