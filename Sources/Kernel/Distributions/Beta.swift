import Glibc

/// The beta distribution on [0, 1].
public struct Beta: Distribution, Hashable {
  public let a: Double
  public let b: Double

  public init(a: Double, b: Double) {
    checkPositive(a, "shape")
    checkPositive(b, "shape")
    self.a = a
    self.b = b
  }

  public var mean: Double { a / (a + b) }
  public var variance: Double { mean * (b / (a + b)) / (a + b + 1) }
  public var support: Support { Support(0, 1) }

  public func logDensity(_ x: Double) -> Double {
    if x < 0 || x > 1 { return -.infinity }
    if x == 0 { return end(a, other: b) }
    if x == 1 { return end(b, other: a) }
    if min(a, b) >= 10 {
      let excess = betaExcess(a, b, x, 1 - x)
      let exponent = betaExponent(a, b, x, 1 - x, excess)
      let rest = stirlingError(a + b) - stirlingError(a) - stirlingError(b)
      let root = 0.5 * Glibc.log(a / (a + b) * b / (2 * Double.pi))
      return exponent + rest + root - Glibc.log(x) - log1p(-x)
    }
    return (a - 1) * Glibc.log(x) + (b - 1) * log1p(-x) - logBeta(a, b)
  }
  public func cumulative(_ x: Double) -> Double {
    x <= 0 ? 0 : x >= 1 ? 1 : betaI(a, b, x)
  }
  public func complementary(_ x: Double) -> Double {
    x <= 0 ? 1 : x >= 1 ? 0 : betaIComplement(a, b, x)
  }
  public func quantile(_ p: Double) -> Double { betaIInverse(a, b, p) }
  public func upperQuantile(_ q: Double) -> Double { betaIComplementInverse(a, b, q) }

  /// The density at the end that belongs to `shape`.
  private func end(_ shape: Double, other: Double) -> Double {
    shape < 1 ? .infinity : shape == 1 ? Glibc.log(other) : -.infinity
  }
}
