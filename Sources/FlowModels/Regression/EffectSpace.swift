import Kernel

/// The space spanned by the dummies of the fixed effects, and projections off it.
struct EffectSpace: Sendable {
  let effects: [Grouping]
  /// Where the levels of each effect begin in a vector over all levels.
  let offsets: [Int]
  let levelCount: Int
  let projection: LevelProjection

  init(_ effects: [Grouping], rows: Int) {
    self.effects = effects
    var offsets: [Int] = []
    var total = 0
    for effect in effects {
      offsets.append(total)
      total += effect.count
    }
    self.offsets = offsets
    levelCount = total
    projection = LevelProjection(
      effects.map { .init(level: $0.level, count: $0.count, values: $0.slope?.values) }, rows: rows)
  }

  /// Whether a constant lies in the space for certain.
  var hasConstant: Bool { effects.contains { $0.slope == nil } }

  var isEmpty: Bool { effects.isEmpty }

  /// Takes the weighted fit on the effects away from `v`.
  ///
  /// - Parameters:
  ///   - weights: positive, one for each row.
  ///   - solution: effects found so far, a start and the result; `levelCount` values.
  ///   - tolerance: on the residual of the normal equations, relative to the size of what the start
  ///     leaves.
  /// - Returns: the residual; `nil` when the iteration does not end.
  /// - Complexity: O(rows · effects) an iteration.
  func residual(
    _ v: [Double], weights w: [Double], solution: inout [Double], tolerance: Double
  ) -> [Double]? {
    if isEmpty { return v }
    return projection.residual(
      v, weights: projection.prepared(w), solution: &solution, tolerance: tolerance)
  }

  /// As above for several columns at once, one start and result for each.
  func residuals(
    _ columns: [[Double]], weights w: [Double], solutions: inout [[Double]], tolerance: Double
  ) -> [[Double]]? {
    if isEmpty { return columns }
    let weights = projection.prepared(w)
    let starts = solutions
    let found = parallelMap(columns.count) { k -> (residual: [Double]?, solution: [Double]) in
      var solution = starts[k]
      let residual = projection.residual(
        columns[k], weights: weights, solution: &solution, tolerance: tolerance)
      return (residual, solution)
    }
    for k in found.indices { solutions[k] = found[k].solution }
    let residuals = found.compactMap(\.residual)
    return residuals.count == columns.count ? residuals : nil
  }
}
