import Demography
import Glibc
import Kernel

/// What predictions, residuals and tests of a fit by likelihood are made from.
protocol LikelihoodBasis: Sendable {
  var data: FlowData { get }
  /// Response of the used rows.
  var response: [Double] { get }
  /// The distribution of each used row; `nil` where the family gives rows none of their own.
  var laws: [FlowLaw]? { get }
  /// Whether rows are independent given the regressors, so that their likelihoods add up.
  var hasIndependentRows: Bool { get }
  /// Derivatives of each row's log-likelihood by all parameters, one column a parameter; `nil` where the
  /// likelihood is no sum over rows.
  var scores: Matrix? { get }

  /// How often each used row counts; `nil` for once.
  var weights: [Double]? { get }

  /// What the fit expects of rows, of those asked for, in their order.
  /// - Parameter isOfFit: whether they are the rows the fit comes from.
  /// - Throws: `Faults` of columns; `flows.level-unseen`.
  func outlooks(
    _ data: FlowData, _ rows: [Int], _ unseen: UnseenLevels, isOfFit: Bool
  ) throws -> [RowOutlook]
}

extension LikelihoodBasis {
  var weights: [Double]? { nil }
}

/// What a fit expects of one row, or why it expects nothing.
enum RowOutlook {
  case known(Known)
  case none(FlowPredictions.Reason)

  struct Known {
    /// Linear predictor of the count; of a choice the logarithm of the expected flow.
    let linear: Double
    let linearError: Double
    let mean: Double
    /// Of the logarithm of the mean; of the mean itself for the identity link.
    let meanError: Double
    let isLogarithmic: Bool
    /// The logit of the probability of a zero and its error; `nil` for families without a zero part.
    let zero: (logit: Double, error: Double)?
    /// `nil` where a flow has no distribution.
    let law: FlowLaw?
    /// Variance that the errors of the parameters add to the predictor of `law`.
    let lawVariance: Double
  }
}

/// A covariance of parameters as predictions read it.
struct ParameterCovariance: Sendable {
  let matrix: Matrix
  /// Whether negative eigenvalues were cut off, so that a variance of 0 means nothing.
  let isRepaired: Bool

  /// The error of a sum of parameters; `nil` where a repair left it without variance, NaN where its variance
  /// is no number.
  func error(_ sum: [(place: Int, value: Double)]) -> Double? {
    var variance = 0.0
    for a in sum { for b in sum { variance += a.value * b.value * matrix[a.place, b.place] } }
    guard variance.isFinite else { return .nan }
    // Rounding of a sum that is certain, such as a reference level alone.
    if variance <= 0, isRepaired, !sum.isEmpty { return nil }
    return max(0, variance).squareRoot()
  }
}
