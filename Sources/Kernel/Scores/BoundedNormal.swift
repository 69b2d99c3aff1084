import Glibc

/// A normal forecast of a quantity that cannot go below a bound: flows, stocks, durations.
///
/// Either the mass below the bound is spread over the rest (truncated), or it sits on the bound itself
/// (censored). Scores after Thorarinsdottir and Gneiting (2010), JRSS A 173, and Jordan et al. (2019).
public struct BoundedNormal: ScoredForecast, Hashable {
  /// Where the mass below the bound goes.
  public enum Bound: String, Hashable, Sendable { case truncated, censored }

  /// Mean and standard deviation of the normal before the bound.
  public let location: Double
  public let scale: Double
  public let lower: Double
  public let bound: Bound

  public init(_ bound: Bound, location: Double, scale: Double, lower: Double = 0) {
    precondition(location.isFinite && lower.isFinite, "location \(location), bound \(lower)")
    checkPositive(scale, "scale")
    self.bound = bound
    self.location = location
    self.scale = scale
    self.lower = lower
  }

  private var start: Double { (lower - location) / scale }
  /// Mass of the normal above the bound.
  private var above: Double { normalComplementary(start) }

  public func logDensity(_ x: Double) -> Double {
    if x < lower { return -.infinity }
    let z = (x - location) / scale
    switch bound {
    case .truncated: return normalLogDensity(z) - Glibc.log(scale) - normalLogCumulative(-start)
    case .censored:
      return x == lower ? normalLogCumulative(start) : normalLogDensity(z) - Glibc.log(scale)
    }
  }

  public func cumulative(_ x: Double) -> Double {
    if x < lower { return 0 }
    let z = (x - location) / scale
    return bound == .censored ? normalCumulative(z) : 1 - normalComplementary(z) / above
  }

  public func rankedProbability(_ y: Double) -> Double {
    let z = (max(y, lower) - location) / scale
    let outside = max(lower - y, 0)
    let tail = normalComplementary(start * 2.0.squareRoot()) / Double.pi.squareRoot()
    switch bound {
    case .truncated:
      let c = above
      // 2Φ(z) − 1 − Φ(l) over 1 − Φ(l), by upper tails.
      let balance = 1 - 2 * normalComplementary(z) / c
      return outside + scale * (z * balance + 2 * normalDensity(z) / c - tail / (c * c))
    case .censored:
      let mass = normalCumulative(start)
      return outside
        + scale
        * (z * (normalCumulative(z) - normalComplementary(z)) + 2 * normalDensity(z)
          - start * mass * mass - 2 * normalDensity(start) * mass - tail)
    }
  }
}
