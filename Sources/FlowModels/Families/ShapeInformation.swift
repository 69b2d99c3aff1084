import Demography
import Kernel

/// A parameter of scatter beside the mean, estimated on the logarithmic scale.
public struct ShapeParameter: Hashable, Sendable {
  /// `theta` of `μ + μ²/θ`, `delta` of `μ (1 + δ)`.
  public let name: String
  public let estimate: Double
  /// By the delta method.
  public let standardError: Double
  /// Of the logarithm.
  public let logStandardError: Double
}

/// What the rows say about a shape `τ` jointly with the mean.
///
/// With `w = −∂²ℓ/∂η²`, `c = −∂²ℓ/∂η∂τ`, the column `v = c / w` stands for τ among the regressors:
/// off the effects it gives the cross terms of the profile information, and τ's own is
/// `Σ d − v'W(v − ṽ)`, `d = −∂²ℓ/∂τ²`. The score of a row by τ is `s_τ − s (v − ṽ)`.
struct ShapeInformation {
  let name: String
  /// τ is its logarithm.
  let value: Double
  /// `c / w` of each row.
  let column: [Double]
  /// `Σ d`.
  let information: Double
  /// `∂ℓ/∂τ` of each row.
  let scores: [Double]

  func parameter(variance: Double) -> ShapeParameter {
    ShapeParameter(
      name: name, estimate: value, standardError: value * variance.squareRoot(),
      logStandardError: variance.squareRoot())
  }

  /// The covariance of the coefficients with τ estimated, and the variance of τ.
  /// - Throws: `fit.shape-covariance` for kinds of covariance that need more than scores.
  func joint(
    with estimation: Estimation, _ ofMean: CovarianceEstimate
  ) throws -> (covariance: CovarianceEstimate, variance: Double) {
    let (bread, scores) = try profile(estimation)
    let groups = try ofMean.kind.columns.map { try estimation.grouping($0) }
    let meat = Meat(scores)
    let V: Matrix
    switch ofMean.kind {
    case .iid: V = bread
    case .hetero, .white(.hc0), .white(.hc1):
      V = bread.times(meat.independent(frequencies: estimation.frequencies)).times(bread)
    case .cluster:
      let isConventional = ofMean.rule.isConventional
      V = bread.times(meat.clustered(groups) { isConventional ? Sandwich.ratio($0) : 1 })
        .times(bread)
    case .dyadic:
      V = bread.times(meat.dyadic(origin: groups[0], destination: groups[1])).times(bread)
    case .white, .conley, .driscollKraay, .neweyWest:
      throw Faults(
        Fault(.usage, "fit.shape-covariance", ["found": ofMean.kind.text, "shape": name]))
    }
    let turned = turning(estimation, ofMean.factor * V)
    let last = turned.rows - 1
    let repaired = Sandwich.repaired(turned)
    func values(_ V: Matrix) -> [Double] { (0..<last).flatMap { i in (0..<last).map { V[i, $0] } } }
    return (
      CovarianceEstimate(
        kind: ofMean.kind, rule: ofMean.rule, factor: ofMean.factor,
        matrix: values(repaired), unrepaired: values(turned), groupCounts: ofMean.groupCounts,
        lag: ofMean.lag,
        fullLeverageRows: ofMean.fullLeverageRows, degreesOfFreedom: ofMean.degreesOfFreedom),
      repaired[last, last]
    )
  }

  /// Inverse of the profile information of (regressors, τ), and the scores of every row.
  private func profile(_ estimation: Estimation) throws -> (Matrix, Matrix) {
    let solution = estimation.solution
    let space = estimation.regressors.space
    let w = solution.weights
    var rest = column
    if !space.isEmpty, !estimation.regressors.hasIntercept {
      var levels = [Double](repeating: 0, count: space.levelCount)
      guard let found = space.residual(column, weights: w, solution: &levels, tolerance: 1e-13)
      else { throw FitError.partiallingFailed.fault }
      rest = found
    }
    let columns = estimation.columns + [rest]
    let Z = Matrix(rows: w.count, columns: columns.count, values: columns.flatMap { $0 })
    var H = Z.gram(weights: w)
    let last = columns.count - 1
    H[last, last] =
      information - Statistics.sum(w.indices.map { w[$0] * column[$0] * (column[$0] - rest[$0]) })
    let ofRest = w.indices.map { scores[$0] - solution.scores[$0] * (column[$0] - rest[$0]) }
    let values =
      estimation.columns.flatMap { z in z.indices.map { z[$0] * solution.scores[$0] } } + ofRest
    return (
      try H.positiveInverse(), Matrix(rows: w.count, columns: columns.count, values: values)
    )
  }

  private func turning(_ estimation: Estimation, _ V: Matrix) -> Matrix {
    guard estimation.regressors.hasIntercept else { return V }
    var T = Matrix.identity(V.rows)
    for k in estimation.explained.indices { T[0, k + 1] = -estimation.explained[k][0] }
    return T.times(V).timesTranspose(T)
  }
}

extension Matrix {
  /// The inverse of a positive definite matrix whose rows may have very different units.
  func positiveInverse() throws -> Matrix {
    let scales = diagonal.map { 1 / $0.squareRoot() }
    guard
      let inverse = try? Cholesky(scalingRows(by: scales).scalingColumns(by: scales)).inverse()
    else { throw FitError.singular.fault }
    return inverse.scalingRows(by: scales).scalingColumns(by: scales)
  }
}
