import Kernel

/// Whether the rows of zero flows lie in the span of the rows of positive flows, in which case
/// nothing can be separated.
///
/// A combination of all zero rows with random coefficients, `g`, lies in that span exactly when all of
/// them do (with probability 1). It does when `A'A v = g` has a solution, `A` being the
/// positive rows; conjugate gradients find it or stall. "No" only means that the question is open.
struct SpanTest {
  private let x: [[Double]]
  private let effects: [Grouping]
  private let offsets: [Int]
  private let width: Int
  private let positive: [Int]
  private let zero: [Int]

  init(_ design: RegressionDesign, hasIntercept: Bool) {
    let rows = design.count
    let constant = Grouping.constant(rows: rows)
    effects = hasIntercept ? [constant] : design.effects
    let space = EffectSpace(effects, rows: rows)
    let ones = [Double](repeating: 1, count: rows)
    x = design.x.map { column in
      var start = [Double](repeating: 0, count: space.levelCount)
      let rest = space.residual(column, weights: ones, solution: &start, tolerance: 1e-12) ?? column
      let size = norm(rest)
      // What rounding leaves of a regressor inside the effects is no regressor.
      return size > 1e-9 * norm(column) ? rest.map { $0 / size } : rest.map { _ in 0 }
    }
    offsets = space.offsets
    width = space.levelCount + x.count
    positive = design.y.indices.filter { design.y[$0] > 0 }
    zero = design.y.indices.filter { design.y[$0] == 0 }
  }

  func positiveRowsSpanAll() -> Bool {
    let key = StreamKey(seed: 0, stream: "separation")
    let unit = UnitKey("row")
    var g = [Double](repeating: 0, count: width)
    for row in zero {
      var stream = RandomStream(key, unit: unit, draw: row, time: 0)
      add(row, stream.uniform() - 0.5, to: &g)
    }
    var scale = [Double](repeating: 0, count: width)
    for row in positive { addSquares(row, to: &scale) }
    if g.indices.contains(where: { g[$0] != 0 && scale[$0] == 0 }) { return false }
    return solves(g, scale.map { $0 > 0 ? 1 / $0 : 0 })
  }

  private func solves(_ g: [Double], _ inverse: [Double]) -> Bool {
    var residual = g
    var scaled = residual.indices.map { residual[$0] * inverse[$0] }
    var power = dot(residual, scaled)
    let goal = 1e-20 * power
    var direction = scaled
    for _ in 0..<500 {
      if power <= goal { return true }
      var image = [Double](repeating: 0, count: width)
      for row in positive { add(row, value(row, direction), to: &image) }
      let curvature = dot(direction, image)
      guard curvature > 0 else { return false }
      let step = power / curvature
      for k in residual.indices { residual[k] -= step * image[k] }
      scaled = residual.indices.map { residual[$0] * inverse[$0] }
      let next = dot(residual, scaled)
      let ratio = next / power
      power = next
      for k in direction.indices { direction[k] = scaled[k] + ratio * direction[k] }
    }
    return false
  }

  private func value(_ row: Int, _ v: [Double]) -> Double {
    var sum = 0.0
    for (e, effect) in effects.enumerated() { sum += v[offsets[e] + Int(effect.level[row])] }
    for k in x.indices { sum += x[k][row] * v[width - x.count + k] }
    return sum
  }

  private func add(_ row: Int, _ amount: Double, to v: inout [Double]) {
    for (e, effect) in effects.enumerated() { v[offsets[e] + Int(effect.level[row])] += amount }
    for k in x.indices { v[width - x.count + k] += amount * x[k][row] }
  }

  private func addSquares(_ row: Int, to v: inout [Double]) {
    for (e, effect) in effects.enumerated() { v[offsets[e] + Int(effect.level[row])] += 1 }
    for k in x.indices { v[width - x.count + k] += x[k][row] * x[k][row] }
  }
}
