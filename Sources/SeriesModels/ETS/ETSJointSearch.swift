import Glibc

/// Forms with a multiplicative part: smoothing parameters and initial states searched together,
/// from the states that the additive form of the same trend profiles out.
///
/// The objective is ½ n ln Σ e² + Σ ln μ with relative errors e. A pass costs a few operations a
/// step, its derivatives by all numbers some four times as many. The states are counted in units in which
/// the additive form's objective curves alike in all directions, δ = σ L'⁻¹ z with L L' = X'X and σ² the
/// mean squared error, so that the search is short however many there are.
struct ETSJointSearch {
  /// Free smoothing numbers and states near an optimum.
  struct Draft {
    fileprivate let found: (point: [Double], value: Double)
    fileprivate let start: Start
    let form: ETSForm

    var value: Double { found.value }
    var smoothing: ETSSmoothing {
      ETSSmoothing(free: found.point[..<form.smoothingCount], form: form)
    }
  }

  let form: ETSForm
  let values: [Double]
  let season: Int

  /// The best of searches from the additive optimum, from `warm`, and from a quick smoother.
  func best(warm: ETSSmoothing?) -> (smoothing: ETSSmoothing, states: ETSStates)? {
    let profile = ETSProfile(form: form.additive, values: values, season: season)
    let starts = profile.starts()
    var further = warm.map { [$0] } ?? []
    if let found = profile.rough(from: starts, warm: warm).flatMap(profile.polished) {
      further.append(found.smoothing)
    }
    let added = further.compactMap { smoothing in profile.states(smoothing).map { (smoothing, $0) }
    }
    return rough(from: starts + added).map(polished)
  }

  /// The better of searches from the two most promising starts.
  func rough(from starts: [ETSProfile.Start]) -> Draft? {
    let ranked =
      starts.map { start($0.smoothing, $0.solution) }
      .filter { $0.value < 1e11 }.sorted { $0.value < $1.value }
    var best: Draft?
    for start in ranked.prefix(2) {
      let found = searchedMinimum(
        from: start.free, isRough: true, iterations: 150,
        gradient: { objective($0, start, &$1) })
      if found.value < best?.found.value ?? .infinity {
        best = Draft(found: found, start: start, form: form)
      }
    }
    return best
  }

  func polished(_ draft: Draft) -> (smoothing: ETSSmoothing, states: ETSStates) {
    let found = ETSSmoothing.snapped(
      searchedMinimum(
        from: draft.found.point, iterations: 300,
        gradient: { objective($0, draft.start, &$1) }),
      form: form
    ) { objective($0, draft.start) }
    let count = form.smoothingCount
    return (
      ETSSmoothing(free: found.point[..<count], form: form),
      states(found.point[count...], draft.start)
    )
  }

  /// A beginning: free smoothing numbers followed by zeros for the states, which are counted from
  /// these in units of `scale`.
  fileprivate struct Start {
    let free: [Double]
    let states: ETSStates
    let scale: Double
    /// L, lower triangle; `nil` for states counted each for itself.
    let factor: [Double]?
    var value: Double
  }

  private func start(_ smoothing: ETSSmoothing, _ additive: ETSProfile.Solution) -> Start {
    let observed = values.filter { !$0.isNaN }
    let count = Double(observed.count)
    let mean = observed.reduce(0, +) / count
    var states = additive.states
    if form.season == .multiplicative {
      let level = max(states.level, 0.1 * mean)
      let ratios = states.seasons.map { max(0.05, 1 + $0 / level) }
      let centre = ratios.reduce(0, +) / Double(ratios.count)
      states = ETSStates(
        level: level, slope: states.slope, seasons: ratios.map { $0 / centre })
    }
    let squares = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let spread =
      additive.factor == nil
      ? 0.2 * (squares / count).squareRoot() : (additive.squares / count).squareRoot()
    let free =
      smoothing.free(form: form)
      + [Double](repeating: 0, count: form.stateCount(season))
    var start = Start(
      free: free, states: states, scale: max(spread, 1e-6 * abs(mean)), factor: additive.factor,
      value: 0)
    start.value = objective(free, start)
    return start
  }

  /// Changes of level, slope and seasons but the last, all in the values' unit.
  private func moves(_ z: ArraySlice<Double>, _ start: Start) -> [Double] {
    let z = z.map { $0 * start.scale }
    if let factor = start.factor { return StateEquations.transposedSolution(factor, z) }
    return form.hasTrend ? [z[0], 0.1 * z[1]] + z[2...] : z
  }

  /// Derivatives by z from those by the moves.
  private func unmoved(_ gradient: [Double], _ start: Start) -> [Double] {
    let z = gradient.map { $0 * start.scale }
    if let factor = start.factor { return StateEquations.solution(factor, z) }
    return form.hasTrend ? [z[0], 0.1 * z[1]] + z[2...] : z
  }

  /// What a season changes by where the additive form's changes by one.
  private func seasonUnit(_ start: Start) -> Double {
    form.season == .multiplicative ? 1 / abs(start.states.level) : 1
  }

  private func states(_ z: ArraySlice<Double>, _ start: Start) -> ETSStates {
    let moves = moves(z, start)
    var states = start.states
    states.level += moves[0]
    if form.hasTrend { states.slope += moves[1] }
    guard form.isSeasonal else { return states }
    let unit = seasonUnit(start)
    let base = form.hasTrend ? 2 : 1
    var shift = 0.0
    for j in 0..<(season - 1) {
      let change = moves[base + j] * unit
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
    var ofStates = [whole.states.level]
    if form.hasTrend { ofStates.append(whole.states.slope) }
    if form.isSeasonal {
      let unit = seasonUnit(start)
      let last = whole.states.seasons[season - 1]
      for j in 0..<(season - 1) { ofStates.append((whole.states.seasons[j] - last) * unit) }
    }
    gradient =
      ETSSmoothing.free(whole.smoothing, at: x[..<count], form: form)
      + unmoved(ofStates, start)
    return whole.value
  }
}
