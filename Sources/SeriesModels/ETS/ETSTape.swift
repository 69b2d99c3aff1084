/// A pass of the recursion forward that keeps what the way back needs.
struct ETSTape {
  /// ℓ + φ b before each step, and its season and slope; the first two where the season multiplies only.
  private(set) var levels: [Double] = []
  private(set) var seasons: [Double] = []
  private(set) var slopes: [Double]
  /// y − μ, NaN at a missing value.
  private(set) var errors: [Double]
  /// Σ e², relative errors with multiplicative error.
  private(set) var squares = 0.0
  /// Σ ln μ with multiplicative error.
  private(set) var logMeans = 0.0
  private(set) var observed = 0

  /// - Returns: `nil` where a mean is not above zero that the form divides by, where sums are not finite, and
  ///   without an observed value.
  init?(
    _ form: ETSForm, _ parameters: ETSSmoothing, from initial: ETSStates, _ values: [Double]
  ) {
    slopes = [Double](repeating: 0, count: values.count)
    errors = [Double](repeating: .nan, count: values.count)
    let isRelative = form.error == .multiplicative
    let isPositive =
      switch form.season {
      case .none, .additive: runAdded(form, parameters, initial, values, isRelative)
      case .multiplicative: runMultiplied(form, parameters, initial, values, isRelative)
      }
    guard isPositive, squares.isFinite, observed > 0 else { return nil }
  }

  /// - Returns: whether every mean that is divided by is above zero.
  private mutating func runAdded(
    _ form: ETSForm, _ parameters: ETSSmoothing, _ initial: ETSStates, _ values: [Double],
    _ isRelative: Bool
  ) -> Bool {
    let (alpha, beta, gamma, phi) = (
      parameters.alpha, parameters.beta, parameters.gamma, parameters.phi
    )
    let isSeasonal = form.isSeasonal
    let hasTrend = form.hasTrend
    var cycle = isSeasonal ? initial.seasons : [0]
    var (level, slope) = (initial.level, initial.slope)
    var place = 0
    var logarithm = ProductLogarithm()
    var sum = 0.0
    for t in values.indices {
      let y = values[t]
      let damped = phi * slope
      let q = level + damped
      slopes[t] = slope
      level = q
      slope = damped
      if !y.isNaN {
        let season = cycle[place]
        let mean = q + season
        let e = y - mean
        errors[t] = e
        if isRelative {
          if mean <= 0 { return false }
          let relative = e / mean
          sum += relative * relative
          logarithm.add(mean)
        } else {
          sum += e * e
        }
        observed += 1
        level = q + alpha * e
        if hasTrend { slope = damped + beta * e }
        if isSeasonal { cycle[place] = season + gamma * e }
      }
      place = place + 1 == cycle.count ? 0 : place + 1
    }
    squares = sum
    logMeans = logarithm.value
    return true
  }

  private mutating func runMultiplied(
    _ form: ETSForm, _ parameters: ETSSmoothing, _ initial: ETSStates, _ values: [Double],
    _ isRelative: Bool
  ) -> Bool {
    let (alpha, beta, gamma, phi) = (
      parameters.alpha, parameters.beta, parameters.gamma, parameters.phi
    )
    let hasTrend = form.hasTrend
    levels = [Double](repeating: 0, count: values.count)
    seasons = [Double](repeating: 0, count: values.count)
    var cycle = initial.seasons
    var (level, slope) = (initial.level, initial.slope)
    var place = 0
    var logarithm = ProductLogarithm()
    var sum = 0.0
    for t in values.indices {
      let y = values[t]
      let damped = phi * slope
      let q = level + damped
      slopes[t] = slope
      levels[t] = q
      level = q
      slope = damped
      let season = cycle[place]
      seasons[t] = season
      if !y.isNaN {
        let mean = q * season
        let e = y - mean
        errors[t] = e
        if isRelative {
          if mean <= 0 { return false }
          let relative = e / mean
          sum += relative * relative
          logarithm.add(mean)
        } else {
          sum += e * e
        }
        observed += 1
        let move = e / season
        level = q + alpha * move
        if hasTrend { slope = damped + beta * move }
        cycle[place] = season + gamma * (e / q)
      }
      place = place + 1 == cycle.count ? 0 : place + 1
    }
    squares = sum
    logMeans = logarithm.value
    return true
  }
}
