import Glibc

/// The number of successes in a fixed number of independent trials.
public struct Binomial: Distribution, Hashable {
  public let trials: Int
  public let probability: Double

  public init(trials: Int, probability: Double) {
    precondition(trials >= 0, "\(trials) trials")
    checkProbability(probability)
    self.trials = trials
    self.probability = probability
  }

  private var n: Double { Double(trials) }
  private var failure: Double { 1 - probability }

  public var mean: Double { n * probability }
  public var variance: Double { n * probability * failure }
  public var support: Support {
    Support(probability == 1 ? n : 0, probability == 0 ? 0 : n, isDiscrete: true)
  }

  public func logDensity(_ x: Double) -> Double {
    if x < 0 || x > n || x != x.rounded() { return -.infinity }
    if probability == 0 || probability == 1 { return x == mean ? 0 : -.infinity }
    return logBinomial(x, n, probability, failure)
  }
  public func cumulative(_ x: Double) -> Double { tails(x).lower }
  public func complementary(_ x: Double) -> Double { tails(x).upper }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    if p == 0 || variance == 0 { return support.lower }
    if p == 1 { return n }
    return smallestCount(from: guess(normalQuantile(p)), to: n) { cumulative($0) >= p }
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    if q == 1 || variance == 0 { return support.lower }
    if q == 0 { return n }
    return smallestCount(from: guess(normalUpperQuantile(q)), to: n) { complementary($0) <= q }
  }

  /// `P(X > k) = I_p(k + 1, n − k)`.
  private func tails(_ x: Double) -> (lower: Double, upper: Double) {
    if x < support.lower { return (0, 1) }
    if x >= support.upper { return (1, 0) }
    let k = x.rounded(.down)
    let both = incompleteBeta(k + 1, n - k, probability, failure)
    return (both.upper, both.lower)
  }

  private func guess(_ z: Double) -> Double {
    mean + variance.squareRoot() * z + (failure - probability) * (z * z - 1) / 6
  }
}
