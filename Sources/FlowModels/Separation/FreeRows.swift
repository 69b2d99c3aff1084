import Kernel

/// Which zero flows the positive ones leave free: those whose rows lie in the span of the rows of
/// positive flows have the value 0 in every certificate of separation, whatever their means.
///
/// A random combination of regressors and levels less its fit on positive flows is a random one of
/// those that vanish there; with probability 1 it vanishes on no other zero flow.
struct FreeRows {
  /// By row; a row that rounding leaves in doubt counts as free.
  let isFree: [Bool]

  /// What conjugate gradients leave of a zero, by the size of the combination.
  private static let noise = 1e-7

  /// - Returns: `nil` where the fit does not end or a regressor is none on positive flows.
  /// - Complexity: one step of Newton's method.
  init?(_ y: [Double], _ regressors: Regressors) {
    let space = regressors.space
    let key = StreamKey(seed: 0, stream: "separation")
    func uniforms(_ unit: String, _ count: Int) -> [Double] {
      let unit = UnitKey(unit)
      return (0..<count).map { k in
        var stream = RandomStream(key, unit: unit, draw: k, time: 0)
        return stream.uniform() - 0.5
      }
    }
    let levels = uniforms("level", space.levelCount)
    let factors = uniforms("regressor", regressors.columns.count)
    let values = y.indices.map { row in
      var sum = 0.0
      for (e, effect) in space.effects.enumerated() {
        sum += levels[space.offsets[e] + Int(effect.level[row])] * effect.factor(row)
      }
      for k in factors.indices { sum += factors[k] * regressors.columns[k][row] }
      return sum
    }
    let projection = space.projection
    let isPositive = projection.placed(y).map { $0 > 0 }
    let placed = projection.placed(values)
    let x = projection.regressors(regressors.columns, explained: regressors.starts)
    guard
      let step = try? projection.newtonStep(
        placed.indices.map { isPositive[$0] ? placed[$0] : 0 },
        weights: projection.prepared(places: isPositive.map { $0 ? 1 : 0 }), regressors: x,
        reduction: 1e-12)
    else { return nil }
    let left = projection.inRows(placed.indices.map { placed[$0] - step.change[$0] })
    let size = values.reduce(0) { max($0, abs($1)) }
    guard y.indices.allSatisfy({ y[$0] == 0 || abs(left[$0]) <= Self.noise * size }) else {
      return nil
    }
    isFree = left.map { abs($0) > Self.noise * size }
  }
}
