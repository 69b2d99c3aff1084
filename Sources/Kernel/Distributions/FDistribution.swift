import Glibc

/// Snedecor's F: the ratio of two mean squares.
public struct FDistribution: Distribution, Hashable {
  public let numerator: Double
  public let denominator: Double

  /// - Parameters: degrees of freedom, whole or not.
  public init(numerator: Double, denominator: Double) {
    checkPositive(numerator, "degrees of freedom")
    checkPositive(denominator, "degrees of freedom")
    self.numerator = numerator
    self.denominator = denominator
  }

  private var a: Double { 0.5 * numerator }
  private var b: Double { 0.5 * denominator }

  /// Infinite where the denominator has two degrees of freedom or fewer.
  public var mean: Double { b > 1 ? b / (b - 1) : .infinity }
  /// Infinite where the denominator has four degrees of freedom or fewer.
  public var variance: Double {
    b > 2 ? b * b * (a + b - 1) / (a * (b - 1) * (b - 1) * (b - 2)) : .infinity
  }
  public var support: Support { Support(0, .infinity) }

  /// `d₁ x / (d₁ x + d₂)` and what is left of 1.
  private func shares(_ x: Double) -> (Double, Double) {
    let ratio = x * (numerator / denominator)
    return ratio < 1
      ? (ratio / (1 + ratio), 1 / (1 + ratio))
      : (1 / (1 + 1 / ratio), (1 / ratio) / (1 + 1 / ratio))
  }

  public func logDensity(_ x: Double) -> Double {
    if x < 0 { return -.infinity }
    if x == 0 { return a < 1 ? .infinity : a == 1 ? 0 : -.infinity }
    let (u, v) = shares(x)
    let prefix = betaPrefix(a, b, u, v, betaExcess(a, b, u, v))
    if prefix > 1e-290 { return Glibc.log(prefix) - Glibc.log(x) }
    let lnu = u < v ? Glibc.log(u) : log1p(-v), lnv = v < u ? Glibc.log(v) : log1p(-u)
    return a * lnu + b * lnv - logBeta(a, b) - Glibc.log(x)
  }
  public func cumulative(_ x: Double) -> Double {
    if x <= 0 { return 0 }
    let (u, v) = shares(x)
    return incompleteBeta(a, b, u, v).lower
  }
  public func complementary(_ x: Double) -> Double {
    if x <= 0 { return 1 }
    let (u, v) = shares(x)
    return incompleteBeta(a, b, u, v).upper
  }
  public func quantile(_ p: Double) -> Double {
    let pair = betaInverse(a, b, p)
    return pair.x / pair.y * (denominator / numerator)
  }
  public func upperQuantile(_ q: Double) -> Double {
    let pair = betaInverse(b, a, q)
    return pair.y / pair.x * (denominator / numerator)
  }
}
