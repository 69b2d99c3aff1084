import Glibc

/// ½ n ln Σ e² + Σ ln |μ| (the second sum with multiplicative error only) and its derivatives by every
/// smoothing parameter and initial state, by one pass forward and one back.
///
/// With ε = y − μ and q = ℓ + φ b the states move by ε alone, whatever the error's form: by α ε, β ε, γ ε,
/// or, where the season multiplies, by α ε/s, β ε/s, γ ε/q. The pass back carries ∂/∂state from the last
/// step to the first.
///
/// - Complexity: O(n), some four times that of the recursion.
struct ETSGradient {
  private(set) var value: Double
  /// By α, β, γ, φ.
  private(set) var smoothing = ETSSmoothing(alpha: 0, phi: 0)
  /// By the initial states, the next season first.
  private(set) var states: ETSStates

  /// What a step leaves for the way back.
  private struct Step {
    let q: Double
    let season: Double
    let slope: Double
    /// NaN at a missing value.
    let error: Double
    let y: Double
  }

  /// - Parameter floor: least Σ e² that counts.
  /// - Returns: `nil` where a mean is not above zero that the form divides by, or sums are not finite.
  init?(
    _ form: ETSForm, _ parameters: ETSSmoothing, from initial: ETSStates, _ values: [Double],
    floor: Double
  ) {
    var recursion = ETSRecursion(form, parameters, from: initial)
    let m = max(1, initial.seasons.count)
    let isRelative = form.error == .multiplicative
    var tape: [Step] = []
    tape.reserveCapacity(values.count)
    var squares = 0.0
    var logMeans = 0.0
    // Logarithms of products, not of each mean.
    var product = 1.0
    var observed = 0
    for (t, y) in values.enumerated() {
      let states = recursion.states
      let season = form.isSeasonal ? states.seasons[t % m] : 0
      let mean = recursion.mean
      if !y.isNaN {
        if isRelative && mean <= 0 { return nil }
        let e = isRelative ? (y - mean) / mean : y - mean
        squares += e * e
        if isRelative {
          product *= mean
          if product > 1e200 || product < 1e-200 {
            logMeans += Glibc.log(product)
            product = 1
          }
        }
        observed += 1
      }
      tape.append(
        Step(
          q: states.level + parameters.phi * states.slope, season: season, slope: states.slope,
          error: y.isNaN ? .nan : y - mean, y: y))
      recursion.step(y)
    }
    logMeans += Glibc.log(product)
    guard squares.isFinite, observed > 0 else { return nil }
    let n = Double(observed)
    value = 0.5 * n * Glibc.log(max(squares, floor)) + logMeans
    states = ETSStates(
      level: 0, slope: 0, seasons: [Double](repeating: 0, count: initial.seasons.count))
    let weight = squares > floor ? n / squares : 0
    for t in tape.indices.reversed() {
      back(tape[t], form, parameters, weight: weight, place: t % m)
    }
  }

  private mutating func back(
    _ step: Step, _ form: ETSForm, _ parameters: ETSSmoothing, weight: Double, place: Int
  ) {
    let (alpha, beta, gamma, phi) = (
      parameters.alpha, parameters.beta, parameters.gamma, parameters.phi
    )
    var ofQ = states.level
    if !step.error.isNaN {
      let e = step.error
      var scale = 1.0
      var seasonScale = 1.0
      if form.season == .multiplicative {
        scale = 1 / step.season
        seasonScale = 1 / step.q
      }
      let ofSeason = form.isSeasonal ? states.seasons[place] : 0
      let move = (states.level * alpha + states.slope * beta) * scale
      let seasonMove = ofSeason * gamma * seasonScale
      smoothing.alpha += states.level * e * scale
      if form.hasTrend { smoothing.beta += states.slope * e * scale }
      var ofMean = -move - seasonMove
      let mean = step.y - e
      ofMean +=
        form.error == .multiplicative
        ? (1 - weight * e * step.y / (mean * mean)) / mean : -weight * e
      switch form.season {
      case .none: ofQ += ofMean
      case .additive:
        smoothing.gamma += ofSeason * e
        ofQ += ofMean
        states.seasons[place] = ofSeason + ofMean
      case .multiplicative:
        smoothing.gamma += ofSeason * e * seasonScale
        ofQ += ofMean * step.season - seasonMove * e * seasonScale
        states.seasons[place] = ofSeason + ofMean * step.q - move * e * scale
      }
    }
    let ofDamped = ofQ + states.slope
    states.level = ofQ
    if form.hasTrend {
      smoothing.phi += ofDamped * step.slope
      states.slope = phi * ofDamped
    }
  }
}

extension ETSSmoothing {
  /// Derivatives by the free numbers, from those by the parameters.
  static func free(
    _ gradient: ETSSmoothing, at u: ArraySlice<Double>, form: ETSForm
  ) -> [Double] {
    let step = 1e-6
    return u.indices.map { index in
      func moved(_ by: Double) -> ETSSmoothing {
        var x = u
        x[index] += by
        return ETSSmoothing(free: x, form: form)
      }
      let (above, below) = (moved(step), moved(-step))
      let sum =
        gradient.alpha * (above.alpha - below.alpha) + gradient.beta * (above.beta - below.beta)
        + gradient.gamma * (above.gamma - below.gamma) + gradient.phi * (above.phi - below.phi)
      return sum / (2 * step)
    }
  }
}
