import Glibc

/// The gamma distribution, by shape and rate (the inverse of the scale).
public struct Gamma: Distribution, Hashable {
  public let shape: Double
  public let rate: Double

  public init(shape: Double, rate: Double = 1) {
    checkPositive(shape, "shape")
    checkPositive(rate, "rate")
    self.shape = shape
    self.rate = rate
  }

  public var mean: Double { shape / rate }
  public var variance: Double { shape / (rate * rate) }
  public var support: Support { Support(0, .infinity) }

  public func logDensity(_ x: Double) -> Double {
    if x < 0 { return -.infinity }
    let u = x * rate
    if u == 0 {
      return shape < 1 ? .infinity : shape == 1 ? Glibc.log(rate) : -.infinity
    }
    if shape >= 10 {
      let mu = (u - shape) / shape
      return shape * logRatioMinus(u / shape, mu: mu) - stirlingError(shape)
        + 0.5 * Glibc.log(shape / (2 * Double.pi)) - Glibc.log(x)
    }
    return (shape - 1) * Glibc.log(u) - u - logGamma(shape) + Glibc.log(rate)
  }
  public func cumulative(_ x: Double) -> Double { x > 0 ? gammaP(shape, x * rate) : 0 }
  public func complementary(_ x: Double) -> Double { x > 0 ? gammaQ(shape, x * rate) : 1 }
  public func quantile(_ p: Double) -> Double { gammaPInverse(shape, p) / rate }
  public func upperQuantile(_ q: Double) -> Double { gammaQInverse(shape, q) / rate }
}
