/// Chi-square: the gamma distribution with shape `degrees / 2` and rate ½.
public struct ChiSquare: Distribution, Hashable {
  public let degrees: Double
  private let gamma: Gamma

  public init(degrees: Double) {
    checkPositive(degrees, "degrees of freedom")
    self.degrees = degrees
    gamma = Gamma(shape: 0.5 * degrees, rate: 0.5)
  }

  public var mean: Double { degrees }
  public var variance: Double { 2 * degrees }
  public var support: Support { gamma.support }

  public func logDensity(_ x: Double) -> Double { gamma.logDensity(x) }
  public func cumulative(_ x: Double) -> Double { gamma.cumulative(x) }
  public func complementary(_ x: Double) -> Double { gamma.complementary(x) }
  public func quantile(_ p: Double) -> Double { gamma.quantile(p) }
  public func upperQuantile(_ q: Double) -> Double { gamma.upperQuantile(q) }
}
