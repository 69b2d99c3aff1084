import Glibc
import Kernel

/// How flows scatter about a mean `μ = exp η`: all that reweighting needs to know of a distribution.
///
/// With the logarithmic link the score of a row by its linear predictor is `(y − μ) μ / V(μ)` and its
/// expected information `μ² / V(μ)`, V the variance but for a constant.
protocol MeanFamily: Sendable {
  /// `μ / V(μ)`: 1 for Poisson. Weights are `μ` times this, scores `y − μ` times this.
  func precision(_ mu: Double) -> Double
  /// Information of a row in the iteration, positive: expected, or observed where that is positive
  /// everywhere and the likelihood concave, so that the iteration is Newton's.
  func working(_ y: Double, _ mu: Double) -> Double
  /// The same of all rows.
  func weights(_ y: [Double], _ mu: [Double]) -> [Double]
  /// Contribution of a row to the deviance, ≥ 0.
  func unitDeviance(_ y: Double, _ mu: Double) -> Double
  /// `Σ` of the contributions, compensated.
  func deviance(_ y: [Double], _ mu: [Double]) -> Double
  /// The family of flows divided by `scale`.
  func dividing(by scale: Double) -> Self
  /// Whether the likelihood is at its maximum in a level of an effect, the rest held, where the means
  /// of its rows add up to the flows.
  var meetsTotals: Bool { get }
  /// What falls like the deviance from one set of means to another; the difference alone counts.
  func criterion(_ y: [Double], _ mu: [Double], eta: [Double]) -> Double
}

extension MeanFamily {
  var meetsTotals: Bool { false }

  func criterion(_ y: [Double], _ mu: [Double], eta: [Double]) -> Double { deviance(y, mu) }

  func weights(_ y: [Double], _ mu: [Double]) -> [Double] {
    parallelRows(y.count) { rows, block in
      for row in rows { block[row - rows.lowerBound] = working(y[row], mu[row]) }
    }
  }

  func dividing(by scale: Double) -> Self { self }

  func deviance(_ y: [Double], _ mu: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for k in y.indices {
      let term = unitDeviance(y[k], mu[k])
      let next = sum + term
      lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    return sum + lost
  }

  func working(_ y: Double, _ mu: Double) -> Double { weight(mu) }

  /// Expected information of a row about its linear predictor.
  func weight(_ mu: Double) -> Double { mu * precision(mu) }

  /// Derivative of the log-likelihood of a row by its linear predictor.
  func score(_ y: Double, _ mu: Double) -> Double { (y - mu) * precision(mu) }
}

/// Variance proportional to the mean.
struct PoissonFamily: MeanFamily {
  var meetsTotals: Bool { true }

  func weights(_ y: [Double], _ mu: [Double]) -> [Double] { mu }

  func precision(_ mu: Double) -> Double { 1 }

  func deviance(_ y: [Double], _ mu: [Double]) -> Double {
    let logarithms = Kernel.log(y.indices.map { y[$0] > 0 ? y[$0] / mu[$0] : 1 })
    var sum = 0.0
    var lost = 0.0
    for k in y.indices {
      let term = y[k] * logarithms[k] - (y[k] - mu[k])
      let next = sum + term
      lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    return 2 * (sum + lost)
  }

  /// `2 Σ (μ − y η)`, the deviance without what the flows alone say.
  func criterion(_ y: [Double], _ mu: [Double], eta: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for k in y.indices {
      let term = mu[k] - (y[k] > 0 ? y[k] * eta[k] : 0)
      let next = sum + term
      lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    return 2 * (sum + lost)
  }

  /// `2 (y ln(y/μ) − (y − μ))`.
  func unitDeviance(_ y: Double, _ mu: Double) -> Double {
    2 * ((y > 0 ? y * Glibc.log(y / mu) : 0) - (y - mu))
  }
}

/// The same variance for every mean.
struct GaussianFamily: MeanFamily {
  func precision(_ mu: Double) -> Double { mu }
  func unitDeviance(_ y: Double, _ mu: Double) -> Double { (y - mu) * (y - mu) }
}

/// Variance proportional to the square of the mean; flows above zero.
struct GammaFamily: MeanFamily {
  func precision(_ mu: Double) -> Double { 1 / mu }

  // Expected information, 1, may be less than half the observed one along a regressor; the iteration
  // would then swing for ever.
  func working(_ y: Double, _ mu: Double) -> Double { y / mu }

  /// `2 ((y − μ)/μ − ln(y/μ))`.
  func unitDeviance(_ y: Double, _ mu: Double) -> Double {
    2 * ((y - mu) / mu - Glibc.log(y / mu))
  }
}

/// Variance `μ + μ²/θ` with a known θ.
struct NegativeBinomialFamily: MeanFamily {
  let theta: Double

  func precision(_ mu: Double) -> Double { theta / (theta + mu) }

  func working(_ y: Double, _ mu: Double) -> Double {
    let sum = theta + mu
    return mu / sum * theta * ((y + theta) / sum)
  }

  /// `2 (y ln(y/μ) − (y + θ) ln((y + θ)/(μ + θ)))`.
  func unitDeviance(_ y: Double, _ mu: Double) -> Double {
    2
      * ((y > 0 ? y * Glibc.log(y / mu) : 0)
        - (y + theta) * Glibc.log1p((y - mu) / (mu + theta)))
  }

  /// Of flows in units of `scale` the deviance, too, is divided by it.
  func dividing(by scale: Double) -> NegativeBinomialFamily {
    NegativeBinomialFamily(theta: theta / scale)
  }
}
