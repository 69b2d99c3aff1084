import Kernel

/// Standard errors, statistics and intervals of a solution.
///
/// With an intercept the covariance is first found for (a + x̄'β, β), whose columns are orthogonal,
/// and then turned into that of (a, β).
struct Inference {
  let matrix: [Double]
  let isRepaired: Bool
  private let level: Double
  /// Student's degrees of freedom; `nil` for the normal distribution.
  private let degrees: Double?

  init(
    _ regressors: Regressors, _ solution: Solution, _ design: RegressionDesign,
    parameterCount: Int, isLinear: Bool, options: RegressionOptions
  ) throws(FitError) {
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var means = [[Double]](repeating: none, count: regressors.columns.count)
    var columns = try regressors.partialled(
      weights: solution.weights, solutions: &means, tolerance: 1e-14)
    let scores = solution.scores
    if regressors.hasIntercept {
      columns.insert([Double](repeating: 1, count: scores.count), at: 0)
    }
    let n = Double(scores.count)
    // Pearson's statistic: squared residuals by variances.
    let squares = Statistics.sum(
      scores.indices.map { scores[$0] * scores[$0] / solution.weights[$0] })
    let sandwich = Sandwich(
      columns: columns, weights: solution.weights, scores: scores, effects: design.effects,
      clusters: design.clusters, parameterCount: parameterCount,
      dispersion: isLinear ? squares / (n - 1) : 1, isLinear: isLinear)
    let result = try sandwich.covariance(options.covariance, options.smallSample)
    var V = result.matrix
    if regressors.hasIntercept {
      var T = Matrix.identity(columns.count)
      for k in means.indices { T[0, k + 1] = -means[k][0] }
      V = T.times(V).timesTranspose(T)
    }
    matrix = (0..<V.rows).flatMap { i in (0..<V.columns).map { j in V[i, j] } }
    isRepaired = result.isRepaired
    level = options.level
    let fewest = design.clusters.map(\.count).min().map { Double($0 - 1) }
    degrees = isLinear ? (fewest ?? n - Double(parameterCount)) : nil
  }

  func coefficients(names: [String], estimates: [Double]) -> [Coefficient] {
    let count = names.count
    let tail = 0.5 * (1 - level)
    let critical =
      degrees.map { StudentT(degrees: $0).upperQuantile(tail) } ?? normalUpperQuantile(tail)
    return names.indices.map { k in
      let error = matrix[k * count + k].squareRoot()
      let statistic = estimates[k] / error
      let beyond = degrees.map { StudentT(degrees: $0).complementary(abs(statistic)) }
      return Coefficient(
        term: names[k], estimate: estimates[k], standardError: error, statistic: statistic,
        pValue: 2 * (beyond ?? normalComplementary(abs(statistic))),
        confidenceLow: estimates[k] - critical * error,
        confidenceHigh: estimates[k] + critical * error)
    }
  }
}
