import Demography
import Kernel

/// The weighted linear model that a fit is at its last step, cluster by cluster.
///
/// With weights w, residuals `u = score / w` and Z the regressors off the effects, one step from the
/// coefficients at which the scores were taken changes coefficient k by `Σ wℓu`,
/// `ℓ = Z(Z'WZ)⁻¹t`, t the unit vector of k. For a linear model that step is exact.
struct WorkingModel {
  private let regressors: Regressors
  private let clusters: Grouping
  private let weights: [Double]
  private let columns: [[Double]]
  private let inverse: Matrix
  private let explained: [[Double]]

  /// - Throws: `FitError.singular`, `partiallingFailed`.
  init(_ regressors: Regressors, weights: [Double], clusters: Grouping) throws {
    self.regressors = regressors
    self.clusters = clusters
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

  /// What the residuals of each cluster do to a coefficient and to its cluster sums of scores.
  struct Parts: Sendable {
    /// `a_h = Σ_h wℓu`.
    let steps: [Double]
    /// `R_gh = Σ_g wℓ M(u·1_h)`, M taking regressors and effects away.
    let scores: Matrix
  }

  /// - Complexity: one partialling of all rows for each cluster.
  /// - Throws: `FitError.partiallingFailed`.
  func parts(
    _ residuals: [Double], _ directions: [Direction], threads: Int?
  ) throws -> [Parts] {
    let count = clusters.count
    let level = clusters.level
    let found = try parallelMap(count, threads: threads) { h throws(FitError) -> [[Double]] in
      let own = residuals.indices.map { Int(level[$0]) == h ? residuals[$0] : 0 }
      let rest = try unexplained(own)
      return directions.map { direction in
        clusters.sums(rest.indices.map { weights[$0] * direction.values[$0] * rest[$0] })
      }
    }
    return directions.indices.map { k in
      let values = directions[k].values
      return Parts(
        steps: clusters.sums(
          residuals.indices.map { weights[$0] * values[$0] * residuals[$0] }),
        scores: Matrix(rows: count, columns: count, values: found.flatMap { $0[k] }))
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
