/// The recursion of complex exponential smoothing in real numbers. With the level ℓ, the information c that
/// past errors left, and the error ε,
///
///     ℓ' = ℓ − (1 − α₁) c + (α₀ − α₁) ε,   c' = ℓ + (1 − α₀) c + (α₀ + α₁) ε
///
/// of the step before, or, `simple`, of a season ago. A season is s' = s + β₀ ε, or a pair like (ℓ, c) with β
/// for α. The mean is ℓ, or ℓ + s.
struct ComplexSmoothingRecursion {
  let form: ComplexSmoothingForm
  let smoothing: ComplexSmoothing
  /// Level and information: one, or `simple` one a season, the next first from `place` on.
  private var levels: [Double]
  private var informations: [Double]
  private var seasons: [Double]
  private var partners: [Double]
  private var place = 0

  /// The beginnings that the published programs use: the mean of the first values and of the first seasons'
  /// deviations from a moving average, the imaginary parts 1/1.1 of the real ones.
  ///
  /// - Parameters:
  ///   - values: gaps filled; two seasons at least for a form with a season.
  ///   - m: 1 without a season.
  init(
    _ form: ComplexSmoothingForm, _ smoothing: ComplexSmoothing, startOf values: [Double],
    figure: [Double]
  ) {
    self.form = form
    self.smoothing = smoothing
    switch form {
    case .none, .partial, .full:
      let head = values.prefix(form == .none ? 10 : figure.count)
      levels = [head.reduce(0, +) / Double(head.count)]
    case .simple: levels = Array(values.prefix(figure.count))
    }
    informations = levels.map { $0 / 1.1 }
    seasons = form.hasOwnSeason ? figure : []
    partners = form == .full ? figure.map { $0 / 1.1 } : []
  }

  /// The same states under other parameters.
  init(_ other: ComplexSmoothingRecursion, _ smoothing: ComplexSmoothing) {
    form = other.form
    self.smoothing = smoothing
    levels = other.levels
    informations = other.informations
    seasons = other.seasons
    partners = other.partners
    place = other.place
  }

  private var length: Int { max(levels.count, seasons.count) }

  /// Mean of the next value.
  @inline(__always)
  var mean: Double {
    switch form {
    case .none: levels[0]
    case .simple: levels[place]
    case .partial, .full: levels[0] + seasons[place]
    }
  }

  /// One step on with the error of its mean, 0 where the value is not known.
  @inline(__always)
  mutating func step(_ e: Double) {
    let at = form == .simple ? place : 0
    let (level, information) = (levels[at], informations[at])
    let (a0, a1) = (smoothing.alpha0, smoothing.alpha1)
    levels[at] = level - (1 - a1) * information + (a0 - a1) * e
    informations[at] = level + (1 - a0) * information + (a0 + a1) * e
    guard form != .none else { return }
    if form == .partial { seasons[place] += smoothing.beta0 * e }
    if form == .full {
      let (season, partner) = (seasons[place], partners[place])
      let (b0, b1) = (smoothing.beta0, smoothing.beta1)
      seasons[place] = season - (1 - b1) * partner + (b0 - b1) * e
      partners[place] = season + (1 - b0) * partner + (b0 + b1) * e
    }
    place = place + 1 == length ? 0 : place + 1
  }

  /// Goes through values, the first or the last first, and gives the sum of squared errors. A missing value
  /// leaves the mean in its place.
  mutating func run(_ values: [Double], backwards: Bool = false) -> Double {
    if form == .simple { return runSimple(values, backwards) }
    let (a0, a1) = (smoothing.alpha0, smoothing.alpha1)
    let (b0, b1) = (smoothing.beta0, smoothing.beta1)
    let (isSeasonal, isFull, m, n) = (form != .none, form == .full, length, values.count)
    var (level, information, place, squares) = (levels[0], informations[0], self.place, 0.0)
    // Spans, so that a write checks its index and nothing else: this is what a search spends its time in.
    var (own, other): ([Double], [Double]) = ([], [])
    swap(&own, &seasons)
    swap(&other, &partners)
    var s = own.mutableSpan
    var r = other.mutableSpan
    for k in 0..<n {
      let y = values[backwards ? n - 1 - k : k]
      let season = isSeasonal ? s[place] : 0
      let e = y.isNaN ? 0 : y - level - season
      squares += e * e
      let before = level
      level -= (1 - a1) * information - (a0 - a1) * e
      information = before + (1 - a0) * information + (a0 + a1) * e
      guard isSeasonal else { continue }
      if isFull {
        let partner = r[place]
        s[place] = season - (1 - b1) * partner + (b0 - b1) * e
        r[place] = season + (1 - b0) * partner + (b0 + b1) * e
      } else {
        s[place] = season + b0 * e
      }
      place = place + 1 == m ? 0 : place + 1
    }
    levels[0] = level
    informations[0] = information
    seasons = own
    partners = other
    self.place = place
    return squares
  }

  private mutating func runSimple(_ values: [Double], _ backwards: Bool) -> Double {
    var squares = 0.0
    for k in values.indices {
      let y = values[backwards ? values.count - 1 - k : k]
      let e = y.isNaN ? 0 : y - mean
      squares += e * e
      step(e)
    }
    return squares
  }

  /// The states from which time runs back: those of the season to come without an error, last first.
  func turned() -> ComplexSmoothingRecursion {
    var ahead = self
    ahead.step(0)
    let (level, information) = (ahead.levels[0], ahead.informations[0])
    for _ in 1..<max(1, length) { ahead.step(0) }
    func reversed(_ ring: [Double]) -> [Double] {
      ring.isEmpty ? [] : Array((ring[ahead.place...] + ring[..<ahead.place]).reversed())
    }
    var back = self
    back.levels = form == .simple ? reversed(ahead.levels) : [level]
    back.informations = form == .simple ? reversed(ahead.informations) : [information]
    back.seasons = reversed(ahead.seasons)
    back.partners = reversed(ahead.partners)
    back.place = 0
    return back
  }

  /// The states before the first value, by a pass forward and one back from states that are only a guess.
  mutating func backcast(_ values: [Double]) {
    _ = run(values)
    self = turned()
    _ = run(values, backwards: true)
    self = turned()
  }

  /// What a unit error now adds to the values to come: c₁, c₂, …
  func response(_ horizon: Int) -> [Double] {
    var unit = self
    for j in levels.indices { (unit.levels[j], unit.informations[j]) = (0, 0) }
    for j in seasons.indices { unit.seasons[j] = 0 }
    for j in partners.indices { unit.partners[j] = 0 }
    unit.step(1)
    return (0..<horizon).map { _ in
      let mean = unit.mean
      unit.step(0)
      return mean
    }
  }
}
