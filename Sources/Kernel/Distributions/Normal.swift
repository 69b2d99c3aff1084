import Glibc

/// The normal distribution, by mean and standard deviation.
public struct Normal: Distribution, Hashable {
  public let mean: Double
  public let standardDeviation: Double

  public init(mean: Double = 0, standardDeviation: Double = 1) {
    precondition(mean.isFinite, "mean \(mean)")
    checkPositive(standardDeviation, "standard deviation")
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  public var variance: Double { standardDeviation * standardDeviation }
  public var support: Support { Support(-.infinity, .infinity) }

  private func standard(_ x: Double) -> Double { (x - mean) / standardDeviation }

  public func logDensity(_ x: Double) -> Double {
    normalLogDensity(standard(x)) - Glibc.log(standardDeviation)
  }
  public func density(_ x: Double) -> Double {
    normalDensity(standard(x)) / standardDeviation
  }
  public func cumulative(_ x: Double) -> Double { normalCumulative(standard(x)) }
  public func complementary(_ x: Double) -> Double { normalComplementary(standard(x)) }
  public func quantile(_ p: Double) -> Double {
    mean + standardDeviation * normalQuantile(p)
  }
  public func upperQuantile(_ q: Double) -> Double {
    mean + standardDeviation * normalUpperQuantile(q)
  }
}
