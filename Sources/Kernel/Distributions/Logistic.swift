import Glibc

/// The logistic distribution, by location (its mean) and scale.
public struct Logistic: Distribution, Hashable {
  public let location: Double
  public let scale: Double

  public init(location: Double = 0, scale: Double = 1) {
    precondition(location.isFinite, "location \(location)")
    checkPositive(scale, "scale")
    self.location = location
    self.scale = scale
  }

  public var mean: Double { location }
  public var variance: Double { scale * scale * Double.pi * Double.pi / 3 }
  public var support: Support { Support(-.infinity, .infinity) }

  private func standard(_ x: Double) -> Double { (x - location) / scale }

  public func logDensity(_ x: Double) -> Double {
    let z = abs(standard(x))
    return -z - 2 * log1p(Glibc.exp(-z)) - Glibc.log(scale)
  }
  public func cumulative(_ x: Double) -> Double { logistic(standard(x)) }
  public func complementary(_ x: Double) -> Double { logistic(-standard(x)) }
  public func quantile(_ p: Double) -> Double { location + scale * logit(p) }
  public func upperQuantile(_ q: Double) -> Double { location - scale * logit(q) }
}
