import Glibc

/// Forms with a multiplicative part: smoothing parameters and initial states searched together,
/// from the states that the additive form of the same trend profiles out.
///
/// The objective is ½ n ln Σ e² + Σ ln μ with relative errors e. A pass costs a few operations a
/// step, its derivatives by all numbers some four times as many.
struct ETSJointSearch {
  let form: ETSForm
  let values: [Double]
  let season: Int
  /// Optimum of the additive form of the same trend and season, where it is known already.
  let additive: ETSSmoothing?

  /// The best of searches from the additive optimum, from `warm`, and from a quick smoother.
  func best(warm: ETSSmoothing?) -> (smoothing: ETSSmoothing, states: ETSStates)? {
    let profile = ETSProfile(form: form.additive, values: values, season: season)
    var starts = ETSSmoothing.starts(form: form)
    if let warm { starts.append(warm) }
    if let found = additive ?? profile.best(warm: warm)?.smoothing { starts.append(found) }
    let ranked =
      starts.compactMap { smoothing -> Start? in
        guard let states = profile.states(smoothing)?.states else { return nil }
        return start(smoothing, states)
      }
      .filter { $0.value < 1e11 }.sorted { $0.value < $1.value }
    var best: (found: (point: [Double], value: Double), start: Start)?
    for start in ranked.prefix(2) {
      let found = searchedMinimum(
        from: start.free, isRough: true, iterations: 150,
        gradient: { objective($0, start, &$1) })
      if found.value < best?.found.value ?? .infinity { best = (found, start) }
    }
    guard let best else { return nil }
    let found = ETSSmoothing.snapped(
      searchedMinimum(
        from: best.found.point, iterations: 300, gradient: { objective($0, best.start, &$1) }),
      form: form
    ) { objective($0, best.start) }
    let count = form.smoothingCount
    return (
      ETSSmoothing(free: found.point[..<count], form: form),
      states(found.point[count...], best.start)
    )
  }

  /// A beginning: free smoothing numbers followed by zeros for the states, which are counted from
  /// these in units of `scale`.
  private struct Start {
    let free: [Double]
    let states: ETSStates
    let scale: Double
    var value: Double
  }

  private func start(_ smoothing: ETSSmoothing, _ additive: ETSStates) -> Start {
    let observed = values.filter { !$0.isNaN }
    let mean = observed.reduce(0, +) / Double(observed.count)
    var states = additive
    if form.season == .multiplicative {
      let level = max(states.level, 0.1 * mean)
      let ratios = states.seasons.map { max(0.05, 1 + $0 / level) }
      let centre = ratios.reduce(0, +) / Double(ratios.count)
      states = ETSStates(
        level: level, slope: states.slope, seasons: ratios.map { $0 / centre })
    }
    let squares = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = max((squares / Double(observed.count)).squareRoot(), 1e-6 * abs(mean))
    let free =
      smoothing.free(form: form)
      + [Double](repeating: 0, count: form.stateCount(season))
    var start = Start(free: free, states: states, scale: 0.2 * scale, value: 0)
    start.value = objective(free, start)
    return start
  }

  private func states(_ z: ArraySlice<Double>, _ start: Start) -> ETSStates {
    var states = start.states
    var index = z.startIndex
    func next() -> Double {
      index += 1
      return z[index - 1] * start.scale
    }
    states.level += next()
    if form.hasTrend { states.slope += 0.1 * next() }
    guard form.isSeasonal else { return states }
    let unit = form.season == .multiplicative ? 1 / abs(start.states.level) : 1
    var shift = 0.0
    for j in 0..<(season - 1) {
      let change = next() * unit
      states.seasons[j] += change
      shift += change
    }
    states.seasons[season - 1] -= shift
    return states
  }

  private func objective(_ x: [Double], _ start: Start) -> Double {
    let count = form.smoothingCount
    let smoothing = ETSSmoothing(free: x[..<count], form: form)
    var recursion = ETSRecursion(form, smoothing, from: states(x[count...], start))
    let pass = recursion.run(values)
    guard pass.isValid, pass.observed > 0 else { return 1e12 }
    let squares = max(pass.squares, 1e-26 * Double(values.count))
    return 0.5 * Double(pass.observed) * Glibc.log(squares) + pass.logMeans
  }

  /// The objective with its gradient.
  private func objective(_ x: [Double], _ start: Start, _ gradient: inout [Double]) -> Double {
    let count = form.smoothingCount
    let smoothing = ETSSmoothing(free: x[..<count], form: form)
    let floor = 1e-26 * Double(values.count)
    guard
      let whole = ETSGradient(
        form, smoothing, from: states(x[count...], start), values, floor: floor)
    else { return 1e12 }
    gradient = ETSSmoothing.free(whole.smoothing, at: x[..<count], form: form)
    gradient.append(whole.states.level * start.scale)
    if form.hasTrend { gradient.append(0.1 * whole.states.slope * start.scale) }
    guard form.isSeasonal else { return whole.value }
    let unit = form.season == .multiplicative ? 1 / abs(start.states.level) : 1
    let last = whole.states.seasons[season - 1]
    for j in 0..<(season - 1) {
      gradient.append((whole.states.seasons[j] - last) * start.scale * unit)
    }
    return whole.value
  }
}
