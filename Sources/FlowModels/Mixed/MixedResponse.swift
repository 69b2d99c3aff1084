import Glibc
import Kernel

/// The log-density of a row by its linear predictor and a shape, with all that Laplace's approximation
/// and its gradient need.
struct ResponseJet {
  var value: Double
  /// `∂ℓ/∂η`, `−∂²ℓ/∂η²`, `∂³ℓ/∂η³`.
  var score: Double
  var weight: Double
  var third: Double
  /// `∂ℓ/∂τ`, `∂²ℓ/∂η∂τ`, `∂³ℓ/∂η²∂τ`.
  var shape = 0.0
  var scoreShape = 0.0
  var curveShape = 0.0
}

/// What flows, or their logarithms, do about the linear predictor of a mixed model.
enum MixedResponse: Sendable {
  case poisson
  /// Variance `μ + μ²/θ`, `τ = ln θ`.
  case quadratic
  /// Normal with standard deviation `e^τ`, identity link.
  case normal

  var hasShape: Bool { self != .poisson }

  func jet(_ y: Double, _ eta: Double, _ tau: Double) -> ResponseJet {
    switch self {
    case .poisson:
      let mu = Glibc.exp(eta)
      return ResponseJet(
        value: y * eta - mu - logGamma(y + 1), score: y - mu, weight: mu, third: -mu)
    case .quadratic: return Self.quadratic(y, Glibc.exp(eta), Glibc.exp(tau))
    case .normal:
      let r = y - eta
      let precision = Glibc.exp(-2 * tau)
      return ResponseJet(
        value: -0.5 * Glibc.log(2 * Double.pi) - tau - 0.5 * r * r * precision,
        score: r * precision, weight: precision, third: 0, shape: r * r * precision - 1,
        scoreShape: -2 * r * precision, curveShape: 2 * precision)
    }
  }

  private static func quadratic(_ y: Double, _ mu: Double, _ theta: Double) -> ResponseJet {
    let s = theta + mu
    let total = y + theta
    let first = digamma(total) - digamma(theta) - Glibc.log1p(mu / theta) + 1 - total / s
    let ofTheta = (total + theta) / (s * s) - 2 * theta * total / (s * s * s)
    return ResponseJet(
      value: NegativeBinomialShape.logDensity(y, mu, theta: theta), score: theta * (y - mu) / s,
      weight: mu * theta * total / (s * s),
      third: -theta * total * mu * (theta - mu) / (s * s * s), shape: theta * first,
      scoreShape: theta * (y - mu) * mu / (s * s), curveShape: -theta * mu * ofTheta)
  }
}
