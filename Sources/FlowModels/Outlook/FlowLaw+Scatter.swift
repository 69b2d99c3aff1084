import Glibc
import Kernel

/// Integrals of a law over the normal scatter of its linear predictor.
///
/// Composite Gauss–Legendre rules. A tail is a smooth step in `z = (η' − η)/s`, as wide as the count
/// scatters, where the mean passes y: panels end at the step. A density is log-concave in z: its peak is
/// found first, and most panels stand within eight of its widths.
extension FlowLaw {
  /// How far a standard normal variable is followed; beyond lies less than 1e-18.
  private static let reach = 9.0

  func scatteredTails(_ y: Double) -> (below: Double, above: Double) {
    let s = scatter.squareRoot()
    let middle = (location(y) - eta) / s
    let width = 6 * relativeWidth(y) / s
    let ends = [-Self.reach, middle - width, middle, middle + width, Self.reach]
      .map { min(Self.reach, max(-Self.reach, $0)) }
    var (below, above) = (0.0, 0.0)
    for k in 0..<4 {
      Self.integrate(ends[k], ends[k + 1], panels: 2) { z, weight in
        let (lower, upper) = tails(y, eta + s * z)
        below += weight * normalDensity(z) * lower
        above += weight * normalDensity(z) * upper
      }
    }
    return (min(1, below), min(1, above))
  }

  /// Where η would put the middle of the distribution at y.
  private func location(_ y: Double) -> Double {
    if case .choice(let migrants) = kind {
      return Glibc.log((y + 0.5) / (Double(migrants) - min(y, Double(migrants)) + 0.5))
    }
    return Glibc.log(y + 0.5)
  }

  /// How much a count near y scatters, by its mean.
  private func relativeWidth(_ y: Double) -> Double {
    let ofMean = 1 / (y + 1)
    return switch kind {
    case .quadratic(let theta): (ofMean + 1 / theta).squareRoot()
    case .linear(let delta): (ofMean * (1 + delta)).squareRoot()
    default: ofMean.squareRoot()
    }
  }

  /// Sums over so many panels, or more that are no wider than 2, from a to b.
  private static func integrate(
    _ a: Double, _ b: Double, panels least: Int, _ body: (_ z: Double, _ weight: Double) -> Void
  ) {
    guard b > a else { return }
    let panels = max(least, Int(((b - a) / 2).rounded(.up)))
    let half = 0.5 * (b - a) / Double(panels)
    for panel in 0..<panels {
      let centre = a + half * Double(2 * panel + 1)
      for k in rule.nodes.indices {
        body(centre + half * rule.nodes[k], 2 * half * rule.weights[k])
      }
    }
  }

  private static let rule: GaussRule = {
    guard let rule = try? GaussRule.uniform(12) else {
      preconditionFailure("twelve nodes have an eigenvalue decomposition")
    }
    return rule
  }()

  /// - Precondition: a count without a zero part.
  func scatteredLogDensity(_ y: Double) -> Double {
    let s = scatter.squareRoot()
    let (peak, curve) = peak(y, s)
    let width = 1 / curve.squareRoot()
    let top = logDensity(y, at: eta + s * peak) - 0.5 * peak * peak
    var sum = 0.0
    // The curvature is nowhere below 1: nine to either side hold all there is.
    let near = min(Self.reach, 8 * width)
    let ends = [-Self.reach, -near, 0, near, Self.reach]
    for k in 0..<4 {
      Self.integrate(peak + ends[k], peak + ends[k + 1], panels: 3) { z, weight in
        sum += weight * Glibc.exp(logDensity(y, at: eta + s * z) - 0.5 * z * z - top)
      }
    }
    return top + Glibc.log(sum) - 0.5 * Glibc.log(2 * Double.pi)
  }

  /// The highest point of `ℓ(y; η + sz) − z²/2` and minus the second derivative there, by Newton's method
  /// from below the flow, where steps of a concave function with this curvature do not run away.
  private func peak(_ y: Double, _ s: Double) -> (z: Double, curve: Double) {
    var z = 0.0
    var curve = 1.0
    for _ in 0..<200 {
      let jet = jet(y, eta + s * z)
      curve = 1 - s * s * jet.etaEta
      let step = (s * jet.eta - z) / curve
      z += min(1 / s, max(-1 / s, step))
      if abs(step) < 1e-10 { break }
    }
    return (z, curve)
  }

  private func logDensity(_ y: Double, at eta: Double) -> Double { jet(y, eta).value }

  private func jet(_ y: Double, _ eta: Double) -> CountJet {
    switch kind {
    case .poisson: PoissonDensity.jet(y, eta: eta, tau: 0)
    case .quadratic(let theta): QuadraticDensity.jet(y, eta: eta, tau: Glibc.log(theta))
    case .linear(let delta): LinearDensity.jet(y, eta: eta, tau: Glibc.log(delta))
    case .choice, .normal: preconditionFailure("the scatter of \(kind) has no density here")
    }
  }
}
