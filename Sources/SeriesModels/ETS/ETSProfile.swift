import Glibc

/// The additive forms with their initial states profiled out.
///
/// With additive error and no multiplicative part the errors are affine in the initial states,
/// e(x₀) = e(0) − X x₀, where column j of X is the response to unit state j. So for given smoothing
/// parameters the best states come from least squares, and the search runs over at most four
/// numbers. That is faster than a joint search and finds better optima.
struct ETSProfile {
  let form: ETSForm
  let values: [Double]
  let season: Int
  private let observed: [Int]
  /// Zero where a value is observed, NaN elsewhere.
  private let zeros: [Double]
  /// Each state alone: level, slope, then seasons less the last, so that seasons sum to zero.
  private var units: [ETSStates] = []
  /// Sum of squares below which a fit counts as exact.
  private let floor: Double

  init(form: ETSForm, values: [Double], season: Int) {
    self.form = form
    self.values = values
    self.season = season
    observed = values.indices.filter { !values[$0].isNaN }
    zeros = values.map { $0.isNaN ? .nan : 0 }
    floor = 1e-26 * observed.reduce(1e-300) { $0 + values[$1] * values[$1] }
    units = (0..<form.stateCount(season)).map { j in
      var x = [Double](repeating: 0, count: form.stateCount(season))
      x[j] = 1
      return assembled(x)
    }
  }

  /// Best initial states and the sum of squared errors they leave.
  func states(_ smoothing: ETSSmoothing) -> (states: ETSStates, squares: Double)? {
    let count = form.stateCount(season)
    let n = observed.count
    var design = [Double](repeating: 0, count: count * n)
    for j in 0..<count { fill(&design, at: j * n, zeros, smoothing, from: units[j]) }
    var target = [Double](repeating: 0, count: n)
    fill(&target, at: 0, values, smoothing, from: assembled([Double](repeating: 0, count: count)))
    for row in 0..<n { target[row] = values[observed[row]] - target[row] }
    let solution = StateRegression(design: &design, target: &target, columns: count)
    guard solution.squares.isFinite else { return nil }
    return (assembled(solution.coefficients), max(solution.squares, floor))
  }

  /// ½ n ln SSE at free smoothing numbers, and a large number where the states cannot be had.
  func objective(_ u: [Double]) -> Double {
    guard let squares = states(ETSSmoothing(free: u[...], form: form))?.squares, squares.isFinite
    else { return 1e12 }
    return 0.5 * Double(observed.count) * Glibc.log(squares)
  }

  /// The objective with its gradient: the states are at their optimum, so only the parameters' own
  /// derivatives count.
  private func objective(_ u: [Double], _ gradient: inout [Double]) -> Double {
    let smoothing = ETSSmoothing(free: u[...], form: form)
    guard let found = states(smoothing), found.squares.isFinite,
      let whole = ETSGradient(form, smoothing, from: found.states, values, floor: floor)
    else { return 1e12 }
    gradient = ETSSmoothing.free(whole.smoothing, at: u[...], form: form)
    return whole.value
  }

  /// The best of searches from the three most promising starts, and from `warm`.
  func best(warm: ETSSmoothing?) -> (smoothing: ETSSmoothing, states: ETSStates)? {
    let starts = ETSSmoothing.starts(form: form).map { $0.free(form: form) }
    let ranked = starts.map { (u: $0, value: objective($0)) }.sorted { $0.value < $1.value }
    var begin = ranked.prefix(3).map(\.u)
    if let warm { begin = [warm.free(form: form), ranked[0].u] }
    var rough: (point: [Double], value: Double)?
    for u in begin {
      let found = searchedMinimum(
        from: u, isRough: true, iterations: 100, gradient: { objective($0, &$1) })
      if found.value < rough?.value ?? .infinity { rough = found }
    }
    guard let rough else { return nil }
    let best = ETSSmoothing.snapped(
      searchedMinimum(
        from: rough.point, iterations: 200, gradient: { objective($0, &$1) }), form: form
    ) { objective($0) }
    let smoothing = ETSSmoothing(free: best.point[...], form: form)
    return states(smoothing).map { (smoothing, $0.states) }
  }

  private func assembled(_ x: [Double]) -> ETSStates {
    let trend = form.hasTrend ? 1 : 0
    guard form.isSeasonal else { return ETSStates(level: x[0], slope: trend == 1 ? x[1] : 0) }
    let free = Array(x[(1 + trend)...])
    return ETSStates(
      level: x[0], slope: trend == 1 ? x[1] : 0, seasons: free + [-free.reduce(0, +)])
  }

  /// Means of the observed steps, from `place` on.
  private func fill(
    _ column: inout [Double], at place: Int, _ values: [Double], _ smoothing: ETSSmoothing,
    from states: ETSStates
  ) {
    var recursion = ETSRecursion(form, smoothing, from: states)
    var place = place
    for y in values {
      if !y.isNaN {
        column[place] = recursion.mean
        place += 1
      }
      recursion.step(y)
    }
  }
}
