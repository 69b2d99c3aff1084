import Glibc
import Kernel

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
  /// Sum of squares below which a fit counts as exact.
  private let floor: Double

  init(form: ETSForm, values: [Double], season: Int) {
    self.form = form
    self.values = values
    self.season = season
    observed = values.indices.filter { !values[$0].isNaN }
    floor = 1e-26 * observed.reduce(1e-300) { $0 + values[$1] * values[$1] }
  }

  /// Best initial states and the sum of squared errors they leave.
  func states(_ smoothing: ETSSmoothing) -> (states: ETSStates, squares: Double)? {
    let count = form.stateCount(season)
    let zero = values.map { $0.isNaN ? Double.nan : 0 }
    var design: [Double] = []
    design.reserveCapacity(count * observed.count)
    for j in 0..<count { append(means(zero, smoothing, from: unit(j)), to: &design) }
    var target: [Double] = []
    let start = ETSStates(level: 0, seasons: unit(0).seasons.map { _ in 0 })
    append(means(values, smoothing, from: start), to: &target)
    for (row, t) in observed.enumerated() { target[row] = values[t] - target[row] }
    let X = Matrix(rows: observed.count, columns: count, values: design)
    guard let solution = try? leastSquares(X, target) else { return nil }
    return (assembled(solution.coefficients), max(solution.residualSumOfSquares, floor))
  }

  /// ½ n ln SSE at free smoothing numbers, and a large number where the states cannot be had.
  func objective(_ u: [Double]) -> Double {
    guard let squares = states(ETSSmoothing(free: u[...], form: form))?.squares, squares.isFinite
    else { return 1e12 }
    return 0.5 * Double(observed.count) * Glibc.log(squares)
  }

  /// The best of searches from the three most promising starts, and from `warm`.
  func best(warm: ETSSmoothing?) -> (smoothing: ETSSmoothing, states: ETSStates)? {
    let starts = ETSSmoothing.starts(form: form).map { $0.free(form: form) }
    let ranked = starts.map { (u: $0, value: objective($0)) }.sorted { $0.value < $1.value }
    var begin = ranked.prefix(3).map(\.u)
    if let warm { begin = [warm.free(form: form), ranked[0].u] }
    var best: (point: [Double], value: Double)?
    for u in begin {
      let found = ETSSmoothing.snapped(
        searchedMinimum(from: u, iterations: 200) { objective($0) }, form: form
      ) { objective($0) }
      if found.value < best?.value ?? .infinity { best = found }
    }
    guard let best else { return nil }
    let smoothing = ETSSmoothing(free: best.point[...], form: form)
    return states(smoothing).map { (smoothing, $0.states) }
  }

  /// State j alone: level, slope, then seasons less the last, so that seasons sum to zero.
  private func unit(_ j: Int) -> ETSStates {
    var x = [Double](repeating: 0, count: form.stateCount(season))
    x[j] = 1
    return assembled(x)
  }

  private func assembled(_ x: [Double]) -> ETSStates {
    let trend = form.hasTrend ? 1 : 0
    guard form.isSeasonal else { return ETSStates(level: x[0], slope: trend == 1 ? x[1] : 0) }
    let free = Array(x[(1 + trend)...])
    return ETSStates(
      level: x[0], slope: trend == 1 ? x[1] : 0, seasons: free + [-free.reduce(0, +)])
  }

  private func means(
    _ values: [Double], _ smoothing: ETSSmoothing, from states: ETSStates
  ) -> [Double] {
    var recursion = ETSRecursion(form, smoothing, from: states)
    var means = [Double](repeating: 0, count: values.count)
    for t in values.indices {
      means[t] = recursion.mean
      recursion.step(values[t])
    }
    return means
  }

  private func append(_ means: [Double], to column: inout [Double]) {
    for t in observed { column.append(means[t]) }
  }
}
