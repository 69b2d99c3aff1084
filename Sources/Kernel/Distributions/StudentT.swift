import Glibc

/// Student's t, also shifted and scaled; degrees of freedom need not be whole.
public struct StudentT: Distribution, Hashable {
  public let degrees: Double
  public let location: Double
  public let scale: Double

  public init(degrees: Double, location: Double = 0, scale: Double = 1) {
    checkPositive(degrees, "degrees of freedom")
    checkPositive(scale, "scale")
    precondition(location.isFinite, "location \(location)")
    self.degrees = degrees
    self.location = location
    self.scale = scale
  }

  /// NaN for one degree of freedom or fewer.
  public var mean: Double { degrees > 1 ? location : .nan }
  /// Infinite for two degrees of freedom or fewer, NaN for one or fewer.
  public var variance: Double {
    if degrees > 2 { return scale * scale * degrees / (degrees - 2) }
    return degrees > 1 ? .infinity : .nan
  }
  public var support: Support { Support(-.infinity, .infinity) }

  private func standard(_ x: Double) -> Double { (x - location) / scale }

  public func logDensity(_ x: Double) -> Double {
    let t = standard(x)
    return -0.5 * (degrees + 1) * log1p(t * t / degrees) - logBeta(0.5, 0.5 * degrees)
      - 0.5 * Glibc.log(degrees) - Glibc.log(scale)
  }
  public func cumulative(_ x: Double) -> Double { upperTail(-standard(x)) }
  public func complementary(_ x: Double) -> Double { upperTail(standard(x)) }
  public func quantile(_ p: Double) -> Double { location - scale * standardUpper(p) }
  public func upperQuantile(_ q: Double) -> Double { location + scale * standardUpper(q) }

  /// `P(T > t)`: half of `I_x(ν/2, ½)` at `x = ν / (ν + t²)`, or its complement below 0.
  private func upperTail(_ t: Double) -> Double {
    if t == 0 { return 0.5 }
    if t.isInfinite { return t > 0 ? 0 : 1 }
    if t.isNaN { return .nan }
    let square = t * t / degrees
    let x = square.isFinite ? 1 / (1 + square) : 0
    let y = square.isFinite ? square / (1 + square) : 1
    if x == 0 || x < 1e-290 {
      // Far out the power law alone is left.
      let log = logStandardTail(abs(t))
      return t > 0 ? Glibc.exp(log) : 1 - Glibc.exp(log)
    }
    let tail = 0.5 * incompleteBeta(0.5 * degrees, 0.5, x, y).lower
    return t > 0 ? tail : 1 - tail
  }

  private func logStandardTail(_ t: Double) -> Double {
    let a = 0.5 * degrees
    return a * (Glibc.log(degrees) - 2 * Glibc.log(t)) - Glibc.log(2 * a) - logBeta(a, 0.5)
  }

  /// The t with `P(T > t) = q`.
  private func standardUpper(_ q: Double) -> Double {
    checkProbability(q)
    if q == 0.5 { return 0 }
    if q > 0.5 { return -standardUpper(1 - q) }
    if q == 0 { return .infinity }
    let pair = betaInverse(0.5 * degrees, 0.5, 2 * q)
    if pair.x < 1e-290 {
      // The power law solved for t.
      let a = 0.5 * degrees
      let shift = -Glibc.log(2 * a) - logBeta(a, 0.5) - Glibc.log(q)
      return Glibc.exp(0.5 * (Glibc.log(degrees) + shift / a))
    }
    return (degrees * (pair.y / pair.x)).squareRoot()
  }
}
