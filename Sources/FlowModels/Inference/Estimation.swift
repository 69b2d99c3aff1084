import Demography
import Kernel

/// What a finished fit keeps of its estimation, so that other covariances, predictions and tests can
/// be had without fitting again.
struct Estimation: Sendable {
  let data: FlowData
  let design: RegressionDesign
  let regressors: Regressors
  let solution: Solution
  /// Regressors off the effects at the final weights, the constant first where there is an intercept.
  let columns: [[Double]]
  /// Effects by which each regressor is explained, one entry a level, for each regressor.
  let explained: [[Double]]
  /// By how many observations each row counts; `nil` where it is one.
  let frequencies: [Double]?
  /// Observations: rows, or the sum of their frequencies.
  let observations: Double
  /// Coefficients and levels of effects, redundant ones once each.
  let parameterCount: Int
  /// Whether the dispersion is estimated, so that tests are Student's.
  let isLinear: Bool
  /// Whether the mean is the linear predictor itself; it is its exponential otherwise.
  var hasIdentityLink: Bool { model == LinearFlowModel.id }
  private let model: String
  /// Fits the same family to other rows or regressors; `nil` where that is not offered.
  let refit: Refit?
  /// The same for the jackknife alone: a family with a shape, of which the bootstrap knows nothing.
  let jackknifeRefit: Refit?
  /// Log-likelihood of a row from response and mean; `nil` where the family states none.
  let logDensity: (@Sendable (_ y: Double, _ mu: Double) -> Double)?

  /// Variance of a row by its mean, but for the dispersion; `nil` where the family states none.
  let variance: (@Sendable (_ mu: Double) -> Double)?

  typealias Refit = @Sendable (RegressionDesign, Regressors) throws -> Solution

  init(
    _ model: String, _ data: FlowData, _ design: RegressionDesign, _ regressors: Regressors,
    _ solution: Solution, parameterCount: Int, isLinear: Bool, frequencies: [Double]? = nil,
    refit: Refit? = nil, jackknifeRefit: Refit? = nil,
    logDensity: (@Sendable (_ y: Double, _ mu: Double) -> Double)? = nil,
    variance: (@Sendable (_ mu: Double) -> Double)? = nil
  ) throws(FitError) {
    self.model = model
    self.data = data
    self.design = design
    self.regressors = regressors
    self.solution = solution
    self.parameterCount = parameterCount
    self.frequencies = frequencies
    observations = frequencies.map { Statistics.sum($0) } ?? Double(design.count)
    self.isLinear = isLinear
    self.refit = refit
    self.jackknifeRefit = jackknifeRefit
    self.logDensity = logDensity
    self.variance = variance
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var means = solution.starts ?? regressors.columns.map { _ in none }
    var columns = try regressors.partialled(
      weights: solution.weights, solutions: &means,
      tolerance: solution.starts == nil ? 1e-14 : 1e-9)
    if regressors.hasIntercept {
      columns.insert([Double](repeating: 1, count: design.count), at: 0)
    }
    self.columns = columns
    explained = means
  }

  /// `y − μ`.
  var residuals: [Double] {
    design.y.indices.map { design.y[$0] - solution.fitted[$0] }
  }

  /// Turns a covariance of (a + x̄'β, β), whose columns are orthogonal, into that of (a, β).
  func turned(_ V: Matrix) -> Matrix {
    guard regressors.hasIntercept else { return V }
    var T = Matrix.identity(columns.count)
    for k in explained.indices { T[0, k + 1] = -explained[k][0] }
    return T.times(V).timesTranspose(T)
  }

  /// The levels of a column, of several joined by `^`, or of `pair(a,b)`, in the rows of the fit.
  /// - Throws: `Faults`: no such column, a row without a value.
  func grouping(_ name: String) throws -> Grouping {
    try ClusterName(name).grouping(data, rows: design.rows)
  }

  /// - Throws: `Faults` of the columns a covariance needs; `Fault` when it does not exist.
  func covariance(_ kind: Covariance, _ rule: SmallSample) throws -> CovarianceEstimate {
    try sandwich(kind, rule).estimate()
  }

  func sandwich(_ kind: Covariance, _ rule: SmallSample) throws -> Sandwich {
    let isKnown = kind.columns == design.clusterNames
    let groups = isKnown ? design.clusters : try kind.columns.map { try grouping($0) }
    return Sandwich(self, kind, groups, rule)
  }
}
