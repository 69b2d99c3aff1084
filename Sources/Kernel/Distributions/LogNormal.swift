import Glibc

/// The distribution of `e^Z`, Z normal.
public struct LogNormal: Distribution, Hashable {
  /// The mean of the logarithm.
  public let logMean: Double
  /// The standard deviation of the logarithm.
  public let logStandardDeviation: Double

  public init(logMean: Double, logStandardDeviation: Double) {
    precondition(logMean.isFinite, "mean of the logarithm \(logMean)")
    checkPositive(logStandardDeviation, "standard deviation of the logarithm")
    self.logMean = logMean
    self.logStandardDeviation = logStandardDeviation
  }

  private var spread: Double { logStandardDeviation * logStandardDeviation }
  public var mean: Double { Glibc.exp(logMean + 0.5 * spread) }
  public var variance: Double { expm1(spread) * Glibc.exp(2 * logMean + spread) }
  public var support: Support { Support(0, .infinity) }

  private func standard(_ x: Double) -> Double {
    (Glibc.log(x) - logMean) / logStandardDeviation
  }

  public func logDensity(_ x: Double) -> Double {
    x > 0
      ? normalLogDensity(standard(x)) - Glibc.log(logStandardDeviation) - Glibc.log(x) : -.infinity
  }
  public func cumulative(_ x: Double) -> Double { x > 0 ? normalCumulative(standard(x)) : 0 }
  public func complementary(_ x: Double) -> Double { x > 0 ? normalComplementary(standard(x)) : 1 }
  public func quantile(_ p: Double) -> Double {
    Glibc.exp(logMean + logStandardDeviation * normalQuantile(p))
  }
  public func upperQuantile(_ q: Double) -> Double {
    Glibc.exp(logMean + logStandardDeviation * normalUpperQuantile(q))
  }
}
