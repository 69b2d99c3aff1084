import Glibc

/// Level, slope and the seasons of an exponential smoothing model at one time.
public struct ETSStates: Hashable, Sendable {
  public var level: Double
  /// 0 without a trend.
  public var slope: Double
  /// The next season first; empty without a season.
  public var seasons: [Double]

  public init(level: Double, slope: Double = 0, seasons: [Double] = []) {
    self.level = level
    self.slope = slope
    self.seasons = seasons
  }
}

/// Sums over a pass through a series.
struct ETSPass {
  /// Σ e², relative errors with multiplicative error.
  var squares = 0.0
  /// Σ ln |μ| over observed steps.
  var logMeans = 0.0
  var observed = 0
  /// Whether every mean stayed above zero where the form divides by it.
  var isValid = true
}

/// The recursion of a form, common to all: with q = ℓ + φ b the mean is q, q + s or q s, and
///
///     ℓ' = q + α (p − q),   b' = φ b + β (p − q),   s' = s + γ (z − s)
///
/// where p is the value without its season and z the value without its level. The error's form
/// changes the likelihood, not the recursion. A missing value leaves p = q and z = s.
struct ETSRecursion {
  let form: ETSForm
  let smoothing: ETSSmoothing
  var states: ETSStates
  private var place = 0

  init(_ form: ETSForm, _ smoothing: ETSSmoothing, from states: ETSStates) {
    self.form = form
    self.smoothing = smoothing
    self.states = states
  }

  /// The states with the next season first.
  var ordered: ETSStates {
    var result = states
    result.seasons = Array(states.seasons[place...] + states.seasons[..<place])
    return result
  }

  /// Mean of the next value.
  @inline(__always)
  var mean: Double {
    let q = states.level + smoothing.phi * states.slope
    switch form.season {
    case .none: return q
    case .additive: return q + states.seasons[place]
    case .multiplicative: return q * states.seasons[place]
    }
  }

  /// Goes one step on with an observed value, or NaN.
  @inline(__always)
  mutating func step(_ y: Double) {
    let damped = smoothing.phi * states.slope
    let q = states.level + damped
    if y.isNaN {
      states.level = q
      states.slope = damped
      if form.season != .none { place = place + 1 == states.seasons.count ? 0 : place + 1 }
      return
    }
    var p = y
    if form.season != .none {
      let s = states.seasons[place]
      let z: Double
      if form.season == .additive {
        p = y - s
        z = y - q
      } else {
        p = y / s
        z = y / q
      }
      states.seasons[place] = s + smoothing.gamma * (z - s)
      place = place + 1 == states.seasons.count ? 0 : place + 1
    }
    states.level = q + smoothing.alpha * (p - q)
    if form.trend != .none { states.slope = damped + smoothing.beta * (p - q) }
  }

  /// Runs through a series.
  mutating func run(_ values: [Double]) -> ETSPass {
    var pass = ETSPass()
    let relative = form.error == .multiplicative
    var isPositive = true
    // Logarithms of products, not of each mean.
    var product = 1.0
    for y in values {
      if !y.isNaN {
        let mu = mean
        var e = y - mu
        if relative {
          if mu <= 0 { isPositive = false }
          e /= mu
          product *= abs(mu)
          if product > 1e200 || product < 1e-200 {
            pass.logMeans += Glibc.log(product)
            product = 1
          }
        }
        pass.squares += e * e
        pass.observed += 1
      }
      step(y)
    }
    pass.logMeans += Glibc.log(product)
    pass.isValid = isPositive && pass.squares.isFinite
    return pass
  }
}
