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
  let value: Double
  /// Σ e².
  let squares: Double
  /// By α, β, γ, φ.
  private(set) var smoothing = ETSSmoothing(alpha: 0, phi: 0)
  /// By the initial states, the next season first.
  private(set) var states: ETSStates

  private let form: ETSForm
  private let parameters: ETSSmoothing
  /// n/Σe², or 0 where the sum is at its floor.
  private let weight: Double

  /// - Parameter floor: least Σ e² that counts.
  /// - Returns: `nil` where a mean is not above zero that the form divides by, or sums are not finite.
  init?(
    _ form: ETSForm, _ parameters: ETSSmoothing, from initial: ETSStates, _ values: [Double],
    floor: Double
  ) {
    guard let tape = ETSTape(form, parameters, from: initial, values) else { return nil }
    let n = Double(tape.observed)
    self.form = form
    self.parameters = parameters
    value = 0.5 * n * Glibc.log(max(tape.squares, floor)) + tape.logMeans
    squares = tape.squares
    weight = tape.squares > floor ? n / tape.squares : 0
    states = ETSStates(
      level: 0, slope: 0, seasons: [Double](repeating: 0, count: initial.seasons.count))
    switch form.season {
    case .none: backWithoutSeason(tape, values)
    case .additive: backWithAddedSeason(tape, values)
    case .multiplicative: backWithMultipliedSeason(tape, values)
    }
  }

  /// ∂/∂μ of what a step adds itself.
  @inline(__always)
  private func ofMean(_ e: Double, _ y: Double) -> Double {
    guard form.error == .multiplicative else { return -weight * e }
    let inverse = 1 / (y - e)
    return (1 - weight * e * y * inverse * inverse) * inverse
  }

  private mutating func backWithoutSeason(_ tape: ETSTape, _ values: [Double]) {
    let (alpha, beta, phi) = (parameters.alpha, parameters.beta, parameters.phi)
    let hasTrend = form.hasTrend
    var (level, slope) = (0.0, 0.0)
    var (ofAlpha, ofBeta, ofPhi) = (0.0, 0.0, 0.0)
    for t in values.indices.reversed() {
      let e = tape.errors[t]
      var q = level
      if !e.isNaN {
        ofAlpha += level * e
        ofBeta += slope * e
        q += ofMean(e, values[t]) - level * alpha - slope * beta
      }
      level = q
      if hasTrend {
        let damped = q + slope
        ofPhi += damped * tape.slopes[t]
        slope = phi * damped
      }
    }
    finish(level, slope, ofAlpha, ofBeta, 0, ofPhi)
  }

  private mutating func backWithAddedSeason(_ tape: ETSTape, _ values: [Double]) {
    let (alpha, beta, gamma, phi) = (
      parameters.alpha, parameters.beta, parameters.gamma, parameters.phi
    )
    let hasTrend = form.hasTrend
    var seasons = states.seasons
    var place = values.count % seasons.count
    var (level, slope) = (0.0, 0.0)
    var (ofAlpha, ofBeta, ofGamma, ofPhi) = (0.0, 0.0, 0.0, 0.0)
    for t in values.indices.reversed() {
      place = place == 0 ? seasons.count - 1 : place - 1
      let e = tape.errors[t]
      var q = level
      if !e.isNaN {
        let season = seasons[place]
        ofAlpha += level * e
        ofBeta += slope * e
        ofGamma += season * e
        let mean = ofMean(e, values[t]) - level * alpha - slope * beta - season * gamma
        q += mean
        seasons[place] = season + mean
      }
      level = q
      if hasTrend {
        let damped = q + slope
        ofPhi += damped * tape.slopes[t]
        slope = phi * damped
      }
    }
    states.seasons = seasons
    finish(level, slope, ofAlpha, ofBeta, ofGamma, ofPhi)
  }

  private mutating func backWithMultipliedSeason(_ tape: ETSTape, _ values: [Double]) {
    let (alpha, beta, gamma, phi) = (
      parameters.alpha, parameters.beta, parameters.gamma, parameters.phi
    )
    let hasTrend = form.hasTrend
    var seasons = states.seasons
    var place = values.count % seasons.count
    var (level, slope) = (0.0, 0.0)
    var (ofAlpha, ofBeta, ofGamma, ofPhi) = (0.0, 0.0, 0.0, 0.0)
    for t in values.indices.reversed() {
      place = place == 0 ? seasons.count - 1 : place - 1
      let e = tape.errors[t]
      var q = level
      if !e.isNaN {
        let (before, s) = (tape.levels[t], tape.seasons[t])
        let scale = 1 / s
        let seasonScale = 1 / before
        let season = seasons[place]
        let move = (level * alpha + slope * beta) * scale
        let seasonMove = season * gamma * seasonScale
        ofAlpha += level * e * scale
        ofBeta += slope * e * scale
        ofGamma += season * e * seasonScale
        let mean = ofMean(e, values[t]) - move - seasonMove
        q += mean * s - seasonMove * e * seasonScale
        seasons[place] = season + mean * before - move * e * scale
      }
      level = q
      if hasTrend {
        let damped = q + slope
        ofPhi += damped * tape.slopes[t]
        slope = phi * damped
      }
    }
    states.seasons = seasons
    finish(level, slope, ofAlpha, ofBeta, ofGamma, ofPhi)
  }

  private mutating func finish(
    _ level: Double, _ slope: Double, _ alpha: Double, _ beta: Double, _ gamma: Double,
    _ phi: Double
  ) {
    states.level = level
    states.slope = slope
    smoothing = ETSSmoothing(
      alpha: alpha, beta: form.hasTrend ? beta : 0, gamma: gamma, phi: form.hasTrend ? phi : 0)
  }
}

extension ETSSmoothing {
  /// Derivatives by the free numbers, from those by the parameters.
  ///
  /// A parameter is `lower + (upper − lower) s` with the logistic share s of its number, and the bounds of β
  /// and γ move with α: ∂β/∂α = s of β, ∂γ/∂α = −s of γ.
  static func free(
    _ gradient: ETSSmoothing, at u: ArraySlice<Double>, form: ETSForm
  ) -> [Double] {
    let least = Self.least
    var index = u.startIndex
    func share() -> Double {
      index += 1
      return 1 / (1 + Glibc.exp(-u[index - 1]))
    }
    let ofLevel = share()
    let alpha = least + (1 - 2 * least) * ofLevel
    var byAlpha = gradient.alpha
    var rest: [Double] = []
    if form.hasTrend {
      let s = share()
      byAlpha += gradient.beta * s
      rest.append(gradient.beta * (alpha - least) * s * (1 - s))
    }
    if form.isSeasonal {
      let s = share()
      byAlpha -= gradient.gamma * s
      rest.append(gradient.gamma * (1 - alpha - least) * s * (1 - s))
    }
    if form.trend == .damped {
      let s = share()
      let range = dampings.upperBound - dampings.lowerBound
      rest.append(gradient.phi * range * s * (1 - s))
    }
    return [byAlpha * (1 - 2 * least) * ofLevel * (1 - ofLevel)] + rest
  }
}
