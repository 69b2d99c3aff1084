/// Mean and variance of the values to come where the season multiplies, errors being normal and relative to
/// the mean.
///
/// With q = ℓ + φ b and d = φ b an error ε moves ℓ to q (1 + α ε), b to d + β q ε and the season that is due
/// from s to s (1 + γ ε). Level and slope do not depend on the season, and a season is moved at its own turns
/// only. So the value h steps ahead is s q Π (1 + γ ε) (1 + ε_h) with the season s as it is now and the
/// product over its turns before h, and the mean and covariance of (ℓ, b) times that product follow step by
/// step. This is class 3 of Hyndman, Koehler, Ord and Snyder (2008), 6.4.3, without its Kronecker products.
/// Covariances are carried, not moments about zero, so that small ones keep their digits.
struct ETSProductMoments {
  private let smoothing: ETSSmoothing
  private let error: Double
  private let states: ETSStates

  /// - Parameters:
  ///   - variance: of the relative errors.
  ///   - states: before the first step ahead, at least one season.
  init(_ smoothing: ETSSmoothing, variance: Double, from states: ETSStates) {
    self.smoothing = smoothing
    error = variance
    self.states = states
  }

  /// Level and slope times a product of (1 + γ ε): means, variances and covariance.
  private struct Line {
    var level: Double
    var slope: Double
    var ofLevel = 0.0
    var ofBoth = 0.0
    var ofSlope = 0.0

    /// The same of q and d.
    func damped(_ phi: Double) -> Line {
      let d = phi * slope
      let covariance = phi * ofBoth
      let variance = phi * phi * ofSlope
      return Line(
        level: level + d, slope: d, ofLevel: ofLevel + 2 * covariance + variance,
        ofBoth: covariance + variance, ofSlope: variance)
    }
  }

  /// Mean and variance of the value `step` steps after the next.
  ///
  /// - Complexity: O(step)
  func step(_ step: Int) -> (mean: Double, variance: Double) {
    let m = states.seasons.count
    let usual = Turn(smoothing, gamma: 0, error)
    let own = Turn(smoothing, gamma: smoothing.gamma, error)
    var line = Line(level: states.level, slope: states.slope)
    for t in 0..<step {
      line = ((step - t) % m == 0 ? own : usual).moved(line.damped(smoothing.phi))
    }
    let q = line.damped(smoothing.phi)
    let s = states.seasons[step % m]
    return (
      s * q.level, s * s * (q.ofLevel + error * (q.ofLevel + q.level * q.level))
    )
  }

  /// Moments of the factors of one step: u = 1 + γ ε, A = u (1 + α ε) and B = β u ε, which take q and d to
  /// A q and u d + B q.
  private struct Turn {
    private let a: Double
    private let b: Double
    private let varianceOfA: Double
    private let varianceOfB: Double
    private let varianceOfU: Double
    private let ofAB: Double
    private let ofAU: Double
    private let ofBU: Double

    /// - Parameter v: variance of ε, whose third moment is 0 and whose fourth is 3 v².
    init(_ smoothing: ETSSmoothing, gamma: Double, _ v: Double) {
      let (alpha, beta) = (smoothing.alpha, smoothing.beta)
      let both = alpha + gamma
      a = 1 + alpha * gamma * v
      b = beta * gamma * v
      varianceOfA = v * (both * both + 2 * alpha * alpha * gamma * gamma * v)
      varianceOfB = beta * beta * v * (1 + 2 * gamma * gamma * v)
      varianceOfU = gamma * gamma * v
      ofAB = beta * v * (both + 2 * alpha * gamma * gamma * v)
      ofAU = both * gamma * v
      ofBU = beta * gamma * v
    }

    /// - Parameter x: of q and d.
    func moved(_ x: Line) -> Line {
      let (q, d) = (x.level, x.slope)
      return Line(
        level: a * q, slope: d + b * q,
        ofLevel: (varianceOfA + a * a) * x.ofLevel + varianceOfA * q * q,
        ofBoth: (ofAU + a) * x.ofBoth + ofAU * q * d + (ofAB + a * b) * x.ofLevel + ofAB * q * q,
        ofSlope: (varianceOfU + 1) * x.ofSlope + varianceOfU * d * d
          + (varianceOfB + b * b) * x.ofLevel + varianceOfB * q * q
          + 2 * ((ofBU + b) * x.ofBoth + ofBU * q * d))
    }
  }
}
