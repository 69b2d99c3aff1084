import Demography
import Kernel

/// The weighted linear model that a fit is at its last step, set of rows by set.
///
/// With weights w, residuals `u = score / w` and Z the regressors off the effects, one step from the
/// coefficients at which the scores were taken changes coefficient k by `Σ wℓu`,
/// `ℓ = Z(Z'WZ)⁻¹t`, t the unit vector of k. For a linear model that step is exact.
struct WorkingModel {
  private let regressors: Regressors
  private let sets: RowSets
  private let weights: [Double]
  private let columns: [[Double]]
  private let inverse: Matrix
  private let explained: [[Double]]

  /// - Throws: `FitError.singular`, `partiallingFailed`.
  init(_ regressors: Regressors, weights: [Double], sets: RowSets) throws {
    self.regressors = regressors
    self.sets = sets
    self.weights = weights
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var means = [[Double]](repeating: none, count: regressors.columns.count)
    var columns = try regressors.partialled(
      weights: weights, solutions: &means, tolerance: 1e-14)
    if regressors.hasIntercept {
      columns.insert([Double](repeating: 1, count: weights.count), at: 0)
    }
    self.columns = columns
    explained = means
    inverse = try Sandwich.bread(columns, weights: weights)
  }

  /// What one residual does to one coefficient: `ℓ`, and `t'(Z'WZ)⁻¹t`.
  struct Direction {
    fileprivate let values: [Double]
    fileprivate let size: Double
    /// The regressor off everything else: the residual changes by it where the coefficient is fixed
    /// one lower.
    var regressor: [Double] { values.map { $0 / size } }
  }

  /// - Parameter k: among the coefficients, the constant first.
  func direction(_ k: Int) -> Direction {
    var t = [Double](repeating: 0, count: columns.count)
    t[k] = 1
    if regressors.hasIntercept, k == 0 {
      for (l, means) in explained.enumerated() { t[l + 1] = -means[0] }
    }
    let r = inverse.times(t)
    var values = [Double](repeating: 0, count: weights.count)
    for l in columns.indices {
      let column = columns[l]
      for row in values.indices { values[row] += r[l] * column[row] }
    }
    return Direction(values: values, size: dot(t, r))
  }

  /// What the residuals of each set do to a coefficient and to its sums of scores over the sets; `u_h` is
  /// the piece of the residuals that belongs to set h, `m_g` the part of a row in set g, 1 or 0 for clusters.
  struct Parts: Sendable {
    /// `a_h = Σ wℓu_h`.
    let steps: [Double]
    /// `R_gh = Σ m_g wℓ M(u_h)`, M taking regressors and effects away.
    let scores: Matrix
  }

  /// - Complexity: one partialling of all rows for each set.
  /// - Throws: `FitError.partiallingFailed`; `Fault` where effects of areas are not to be had.
  func parts(
    _ residuals: [Double], _ directions: [Direction], threads: Int?
  ) throws -> [Parts] {
    let count = sets.count
    let pieces = try sets.pieces(residuals, weights: weights)
    let found = try parallelMap(count, threads: threads) { h throws(FitError) -> [[Double]] in
      let own = pieces.values(of: h)
      let rest = try unexplained(own)
      return directions.map { direction in
        var step = 0.0
        for row in own.indices { step += weights[row] * direction.values[row] * own[row] }
        return [step]
          + sets.sums(rest.indices.map { weights[$0] * direction.values[$0] * rest[$0] })
      }
    }
    return directions.indices.map { k in
      Parts(
        steps: found.map { $0[k][0] },
        scores: Matrix(
          rows: count, columns: count, values: found.flatMap { $0[k].dropFirst() }))
    }
  }

  private func unexplained(_ v: [Double]) throws(FitError) -> [Double] {
    var start = [Double](repeating: 0, count: regressors.space.levelCount)
    guard
      var rest = regressors.space.residual(
        v, weights: weights, solution: &start, tolerance: 1e-13)
    else { throw .partiallingFailed }
    let right = columns.map { column in
      var sum = 0.0
      for row in rest.indices { sum += weights[row] * column[row] * rest[row] }
      return sum
    }
    let b = inverse.times(right)
    for l in columns.indices {
      let column = columns[l]
      for row in rest.indices { rest[row] -= b[l] * column[row] }
    }
    return rest
  }
}
