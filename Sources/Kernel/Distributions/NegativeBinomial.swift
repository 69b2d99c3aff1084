import Glibc

/// Counts whose variance `μ + μ² / size` exceeds their mean: Poisson with a gamma-distributed mean.
public struct NegativeBinomial: Distribution, Hashable {
  public let mean: Double
  public let size: Double

  public init(mean: Double, size: Double) {
    checkPositive(mean, "mean")
    checkPositive(size, "size")
    self.mean = mean
    self.size = size
  }

  private var success: Double { size / (size + mean) }
  private var failure: Double { mean / (size + mean) }

  public var variance: Double { mean + mean * (mean / size) }
  public var support: Support { Support(0, .infinity, isDiscrete: true) }

  public func logDensity(_ x: Double) -> Double {
    if x < 0 || x != x.rounded() { return -.infinity }
    if x == 0 { return -size * log1p(mean / size) }
    return logBinomial(size, x + size, success, failure) - log1p(x / size)
  }
  public func cumulative(_ x: Double) -> Double {
    x < 0 ? 0 : incompleteBeta(size, x.rounded(.down) + 1, success, failure).lower
  }
  public func complementary(_ x: Double) -> Double {
    x < 0 ? 1 : incompleteBeta(size, x.rounded(.down) + 1, success, failure).upper
  }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    if p == 0 { return 0 }
    if p == 1 { return .infinity }
    return smallestCount(from: guess(normalQuantile(p)), to: .greatestFiniteMagnitude) {
      cumulative($0) >= p
    }
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    if q == 1 { return 0 }
    if q == 0 { return .infinity }
    return smallestCount(from: guess(normalUpperQuantile(q)), to: .greatestFiniteMagnitude) {
      complementary($0) <= q
    }
  }

  private func guess(_ z: Double) -> Double {
    mean + standardDeviation * z + (1 + 2 * mean / size) * (z * z - 1) / 6
  }
}
