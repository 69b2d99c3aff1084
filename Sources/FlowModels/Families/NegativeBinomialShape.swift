import Glibc
import Kernel

/// The likelihood of `μ + μ²/θ` in `τ = ln θ`, means held.
struct NegativeBinomialShape {
  let y: [Double]
  let mu: [Double]
  /// How often rows count; `nil` for once.
  let weights: [Double]?

  @Sendable static func logDensity(_ y: Double, _ mu: Double, theta: Double) -> Double {
    let gammas = logGamma(y + theta) - logGamma(theta) - logGamma(y + 1)
    return gammas + (y > 0 ? y * Glibc.log(mu / (theta + mu)) : 0)
      - theta * Glibc.log1p(mu / theta)
  }

  func logLikelihood(_ theta: Double) -> Double {
    Statistics.sum(
      y.indices.map { (weights?[$0] ?? 1) * Self.logDensity(y[$0], mu[$0], theta: theta) })
  }

  /// `∂ℓ/∂τ` and `−∂²ℓ/∂τ²` of each row.
  func derivatives(_ theta: Double) -> (scores: [Double], information: [Double]) {
    let ofTheta = (digamma(theta), trigamma(theta), Glibc.log(theta))
    var scores = [Double](repeating: 0, count: y.count)
    var information = scores
    for k in y.indices {
      let sum = theta + mu[k]
      let ratio = (y[k] + theta) / sum
      let first = digamma(y[k] + theta) - ofTheta.0 + ofTheta.2 - Glibc.log(sum) + 1 - ratio
      let second = trigamma(y[k] + theta) - ofTheta.1 + 1 / theta - 2 / sum + ratio / sum
      let w = weights?[k] ?? 1
      scores[k] = w * (theta * first)
      information[k] = w * (-theta * theta * second - theta * first)
    }
    return (scores, information)
  }

  /// Newton's method on τ, steps of at most 1, halved where the likelihood falls.
  /// - Throws: `noOverdispersion` where θ leaves for infinity.
  func maximum(from start: Double) throws(FitError) -> Double {
    var theta = start
    var value = logLikelihood(theta)
    for _ in 0..<200 {
      let (scores, information) = derivatives(theta)
      let slope = Statistics.sum(scores)
      let curvature = Statistics.sum(information)
      var step = curvature > 0 ? slope / curvature : (slope > 0 ? 1 : -1)
      step = min(max(step, -1), 1)
      if abs(step) < 1e-13 { return theta }
      var trial = theta * Glibc.exp(step)
      var next = logLikelihood(trial)
      for _ in 0..<40 where !(next >= value - 1e-12 * abs(value)) {
        step *= 0.5
        trial = theta * Glibc.exp(step)
        next = logLikelihood(trial)
      }
      (theta, value) = (trial, next)
      if theta > 1e9 { throw .noOverdispersion }
      if abs(step) < 1e-10 { return theta }
    }
    throw .notConverged(iterations: 200, change: 1)
  }

  /// `n / Σ (y/μ − 1)²`, a start.
  var start: Double {
    let squares = Statistics.sum(
      y.indices.map { (weights?[$0] ?? 1) * (y[$0] / mu[$0] - 1) * (y[$0] / mu[$0] - 1) })
    return max(1e-3, (weights.map { Statistics.sum($0) } ?? Double(y.count)) / squares)
  }
}
