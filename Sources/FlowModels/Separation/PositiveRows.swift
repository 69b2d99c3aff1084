import Kernel

/// The rows of positive flows as a matrix `A` over all parameters, never stored, and the two questions
/// separation puts to it.
///
/// Parameters are the levels of the effects, then the regressors with their fit on the effects taken
/// away, each of length 1.
struct PositiveRows {
  private let x: [[Double]]
  /// What took the regressors to `x`: effects by level, and the length that was divided by.
  private let explained: [[Double]]
  private let lengths: [Double]
  private let effects: [Grouping]
  private let offsets: [Int]
  private let levelCount: Int
  private let width: Int
  private let positive: [Int]
  private let zero: [Int]
  /// Inverse diagonal of `A'A`, 0 for parameters that no positive row has.
  private let inverse: [Double]

  init(_ design: RegressionDesign, hasIntercept: Bool) {
    let rows = design.count
    effects = hasIntercept ? [Grouping.constant(rows: rows)] : design.effects
    let space = EffectSpace(effects, rows: rows)
    let ones = [Double](repeating: 1, count: rows)
    var x: [[Double]] = []
    var explained: [[Double]] = []
    var lengths: [Double] = []
    for column in design.x {
      var fit = [Double](repeating: 0, count: space.levelCount)
      let rest = space.residual(column, weights: ones, solution: &fit, tolerance: 1e-12) ?? column
      let size = norm(rest)
      // What rounding leaves of a regressor inside the effects is no regressor.
      let isOutside = size > 1e-9 * norm(column)
      x.append(isOutside ? rest.map { $0 / size } : rest.map { _ in 0 })
      explained.append(fit)
      lengths.append(isOutside ? size : 0)
    }
    self.x = x
    self.explained = explained
    self.lengths = lengths
    offsets = space.offsets
    levelCount = space.levelCount
    width = space.levelCount + x.count
    positive = design.y.indices.filter { design.y[$0] > 0 }
    zero = design.y.indices.filter { design.y[$0] == 0 }
    var scale = [Double](repeating: 0, count: width)
    for row in positive {
      for (e, effect) in effects.enumerated() {
        scale[offsets[e] + Int(effect.level[row])] += effect.factor(row) * effect.factor(row)
      }
      for k in x.indices { scale[levelCount + k] += x[k][row] * x[k][row] }
    }
    inverse = scale.map { $0 > 0 ? 1 / $0 : 0 }
  }

  /// Whether the zero rows lie in the span of the positive rows, in which case nothing can be separated.
  ///
  /// A combination of all zero rows with random coefficients, `g`, lies in that span exactly when all
  /// of them do (with probability 1). It does when `A'A v = g` has a solution; conjugate gradients find
  /// it or stall. "No" only means that the question is open.
  func spanZeroRows() -> Bool {
    var g = [Double](repeating: 0, count: width)
    let random = uniforms("row", count: zero.count)
    for (k, row) in zero.enumerated() { add(row, random[k], to: &g) }
    if g.indices.contains(where: { g[$0] != 0 && inverse[$0] == 0 }) { return false }
    return solve(g, iterations: 500).isSolved
  }

  /// The combinations of parameters that vanish on positive rows and not on all zero rows.
  struct Basis {
    /// Orthonormal; one row for each zero flow, in their order.
    let images: Matrix
    /// Regressors as given, in the order of the formula, then levels.
    let combinations: [[Double]]
  }

  /// Random directions less their fit on the positive rows, until one brings no new image.
  ///
  /// - Parameter limit: of combinations.
  /// - Returns: `nil` when there are more, or when conjugate gradients stall.
  /// - Complexity: one run of conjugate gradients over all rows for each combination.
  func basis(limit: Int) -> Basis? {
    var images: [[Double]] = []
    var combinations: [[Double]] = []
    while images.count <= limit {
      var direction = uniforms("direction", count: width, draw: images.count)
      let start = norm(image(direction))
      var g = [Double](repeating: 0, count: width)
      for row in positive { add(row, value(row, direction), to: &g) }
      let (fit, isSolved) = solve(g, iterations: 20_000)
      guard isSolved else { return nil }
      for k in direction.indices { direction[k] -= fit[k] }
      var image = image(direction)
      let size = norm(image)
      // Less than this is what the conjugate gradients leave.
      if size <= 1e-7 * start { break }
      for _ in 0..<2 {
        for (other, combination) in zip(images, combinations) {
          let share = dot(other, image)
          for row in image.indices { image[row] -= share * other[row] }
          for k in direction.indices { direction[k] -= share * combination[k] }
        }
      }
      let rest = norm(image)
      if rest <= 1e-7 * size { break }
      images.append(image.map { $0 / rest })
      combinations.append(direction.map { $0 / rest })
    }
    guard images.count <= limit else { return nil }
    return Basis(
      images: Matrix(rows: zero.count, columns: images.count, values: images.flatMap { $0 }),
      combinations: combinations.map { asGiven($0) })
  }

  /// In terms of the regressors before effects were taken away.
  private func asGiven(_ v: [Double]) -> [Double] {
    let regressors = x.indices.map { lengths[$0] > 0 ? v[levelCount + $0] / lengths[$0] : 0 }
    var levels = Array(v.prefix(levelCount))
    for k in x.indices { for l in levels.indices { levels[l] -= regressors[k] * explained[k][l] } }
    return regressors + levels
  }

  // MARK: Linear algebra

  /// `A'A v = g` by preconditioned conjugate gradients from 0.
  private func solve(_ g: [Double], iterations: Int) -> (solution: [Double], isSolved: Bool) {
    var solution = [Double](repeating: 0, count: width)
    var residual = g
    var scaled = residual.indices.map { residual[$0] * inverse[$0] }
    var power = dot(residual, scaled)
    let goal = 1e-22 * power
    var direction = scaled
    for _ in 0..<iterations {
      if power <= goal { return (solution, true) }
      var image = [Double](repeating: 0, count: width)
      for row in positive { add(row, value(row, direction), to: &image) }
      let curvature = dot(direction, image)
      guard curvature > 0 else { return (solution, false) }
      let step = power / curvature
      for k in residual.indices {
        solution[k] += step * direction[k]
        residual[k] -= step * image[k]
      }
      scaled = residual.indices.map { residual[$0] * inverse[$0] }
      let next = dot(residual, scaled)
      let ratio = next / power
      power = next
      for k in direction.indices { direction[k] = scaled[k] + ratio * direction[k] }
    }
    return (solution, false)
  }

  private func image(_ v: [Double]) -> [Double] { zero.map { value($0, v) } }

  private func value(_ row: Int, _ v: [Double]) -> Double {
    var sum = 0.0
    for (e, effect) in effects.enumerated() {
      sum += v[offsets[e] + Int(effect.level[row])] * effect.factor(row)
    }
    for k in x.indices { sum += x[k][row] * v[levelCount + k] }
    return sum
  }

  private func add(_ row: Int, _ amount: Double, to v: inout [Double]) {
    for (e, effect) in effects.enumerated() {
      v[offsets[e] + Int(effect.level[row])] += amount * effect.factor(row)
    }
    for k in x.indices { v[levelCount + k] += amount * x[k][row] }
  }

  private func uniforms(_ unit: String, count: Int, draw: Int = 0) -> [Double] {
    let key = StreamKey(seed: 0, stream: "separation")
    let unit = UnitKey(unit)
    return (0..<count).map { k in
      var stream = RandomStream(key, unit: unit, draw: k, time: draw)
      return stream.uniform() - 0.5
    }
  }
}
