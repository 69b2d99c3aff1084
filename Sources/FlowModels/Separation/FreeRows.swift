import Kernel

/// Which rows others leave free: those whose rows do not lie in the span of the others, so that a
/// combination that vanishes on those may still have any value here.
///
/// A random combination of regressors and levels less its fit on the holding rows is a random one of
/// those that vanish there; with probability 1 it vanishes on no other free row.
struct FreeRows {
  /// By row, the random combination; 0 but for rounding where a row is not free.
  let values: [Double]
  /// Largest value that may be the rounding of 0.
  let noise: Double

  /// What conjugate gradients leave of a zero, by the size of the combination.
  private static let rounding = 1e-7

  /// - Parameters:
  ///   - holding: rows on which the combination vanishes; every level has one.
  ///   - draw: which random combination; others are independent.
  /// - Returns: `nil` where the fit does not end or a regressor is none on holding rows.
  /// - Complexity: one step of Newton's method.
  init?(holding: [Bool], _ regressors: Regressors, draw: Int = 0) {
    let projection = regressors.space.projection
    let whole = Self.combination(regressors, draw)
    let placed = projection.placed(whole)
    let weights = projection.placed(holding.map { $0 ? 1.0 : 0.0 })
    let x = projection.regressors(regressors.columns, explained: regressors.starts)
    guard
      let step = try? projection.newtonStep(
        placed.indices.map { weights[$0] * placed[$0] },
        weights: projection.prepared(places: weights), regressors: x, reduction: 1e-12)
    else { return nil }
    let left = projection.inRows(placed.indices.map { placed[$0] - step.change[$0] })
    let noise = Self.rounding * whole.reduce(0) { max($0, abs($1)) }
    guard holding.indices.allSatisfy({ !holding[$0] || abs(left[$0]) <= noise }) else {
      return nil
    }
    values = left
    self.noise = noise
  }

  func isFree(_ row: Int) -> Bool { abs(values[row]) > noise }

  private static func combination(_ regressors: Regressors, _ draw: Int) -> [Double] {
    let space = regressors.space
    let key = StreamKey(seed: 0, stream: "separation")
    func uniforms(_ unit: String, _ count: Int) -> [Double] {
      let unit = UnitKey(unit)
      return (0..<count).map { k in
        var stream = RandomStream(key, unit: unit, draw: k, time: draw)
        return stream.uniform() - 0.5
      }
    }
    let levels = uniforms("level", space.levelCount)
    let factors = uniforms("regressor", regressors.columns.count)
    return space.effects[0].level.indices.map { row in
      var sum = 0.0
      for (e, effect) in space.effects.enumerated() {
        sum += levels[space.offsets[e] + Int(effect.level[row])] * effect.factor(row)
      }
      for k in factors.indices { sum += factors[k] * regressors.columns[k][row] }
      return sum
    }
  }
}
