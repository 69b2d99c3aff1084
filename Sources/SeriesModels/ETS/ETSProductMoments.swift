/// Mean and variance of the values to come where the season multiplies, errors being normal and relative to
/// the mean.
///
/// With q = ℓ + φ b and d = φ b an error ε moves ℓ to q (1 + α ε), b to d + β q ε and the season that is due
/// from s to s u(ε), u = 1 + γ ε for exponential smoothing. Level and slope do not depend on the season, and a
/// season is moved at its own turns only. So the value h steps ahead is s q Π u(ε) (1 + ε_h) with the season s
/// as it is now and the product over its turns before h, and the mean and covariance of (ℓ, b) times that
/// product follow step by step. This is class 3 of Hyndman, Koehler, Ord and Snyder (2008), 6.4.3, without its
/// Kronecker products. Covariances are carried, not moments about zero, so that small ones keep their digits.
struct ETSProductMoments {
  private let usual: ProductTurn
  private let own: ProductTurn
  private let phi: Double
  private let error: Double
  private let states: ETSStates

  /// - Parameters:
  ///   - variance: of the relative errors.
  ///   - states: before the first step ahead, at least one season.
  init(_ smoothing: ETSSmoothing, variance: Double, from states: ETSStates) {
    self.init(
      usual: ProductTurn(smoothing, gamma: 0, variance),
      own: ProductTurn(smoothing, gamma: smoothing.gamma, variance), phi: smoothing.phi,
      variance: variance, from: states)
  }

  /// - Parameters:
  ///   - usual: a step at which another season is due.
  ///   - own: a step at which the season itself is due.
  init(
    usual: ProductTurn, own: ProductTurn, phi: Double, variance: Double, from states: ETSStates
  ) {
    self.usual = usual
    self.own = own
    self.phi = phi
    error = variance
    self.states = states
  }

  /// Mean and variance of the value `step` steps after the next.
  ///
  /// - Complexity: O(step)
  func step(_ step: Int) -> (mean: Double, variance: Double) {
    let m = states.seasons.count
    var line = ProductLine(level: states.level, slope: states.slope)
    for t in 0..<step { line = ((step - t) % m == 0 ? own : usual).moved(line.damped(phi)) }
    let q = line.damped(phi)
    let s = states.seasons[step % m]
    return (
      s * q.level, s * s * (q.ofLevel + error * (q.ofLevel + q.level * q.level))
    )
  }
}

/// Level and slope times a product of seasonal factors: means, variances and covariance.
struct ProductLine {
  var level: Double
  var slope: Double
  var ofLevel = 0.0
  var ofBoth = 0.0
  var ofSlope = 0.0

  /// The same of q and d.
  func damped(_ phi: Double) -> ProductLine {
    let d = phi * slope
    let covariance = phi * ofBoth
    let variance = phi * phi * ofSlope
    return ProductLine(
      level: level + d, slope: d, ofLevel: ofLevel + 2 * covariance + variance,
      ofBoth: covariance + variance, ofSlope: variance)
  }
}

/// Moments of the factors of one step, u of the season, A = u (1 + α ε) and B = β u ε, which take q and d to
/// A q and u d + B q.
struct ProductTurn {
  private let a: Double
  private let b: Double
  private let u: Double
  private let varianceOfA: Double
  private let varianceOfB: Double
  private let varianceOfU: Double
  private let ofAB: Double
  private let ofAU: Double
  private let ofBU: Double

  /// Of exponential smoothing, u = 1 + γ ε.
  ///
  /// - Parameter v: variance of ε, whose third moment is 0 and whose fourth is 3 v².
  init(_ smoothing: ETSSmoothing, gamma: Double, _ v: Double) {
    let (alpha, beta) = (smoothing.alpha, smoothing.beta)
    let both = alpha + gamma
    a = 1 + alpha * gamma * v
    b = beta * gamma * v
    u = 1
    varianceOfA = v * (both * both + 2 * alpha * alpha * gamma * gamma * v)
    varianceOfB = beta * beta * v * (1 + 2 * gamma * gamma * v)
    varianceOfU = gamma * gamma * v
    ofAB = beta * v * (both + 2 * alpha * gamma * gamma * v)
    ofAU = both * gamma * v
    ofBU = beta * gamma * v
  }

  /// Of any factors, as deviations of A, B and u from 1, 0 and 1 at the nodes of a quadrature of the errors,
  /// so that small variances keep their digits.
  ///
  /// - Parameter nodes: weights add up to 1.
  init(nodes: [(weight: Double, a: Double, b: Double, u: Double)]) {
    func mean(_ part: (Int) -> Double) -> Double {
      nodes.indices.reduce(0) { $0 + nodes[$1].weight * part($1) }
    }
    let (ofA, ofB, ofU) = (
      mean { nodes[$0].a }, mean { nodes[$0].b }, mean { nodes[$0].u }
    )
    let off = nodes.map { (a: $0.a - ofA, b: $0.b - ofB, u: $0.u - ofU) }
    a = 1 + ofA
    b = ofB
    u = 1 + ofU
    varianceOfA = mean { off[$0].a * off[$0].a }
    varianceOfB = mean { off[$0].b * off[$0].b }
    varianceOfU = mean { off[$0].u * off[$0].u }
    ofAB = mean { off[$0].a * off[$0].b }
    ofAU = mean { off[$0].a * off[$0].u }
    ofBU = mean { off[$0].b * off[$0].u }
  }

  /// - Parameter x: of q and d.
  func moved(_ x: ProductLine) -> ProductLine {
    let (q, d) = (x.level, x.slope)
    return ProductLine(
      level: a * q, slope: u * d + b * q,
      ofLevel: (varianceOfA + a * a) * x.ofLevel + varianceOfA * q * q,
      ofBoth: (ofAU + a * u) * x.ofBoth + ofAU * q * d + (ofAB + a * b) * x.ofLevel
        + ofAB * q * q,
      ofSlope: (varianceOfU + u * u) * x.ofSlope + varianceOfU * d * d
        + (varianceOfB + b * b) * x.ofLevel + varianceOfB * q * q
        + 2 * ((ofBU + b * u) * x.ofBoth + ofBU * q * d))
  }
}
