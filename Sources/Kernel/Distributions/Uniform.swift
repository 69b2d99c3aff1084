import Glibc

/// Equal density between two ends.
public struct Uniform: Distribution, Hashable {
  public let lower: Double
  public let upper: Double

  public init(lower: Double = 0, upper: Double = 1) {
    precondition(lower < upper && (upper - lower).isFinite, "uniform from \(lower) to \(upper)")
    self.lower = lower
    self.upper = upper
  }

  private var width: Double { upper - lower }
  public var mean: Double { lower + 0.5 * width }
  public var variance: Double { width * width / 12 }
  public var support: Support { Support(lower, upper) }

  public func logDensity(_ x: Double) -> Double {
    x >= lower && x <= upper ? -Glibc.log(width) : -.infinity
  }
  public func cumulative(_ x: Double) -> Double { min(max((x - lower) / width, 0), 1) }
  public func complementary(_ x: Double) -> Double { min(max((upper - x) / width, 0), 1) }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    return p == 1 ? upper : lower + p * width
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    return q == 1 ? lower : upper - q * width
  }
}
