import Glibc

/// The Laplace (double exponential) distribution, by location (its mean) and scale.
public struct Laplace: Distribution, Hashable {
  public let location: Double
  public let scale: Double

  public init(location: Double = 0, scale: Double = 1) {
    precondition(location.isFinite, "location \(location)")
    checkPositive(scale, "scale")
    self.location = location
    self.scale = scale
  }

  public var mean: Double { location }
  public var variance: Double { 2 * scale * scale }
  public var support: Support { Support(-.infinity, .infinity) }

  public func logDensity(_ x: Double) -> Double {
    -abs(x - location) / scale - Glibc.log(2 * scale)
  }
  public func cumulative(_ x: Double) -> Double { below((x - location) / scale) }
  public func complementary(_ x: Double) -> Double { below((location - x) / scale) }
  public func quantile(_ p: Double) -> Double { location + scale * standardQuantile(p) }
  public func upperQuantile(_ q: Double) -> Double { location - scale * standardQuantile(q) }

  private func below(_ z: Double) -> Double {
    z < 0 ? 0.5 * Glibc.exp(z) : 1 - 0.5 * Glibc.exp(-z)
  }
  private func standardQuantile(_ p: Double) -> Double {
    checkProbability(p)
    if p > 0.25 && p < 0.75 {
      return p < 0.5 ? log1p(2 * (p - 0.5)) : -log1p(-2 * (p - 0.5))
    }
    return p < 0.5 ? Glibc.log(2 * p) : -Glibc.log(2 * (1 - p))
  }
}
