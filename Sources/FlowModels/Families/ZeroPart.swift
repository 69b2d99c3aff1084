import Glibc
import Kernel

/// How zeros come about: from the count alone, more often, or by a law of their own.
///
/// `ζ` is the linear predictor of the zero part, `ℓ₀` the log-probability of a zero under the count.
enum ZeroPart: Sendable {
  case none
  /// `P(0) = π + (1 − π) f(0)`, `logit π = ζ` (Lambert 1992).
  case inflated
  /// `logit P(y > 0) = ζ`, flows above zero by the truncated count (Mullahy 1986).
  case hurdle
}

/// The log-likelihood of a row with its derivatives by (η, ζ, τ).
struct RowJet {
  var value = 0.0
  var eta = 0.0
  var zeta = 0.0
  var tau = 0.0
  var etaEta = 0.0
  var zetaZeta = 0.0
  var tauTau = 0.0
  var etaZeta = 0.0
  var etaTau = 0.0
  var zetaTau = 0.0

  /// Of a row that counts w times.
  func times(_ w: Double) -> RowJet {
    var jet = self
    jet.value *= w
    jet.eta *= w
    jet.zeta *= w
    jet.tau *= w
    jet.etaEta *= w
    jet.zetaZeta *= w
    jet.tauTau *= w
    jet.etaZeta *= w
    jet.etaTau *= w
    jet.zetaTau *= w
    return jet
  }

  /// `s · ℓ`, s constant, and derivatives.
  private mutating func add(_ count: CountJet) {
    value += count.value
    eta += count.eta
    tau += count.tau
    etaEta += count.etaEta
    etaTau += count.etaTau
    tauTau += count.tauTau
  }

  /// `g(ℓ₀)` by the chain rule, `g' = slope`, `g'' = curve`.
  private mutating func add(_ zero: CountJet, value: Double, slope: Double, curve: Double) {
    self.value += value
    eta += slope * zero.eta
    tau += slope * zero.tau
    etaEta += slope * zero.etaEta + curve * zero.eta * zero.eta
    etaTau += slope * zero.etaTau + curve * zero.eta * zero.tau
    tauTau += slope * zero.tauTau + curve * zero.tau * zero.tau
  }

  init<Density: CountDensity>(
    _ density: Density.Type, _ part: ZeroPart, y: Double, eta: Double, zeta: Double, tau: Double
  ) {
    switch part {
    case .none: add(Density.jet(y, eta: eta, tau: tau))
    case .inflated where y > 0:
      add(Density.jet(y, eta: eta, tau: tau))
      addLogistic(zeta, isOne: false)
    case .inflated: addInflated(Density.jet(0, eta: eta, tau: tau), zeta)
    case .hurdle where y > 0:
      add(Density.jet(y, eta: eta, tau: tau))
      let zero = Density.jet(0, eta: eta, tau: tau)
      // −ln(1 − f₀): slope f₀/(1 − f₀), curve f₀/(1 − f₀)².
      let odds = 1 / Glibc.expm1(-zero.value)
      add(zero, value: -log1mExp(zero.value), slope: odds, curve: odds * (1 + odds))
      addLogistic(zeta, isOne: true)
    case .hurdle: addLogistic(zeta, isOne: false)
    }
  }

  /// `ln(e^ζ + e^ℓ₀) − ln(1 + e^ζ)`.
  private mutating func addInflated(_ zero: CountJet, _ zeta: Double) {
    let share = logistic(zeta - zero.value)
    let spread = share * (1 - share)
    let pi = logistic(zeta)
    let value = max(zeta, zero.value) + Glibc.log1p(Glibc.exp(-abs(zeta - zero.value)))
    add(zero, value: value - log1pExp(zeta), slope: 1 - share, curve: spread)
    self.zeta += share - pi
    zetaZeta += spread - pi * (1 - pi)
    etaZeta -= spread * zero.eta
    zetaTau -= spread * zero.tau
  }

  private mutating func addLogistic(_ zeta: Double, isOne: Bool) {
    let pi = logistic(zeta)
    value += (isOne ? zeta : 0) - log1pExp(zeta)
    self.zeta += (isOne ? 1 : 0) - pi
    zetaZeta -= pi * (1 - pi)
  }
}
