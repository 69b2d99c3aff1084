import Glibc

/// Counts of independent events; a mean of 0 puts all mass on 0.
///
/// Probabilities by C. Loader, Fast and accurate computation of binomial probabilities (2000).
public struct Poisson: Distribution, Hashable {
  public let mean: Double

  public init(mean: Double) {
    precondition(mean >= 0 && mean.isFinite, "mean \(mean)")
    self.mean = mean
  }

  public var variance: Double { mean }
  public var support: Support { Support(0, mean > 0 ? .infinity : 0, isDiscrete: true) }

  public func logDensity(_ x: Double) -> Double {
    if x < 0 || x != x.rounded() { return -.infinity }
    if mean == 0 { return x == 0 ? 0 : -.infinity }
    if x == 0 { return -mean }
    return -deviance(x, mean) - stirlingError(x) - 0.5 * Glibc.log(2 * Double.pi * x)
  }
  public func cumulative(_ x: Double) -> Double {
    if x < 0 { return 0 }
    return mean == 0 ? 1 : gammaQ(x.rounded(.down) + 1, mean)
  }
  public func complementary(_ x: Double) -> Double {
    if x < 0 { return 1 }
    return mean == 0 ? 0 : gammaP(x.rounded(.down) + 1, mean)
  }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    if p == 0 || mean == 0 { return 0 }
    if p == 1 { return .infinity }
    return smallestCount(from: guess(normalQuantile(p)), to: .greatestFiniteMagnitude) {
      cumulative($0) >= p
    }
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    if q == 1 || mean == 0 { return 0 }
    if q == 0 { return .infinity }
    return smallestCount(from: guess(normalUpperQuantile(q)), to: .greatestFiniteMagnitude) {
      complementary($0) <= q
    }
  }

  /// Cornish and Fisher's expansion to the skewness.
  private func guess(_ z: Double) -> Double {
    mean + mean.squareRoot() * z + (z * z - 1) / 6
  }
}

/// `x ln(x / m) + m − x`, without cancellation where the two are close.
func deviance(_ x: Double, _ m: Double) -> Double {
  if x == 0 { return m }
  let mu = (m - x) / x
  if !mu.isFinite { return .infinity }
  return -x * logRatioMinus(m / x, mu: mu)
}

/// The logarithm of the binomial probability of x in n, n and x not necessarily whole (Loader).
func logBinomial(_ x: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
  if x == 0 { return n == 0 ? 0 : n * (p < 0.1 ? log1p(-p) : Glibc.log(q)) }
  if x == n { return n * (q < 0.1 ? log1p(-q) : Glibc.log(p)) }
  let rest = stirlingError(n) - stirlingError(x) - stirlingError(n - x)
  let share = 2 * x < n ? log1p(-x / n) : Glibc.log((n - x) / n)
  return rest - deviance(x, n * p) - deviance(n - x, n * q)
    - 0.5 * (Glibc.log(2 * Double.pi) + Glibc.log(x) + share)
}
