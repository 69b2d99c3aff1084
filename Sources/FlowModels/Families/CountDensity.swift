import Glibc
import Kernel

/// The log-probability of a count with its first and second derivatives by the linear predictor
/// `η = ln μ` and by the logarithm `τ` of the shape.
struct CountJet {
  var value = 0.0
  var eta = 0.0
  var tau = 0.0
  var etaEta = 0.0
  var etaTau = 0.0
  var tauTau = 0.0
}

/// A distribution of counts about a mean `exp η`, with at most one shape `exp τ`.
protocol CountDensity: Sendable {
  /// `theta` or `delta`; `nil` without a shape.
  static var shapeName: String? { get }
  static func jet(_ y: Double, eta: Double, tau: Double) -> CountJet
  static func logDensity(_ y: Double, eta: Double, tau: Double) -> Double
  /// A start for τ from means that fit; `nil` where the counts scatter no more than Poisson's, so that
  /// the maximum lies at Poisson itself.
  /// - Parameter w: how often rows count; `nil` for once.
  static func start(_ y: [Double], _ mu: [Double], _ w: [Double]?) -> Double?
  /// Whether a τ this far out is Poisson to all digits.
  static func isPoisson(_ tau: Double) -> Bool
  /// The distribution for a value of τ.
  static func kind(_ tau: Double) -> FlowLaw.Kind
}

/// `y η − μ − ln Γ(y + 1)`.
enum PoissonDensity: CountDensity {
  static let shapeName: String? = nil

  static func logDensity(_ y: Double, eta: Double, tau: Double) -> Double {
    y * eta - Glibc.exp(eta) - logGamma(y + 1)
  }

  static func jet(_ y: Double, eta: Double, tau: Double) -> CountJet {
    let mu = Glibc.exp(eta)
    return CountJet(
      value: y * eta - mu - logGamma(y + 1), eta: y - mu, etaEta: -mu)
  }

  static func start(_ y: [Double], _ mu: [Double], _ w: [Double]?) -> Double? { 0 }
  static func isPoisson(_ tau: Double) -> Bool { false }
  static func kind(_ tau: Double) -> FlowLaw.Kind { .poisson }
}

/// Variance `μ + μ²/θ`, `τ = ln θ`. Cameron & Trivedi 1986.
enum QuadraticDensity: CountDensity {
  static let shapeName: String? = "theta"

  static func logDensity(_ y: Double, eta: Double, tau: Double) -> Double {
    NegativeBinomialShape.logDensity(y, Glibc.exp(eta), theta: Glibc.exp(tau))
  }

  static func jet(_ y: Double, eta: Double, tau: Double) -> CountJet {
    let mu = Glibc.exp(eta), theta = Glibc.exp(tau)
    let sum = theta + mu
    let ratio = (y + theta) / sum
    let first = digamma(y + theta) - digamma(theta) - Glibc.log1p(mu / theta) + 1 - ratio
    let second = trigamma(y + theta) - trigamma(theta) + 1 / theta - 2 / sum + ratio / sum
    return CountJet(
      value: NegativeBinomialShape.logDensity(y, mu, theta: theta),
      eta: theta * (y - mu) / sum, tau: theta * first,
      etaEta: -mu * theta * (y + theta) / (sum * sum),
      etaTau: theta * (y - mu) * mu / (sum * sum),
      tauTau: theta * (first + theta * second))
  }

  /// By moments; the score of `1/θ` at zero has the sign of `Σ (y − μ)² − y`.
  static func start(_ y: [Double], _ mu: [Double], _ w: [Double]?) -> Double? {
    let excess = Statistics.sum(
      y.indices.map { (w?[$0] ?? 1) * ((y[$0] - mu[$0]) * (y[$0] - mu[$0]) - y[$0]) })
    guard excess > 0 else { return nil }
    let start = NegativeBinomialShape(y: y, mu: mu, weights: w).start
    return Glibc.log(min(start, 1e4))
  }

  static func isPoisson(_ tau: Double) -> Bool { tau > 18 }
  static func kind(_ tau: Double) -> FlowLaw.Kind { .quadratic(theta: Glibc.exp(tau)) }
}

/// Variance `μ (1 + δ)`, `τ = ln δ`: a negative binomial of size `μ/δ`. Cameron & Trivedi 1986.
enum LinearDensity: CountDensity {
  static let shapeName: String? = "delta"

  static func logDensity(_ y: Double, eta: Double, tau: Double) -> Double {
    let size = Glibc.exp(eta - tau)
    let spread = Glibc.log1p(Glibc.exp(tau))
    return logGamma(y + size) - logGamma(size) - logGamma(y + 1) + y * (tau - spread)
      - size * spread
  }

  static func jet(_ y: Double, eta: Double, tau: Double) -> CountJet {
    let size = Glibc.exp(eta - tau), delta = Glibc.exp(tau)
    let part = delta / (1 + delta)
    let A = digamma(y + size) - digamma(size) - Glibc.log1p(delta)
    let B = trigamma(y + size) - trigamma(size)
    let curve = size * (A + size * B)
    return CountJet(
      value: logDensity(y, eta: eta, tau: tau), eta: size * A,
      tau: -size * A + y - (y + size) * part, etaEta: curve, etaTau: -curve - size * part,
      tauTau: curve + size * part * 2 - (y + size) * part * (1 - part))
  }

  /// Pearson's statistic less one; the score of δ at zero has the sign of `Σ ((y − μ)² − y) / μ`.
  static func start(_ y: [Double], _ mu: [Double], _ w: [Double]?) -> Double? {
    let excess = Statistics.sum(
      y.indices.map {
        (w?[$0] ?? 1) * ((y[$0] - mu[$0]) * (y[$0] - mu[$0]) - y[$0]) / mu[$0]
      })
    guard excess > 0 else { return nil }
    return Glibc.log(max(excess / (w.map { Statistics.sum($0) } ?? Double(y.count)), 1e-3))
  }

  static func isPoisson(_ tau: Double) -> Bool { tau < -16 }
  static func kind(_ tau: Double) -> FlowLaw.Kind { .linear(delta: Glibc.exp(tau)) }
}
