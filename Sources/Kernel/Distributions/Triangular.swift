import Glibc

/// A density that rises to the mode and falls again, both in straight lines: what an expert gives as
/// lowest, likeliest and highest.
public struct Triangular: Distribution, Hashable {
  public let lower: Double
  public let mode: Double
  public let upper: Double

  public init(lower: Double, mode: Double, upper: Double) {
    precondition(
      lower <= mode && mode <= upper && lower < upper && (upper - lower).isFinite,
      "triangle \(lower), \(mode), \(upper)")
    self.lower = lower
    self.mode = mode
    self.upper = upper
  }

  private var width: Double { upper - lower }
  private var rise: Double { mode - lower }
  private var fall: Double { upper - mode }

  public var mean: Double { (lower + mode + upper) / 3 }
  public var variance: Double { (rise * rise + fall * fall + rise * fall) / 18 }
  public var support: Support { Support(lower, upper) }

  public func logDensity(_ x: Double) -> Double {
    if x < lower || x > upper { return -.infinity }
    if x == mode { return Glibc.log(2 / width) }
    return x < mode
      ? Glibc.log(2 * (x - lower) / (width * rise)) : Glibc.log(2 * (upper - x) / (width * fall))
  }
  public func cumulative(_ x: Double) -> Double {
    if x <= lower { return 0 }
    return x <= mode ? below(x) : 1 - above(x)
  }
  public func complementary(_ x: Double) -> Double {
    if x >= upper { return 0 }
    return x < mode ? 1 - below(x) : above(x)
  }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    return p <= rise / width
      ? lower + (p * width * rise).squareRoot() : upper - ((1 - p) * width * fall).squareRoot()
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    return q <= fall / width
      ? upper - (q * width * fall).squareRoot() : lower + ((1 - q) * width * rise).squareRoot()
  }

  private func below(_ x: Double) -> Double {
    x <= lower ? 0 : (x - lower) / width * ((x - lower) / rise)
  }
  private func above(_ x: Double) -> Double {
    x >= upper ? 0 : (upper - x) / width * ((upper - x) / fall)
  }
}
