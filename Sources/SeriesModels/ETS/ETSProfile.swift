import Glibc

/// The additive forms with their initial states profiled out.
///
/// With additive error and no multiplicative part the errors are affine in the initial states,
/// e(x₀) = e(0) − X x₀, where column j of X is the response to unit state j. So for given smoothing
/// parameters the best states come from least squares, and the search runs over at most four
/// numbers. That is faster than a joint search and finds better optima.
///
/// Season j alone has no effect before step j and that of season 0, j steps later, from then on: with
/// no value missing one recursion gives all seasons' columns, and their products follow from one another.
struct ETSProfile {
  /// Initial states and what they leave.
  struct Solution {
    let states: ETSStates
    let squares: Double
    /// Cholesky factor of the columns' products, lower triangle; `nil` where reflections were needed.
    let factor: [Double]?
  }

  typealias Start = (smoothing: ETSSmoothing, solution: Solution)

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
  ///
  /// The normal equations' where they are well conditioned and leave more than 1e-16 of the values' squares.
  func states(_ smoothing: ETSSmoothing) -> Solution? {
    if let quick = solvedEquations(smoothing) { return quick }
    let count = form.stateCount(season)
    let n = observed.count
    var design = design(smoothing)
    var target = target(smoothing)
    let solution = StateRegression(design: &design, target: &target, columns: count)
    guard solution.squares.isFinite, n > 0 else { return nil }
    return Solution(
      states: assembled(solution.coefficients), squares: max(solution.squares, floor), factor: nil)
  }

  private func solvedEquations(_ smoothing: ETSSmoothing) -> Solution? {
    guard let (states, factor) = equationStates(smoothing) else { return nil }
    var recursion = ETSRecursion(form, smoothing, from: states)
    let squares = recursion.run(values).squares
    guard isTrusted(squares) else { return nil }
    return Solution(states: states, squares: squares, factor: factor)
  }

  private func isTrusted(_ squares: Double) -> Bool { squares.isFinite && squares > 1e10 * floor }

  /// States by the normal equations, not yet trusted, and the factor of these.
  private func equationStates(
    _ smoothing: ETSSmoothing
  ) -> (states: ETSStates, factor: [Double])? {
    let whole = form.isSeasonal && observed.count == values.count
    let (products, right) = whole ? shiftedProducts(smoothing) : products(smoothing)
    return StateEquations(products: products, right: right).map {
      (assembled($0.coefficients), $0.factor)
    }
  }

  /// X'X, lower triangle, and X'y.
  private func products(_ smoothing: ETSSmoothing) -> ([Double], [Double]) {
    let k = form.stateCount(season)
    let n = observed.count
    let (target, design) =
      form.isSeasonal ? (target(smoothing), design(smoothing)) : responses(smoothing)
    var products = [Double](repeating: 0, count: k * k)
    var right = [Double](repeating: 0, count: k)
    for i in 0..<k {
      for j in 0...i {
        products[i * k + j] = StateEquations.product(design, i * n, design, j * n, n)
      }
      right[i] = StateEquations.product(design, i * n, target, 0, n)
    }
    return (products, right)
  }

  /// The same with no value missing: with g the response to season 0, season j's is g(t − j), and
  /// Σ g(t−i−1) g(t−j−1) = Σ g(t−i) g(t−j) − g(n−1−i) g(n−1−j). The last season is then taken off the others.
  private func shiftedProducts(_ smoothing: ETSSmoothing) -> ([Double], [Double]) {
    let n = values.count
    let base = form.hasTrend ? 2 : 1
    let m = season
    let (target, columns) = responses(smoothing)
    let g = base * n
    /// Σ of a column from step `lag` on, times the response to season `lag`.
    func lagged(_ x: [Double], _ at: Int, _ lag: Int) -> Double {
      StateEquations.product(x, at + lag, columns, g, n - lag)
    }
    let k = base + m - 1
    var products = [Double](repeating: 0, count: k * k)
    var right = [Double](repeating: 0, count: k)
    for i in 0..<base {
      for j in 0...i {
        products[i * k + j] = StateEquations.product(columns, i * n, columns, j * n, n)
      }
      right[i] = StateEquations.product(columns, i * n, target, 0, n)
      let last = lagged(columns, i * n, m - 1)
      for j in 0..<(m - 1) {
        products[(base + j) * k + i] = lagged(columns, i * n, j) - last
      }
    }
    let last = lagged(target, 0, m - 1)
    for j in 0..<(m - 1) { right[base + j] = lagged(target, 0, j) - last }
    let seasons = seasonProducts(columns, g, n)
    let corner = seasons[m * m - 1]
    for i in 0..<(m - 1) {
      for j in 0...i {
        products[(base + i) * k + base + j] =
          seasons[i * m + j] - seasons[(m - 1) * m + i] - seasons[(m - 1) * m + j] + corner
      }
    }
    return (products, right)
  }

