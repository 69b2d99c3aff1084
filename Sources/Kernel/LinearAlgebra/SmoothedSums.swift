import CVecMath

/// Sums of products of a smoothed level and a line that pulls it, by which a Theta model is least squares in two
/// unknowns: with p_t = (1 − α)^t, the pull g_t = p_t A_t + (1 − p_t (1 − α))/α B_t and z_t the value less what is
/// smoothed of those before it from a level of zero.
public struct SmoothedSums: Hashable, Sendable {
  /// Σ p².
  public let xx: Double
  /// Σ p g.
  public let xg: Double
  /// Σ g².
  public let gg: Double
  /// Σ p z.
  public let xz: Double
  /// Σ g z.
  public let gz: Double
  /// Σ z².
  public let zz: Double
}

/// The sums under up to eight weights, side by side: a step waits for the one before it, and the others fill the
/// wait. Each has the bits that it would have alone, on every processor.
///
/// - Parameters:
///   - intercepts: of the line that each value sees, A.
///   - slopes: of the same, B.
///   - uncounted: first values that are left out of the sums.
///   - alphas: one to eight, above zero.
/// - Complexity: O(length)
public func smoothedSums(
  of y: [Double], intercepts: [Double], slopes: [Double], uncounted: Int, alphas: [Double]
) -> [SmoothedSums] {
  precondition(
    intercepts.count == y.count && slopes.count == y.count && uncounted >= 0,
    "\(y.count) values, \(intercepts.count) intercepts, \(slopes.count) slopes")
  precondition((1...8).contains(alphas.count), "\(alphas.count) weights")
  let padded = alphas + [Double](repeating: 1, count: 8 - alphas.count)
  return withUnsafeTemporaryAllocation(of: Double.self, capacity: 48) { sums in
    sums.initialize(repeating: 0)
    if let to = sums.baseAddress {
      agyn_theta_sums(y.count, uncounted, y, intercepts, slopes, padded, to)
    }
    return alphas.indices.map { k in
      SmoothedSums(
        xx: sums[k], xg: sums[8 + k], gg: sums[16 + k], xz: sums[24 + k], gz: sums[32 + k],
        zz: sums[40 + k])
    }
  }
}
