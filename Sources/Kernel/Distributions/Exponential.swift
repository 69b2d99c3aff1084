import Glibc

/// The waiting time at a constant hazard.
public struct Exponential: Distribution, Hashable {
  public let rate: Double

  public init(rate: Double) {
    checkPositive(rate, "rate")
    self.rate = rate
  }

  public var mean: Double { 1 / rate }
  public var variance: Double { 1 / (rate * rate) }
  public var support: Support { Support(0, .infinity) }

  public func logDensity(_ x: Double) -> Double {
    x < 0 ? -.infinity : Glibc.log(rate) - rate * x
  }
  public func cumulative(_ x: Double) -> Double { x > 0 ? -expm1(-rate * x) : 0 }
  public func complementary(_ x: Double) -> Double { x > 0 ? Glibc.exp(-rate * x) : 1 }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    return -log1p(-p) / rate
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    return -Glibc.log(q) / rate
  }
}