  /// Products of the seasons' columns with one another, lower triangle.
  private func seasonProducts(_ columns: [Double], _ g: Int, _ n: Int) -> [Double] {
    let m = season
    var products = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      products[i * m] = StateEquations.product(columns, g + i, columns, g, n - i)
    }
    for i in 1..<m {
      for j in 1...i {
        products[i * m + j] =
          products[(i - 1) * m + j - 1] - columns[g + n - i] * columns[g + n - j]
      }
    }
    return products
  }

  /// Values less their means from states of zero, and the means that level, slope and the next season have
  /// alone, as far as the form has them, one behind another: four recursions side by side. With a season no
  /// value may be missing.
  private func responses(
    _ smoothing: ETSSmoothing
  ) -> (target: [Double], columns: [Double]) {
    let n = observed.count
    let (alpha, beta, gamma, phi) = (
      smoothing.alpha, smoothing.beta, smoothing.gamma, smoothing.phi
    )
    let (hasTrend, isSeasonal) = (form.hasTrend, form.isSeasonal)
    var cycle = [SIMD4<Double>](repeating: .zero, count: isSeasonal ? season : 1)
    if isSeasonal { cycle[0] = SIMD4(0, 0, 0, 1) }
    var level = SIMD4<Double>(0, 1, 0, 0)
    var slope = hasTrend ? SIMD4<Double>(0, 0, 1, 0) : .zero
    var place = 0
    var row = 0
    let ofSeason = hasTrend ? 2 * n : n
    var target = [Double](repeating: 0, count: n)
    var columns = [Double](repeating: 0, count: isSeasonal ? ofSeason + n : ofSeason)
    for y in values {
      let damped = phi * slope
      let q = level + damped
      if y.isNaN {
        level = q
        slope = damped
        continue
      }
      let s = cycle[place]
      let mean = isSeasonal ? q + s : q
      target[row] = y - mean.x
      columns[row] = mean.y
      if hasTrend { columns[n + row] = mean.z }
      let observed = SIMD4<Double>(y, 0, 0, 0)
      var move = observed - q
      if isSeasonal {
        columns[ofSeason + row] = mean.w
        cycle[place] = s + gamma * (move - s)
        place = place + 1 == season ? 0 : place + 1
        move = observed - s - q
      }
      level = q + alpha * move
      if hasTrend { slope = damped + beta * move }
      row += 1
    }
    return (target, columns)
  }

  private func design(_ smoothing: ETSSmoothing) -> [Double] {
    let count = form.stateCount(season)
    let n = observed.count
    var design = [Double](repeating: 0, count: count * n)
    for j in 0..<count { fill(&design, at: j * n, zeros, smoothing, from: units[j]) }
    return design
  }

  /// Values less their means from states of zero.
  private func target(_ smoothing: ETSSmoothing) -> [Double] {
    let n = observed.count
    var target = [Double](repeating: 0, count: n)
    let nothing = assembled([Double](repeating: 0, count: form.stateCount(season)))
    fill(&target, at: 0, values, smoothing, from: nothing)
    for row in 0..<n { target[row] = values[observed[row]] - target[row] }
    return target
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
    if let (states, _) = equationStates(smoothing),
      let whole = ETSGradient(form, smoothing, from: states, values, floor: floor),
      isTrusted(whole.squares)
    {
      gradient = ETSSmoothing.free(whole.smoothing, at: u[...], form: form)
      return whole.value
    }
    guard let found = states(smoothing), found.squares.isFinite,
      let whole = ETSGradient(form, smoothing, from: found.states, values, floor: floor)
    else { return 1e12 }
    gradient = ETSSmoothing.free(whole.smoothing, at: u[...], form: form)
    return whole.value
  }

  /// The smoothing parameters where searches begin, best first, with the states that they have.
  func starts() -> [Start] {
    ETSSmoothing.starts(form: form).compactMap { smoothing in
      states(smoothing).map { (smoothing, $0) }
    }.sorted { $0.solution.squares < $1.solution.squares }
  }

  /// The best of searches from the three most promising starts, or from `warm` and the first of them.
  func best(warm: ETSSmoothing?) -> (smoothing: ETSSmoothing, states: ETSStates)? {
    rough(from: starts(), warm: warm).flatMap(polished)
  }

  /// Free smoothing numbers near the optimum, and the objective there.
  func rough(from starts: [Start], warm: ETSSmoothing?) -> (point: [Double], value: Double)? {
    let begin =
      warm.map { [$0] + starts.prefix(1).map(\.smoothing) }
      ?? starts.prefix(3).map(\.smoothing)
    var rough: (point: [Double], value: Double)?
    for smoothing in begin {
      let found = searchedMinimum(
        from: smoothing.free(form: form), isRough: true, iterations: 100,
        gradient: { objective($0, &$1) })
      if found.value < rough?.value ?? .infinity { rough = found }
    }
    return rough
  }

  /// The optimum near such numbers.
  func polished(
    _ rough: (point: [Double], value: Double)
  ) -> (smoothing: ETSSmoothing, states: ETSStates)? {
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
