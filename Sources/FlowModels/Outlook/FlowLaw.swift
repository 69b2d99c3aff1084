import Glibc
import Kernel

/// The distribution of one flow: a count about `exp η`, its zeros as the zero part has them, and a
/// normal scatter of η where effects of the row are not known.
struct FlowLaw: Sendable {
  enum Kind: Hashable, Sendable {
    case poisson
    /// Variance `μ + μ²/θ`.
    case quadratic(theta: Double)
    /// Variance `μ (1 + δ)`.
    case linear(delta: Double)
    /// So many migrants, each of whom takes this row with a probability whose logit is η.
    case choice(migrants: Int)
    /// Normal about η itself.
    case normal(deviation: Double)
  }

  let kind: Kind
  var part = ZeroPart.none
  let eta: Double
  /// Linear predictor of the zero part.
  var zeta = 0.0
  /// Variance of η.
  var scatter = 0.0

  /// The same with a further, independent variance of η.
  func widened(by variance: Double) -> FlowLaw {
    var wider = self
    wider.scatter += variance
    return wider
  }

  var isOfCounts: Bool {
    if case .normal = kind { false } else { true }
  }

  /// Whether tails can be had: means that far out are no numbers any more.
  var isFinite: Bool {
    switch kind {
    case .poisson, .quadratic, .linear:
      abs(eta) + 9 * scatter.squareRoot() < 690 && zeta.isFinite
    case .choice: !eta.isNaN && scatter.isFinite
    case .normal: eta.isFinite && scatter.isFinite
    }
  }

  /// The distribution at one value of η, its zeros those of the count.
  private func count(_ eta: Double) -> any Distribution {
    // A mean below the least number is 0 to all digits.
    let mean = max(Glibc.exp(eta), Double.leastNormalMagnitude)
    return switch kind {
    case .poisson: Poisson(mean: mean)
    case .quadratic(let theta): NegativeBinomial(mean: mean, size: theta)
    case .linear(let delta): NegativeBinomial(mean: mean, size: max(mean / delta, 1e-300))
    case .choice(let migrants): Binomial(trials: migrants, probability: logistic(eta))
    case .normal(let deviation): Normal(mean: eta, standardDeviation: deviation)
    }
  }

  // MARK: Moments

  /// Mean and variance of the count over the scatter of η; of choices at η itself.
  private var moments: (mean: Double, variance: Double) {
    let inner = count(eta)
    guard scatter > 0 else { return (inner.mean, inner.variance) }
    let mean = inner.mean * Glibc.exp(0.5 * scatter)
    let ofMean = mean * mean * Glibc.expm1(scatter)
    switch kind {
    case .poisson: return (mean, mean + ofMean)
    case .quadratic(let theta):
      return (mean, mean + mean * mean * Glibc.exp(scatter) / theta + ofMean)
    case .linear(let delta): return (mean, mean * (1 + delta) + ofMean)
    case .choice: return (inner.mean, inner.variance)
    case .normal(let deviation): return (eta, deviation * deviation + scatter)
    }
  }

  /// NaN, as the variance, where the count has no mean that is a number.
  var mean: Double { isFinite || eta < 0 ? moments.mean * share : .nan }

  var variance: Double {
    guard isFinite || eta < 0 else { return .nan }
    let (mean, variance) = moments
    let share = share
    return share * (variance + mean * mean) - share * share * mean * mean
  }

  /// What moments about zero are multiplied by: the share that is not zero by the zero part.
  private var share: Double {
    switch part {
    case .none: 1
    case .inflated: logistic(-zeta)
    case .hurdle: logistic(zeta) / count(eta).complementary(0)
    }
  }

  // MARK: Probabilities

  /// Of choices, and of counts with a zero part, without scatter.
  func logDensity(_ y: Double) -> Double {
    guard scatter > 0 else { return logDensity(y, eta) }
    guard case .normal(let deviation) = kind else { return scatteredLogDensity(y) }
    return Normal(
      mean: eta, standardDeviation: (deviation * deviation + scatter).squareRoot()
    ).logDensity(y)
  }

  private func logDensity(_ y: Double, _ eta: Double) -> Double {
    let count = count(eta)
    switch part {
    case .none: return count.logDensity(y)
    case .inflated:
      guard y == 0 else { return -log1pExp(zeta) + count.logDensity(y) }
      let (inflated, counted) = (-log1pExp(-zeta), -log1pExp(zeta) + count.logDensity(0))
      return max(inflated, counted) + Glibc.log1p(Glibc.exp(-abs(inflated - counted)))
    case .hurdle:
      guard y > 0 else { return -log1pExp(zeta) }
      return -log1pExp(-zeta) + count.logDensity(y) - Glibc.log(count.complementary(0))
    }
  }

  /// `P(Y ≤ y)` and `P(Y > y)`, each with its own digits.
  func tails(_ y: Double) -> (below: Double, above: Double) {
    if case .normal(let deviation) = kind {
      let law = Normal(
        mean: eta, standardDeviation: (deviation * deviation + scatter).squareRoot())
      return (law.cumulative(y), law.complementary(y))
    }
    if y < 0 { return (0, 1) }
    return scatter > 0 ? scatteredTails(y) : tails(y, eta)
  }

  func tails(_ y: Double, _ eta: Double) -> (below: Double, above: Double) {
    let count = count(eta)
    let (below, above) = (count.cumulative(y), count.complementary(y))
    switch part {
    case .none: return (below, above)
    case .inflated:
      let pi = logistic(zeta)
      return (pi + (1 - pi) * below, logistic(-zeta) * above)
    case .hurdle:
      let some = count.complementary(0)
      let between = y < 1 ? 0 : max(0, below - count.cumulative(0)) / some
      return (logistic(-zeta) + logistic(zeta) * between, logistic(zeta) * min(1, above / some))
    }
  }
}
