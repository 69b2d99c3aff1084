public import Demography

/// Expected flows of some rows and how sure they are.
public struct FlowPredictions: Hashable, Sendable {
  /// Why a row has no prediction.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// A value the formula needs is missing or not finite.
    case missingValue = "missing_value"
    /// A level of a fixed effect or of `i(…)` that was not fitted; its effect is unknown, not 0.
    case unseenLevel = "unseen_level"
    /// Levels that were fitted, but in parts of the data that nothing connects: their sum is not
    /// determined. Also regressors that were left out because they went together with others, where they
    /// do so no more.
    case notIdentified = "not_identified"
    /// Of a choice: of another row of the group is not known how it is liked, so that no share of it is.
    case alternativeUnknown = "alternative_unknown"
    /// Multiway, dyadic and Conley covariances can give a sum of parameters a negative variance; then
    /// there is no error to state. `RegressionFit.predict` gives the mean alone.
    case negativeVariance = "negative_variance"
    /// Values so far out that the mean or its error is no number.
    case notFinite = "not_finite"
  }

  /// One row.
  public struct Row: Hashable, Sendable {
    /// `x'β + Σα`.
    public let linear: Double
    /// By the delta method from all parameters, fixed effects included.
    public let linearError: Double
    /// On the scale of the response.
    public let mean: Double
    public let meanError: Double
    /// Interval of the mean: that of the linear predictor, carried over.
    public let confidence: ClosedRange<Double>
    /// Interval of a flow: scatter of the family with the estimated dispersion, and the error of the
    /// mean. `nil` where the family states no variance.
    public let prediction: ClosedRange<Double>?
    /// Whether there is a flow at all; `nil` for families that do not model zeros of their own.
    public var zero: Zero?
  }

  /// How likely a row has no flow.
  public struct Zero: Hashable, Sendable {
    public let probability: Double
    public let error: Double
    /// That of the logit, carried over.
    public let confidence: ClosedRange<Double>
  }

  /// `nil` where there is no prediction.
  public let rows: [Row?]
  /// Lines of the file, one for each row.
  public let lines: [Int]
  /// What the rows are called by: the columns of names, those of fixed effects and of the covariance.
  public let labels: [Table.Column]
  /// Response of each row; `nil` for rows of another file, whose response is not asked for.
  public let observed: [Double]?
  /// Lines without a prediction.
  public let missing: [Reason: [Int]]
  /// Pearson's statistic by degrees of freedom; residual variance of a linear regression. NaN for choices
  /// that are no counts.
  public let dispersion: Double
  public let level: Double
  public let covariance: Covariance

  /// Names of the columns of the table that are no labels.
  static let ownColumns: Set<String> = [
    "line", "observed", "predicted", "std_error", "conf_low", "conf_high", "pred_low", "pred_high",
    "linear", "std_error_linear", "zero_probability", "std_error_zero", "zero_low", "zero_high",
    "fitted", "leverage",
    "response", "pearson", "deviance", "quantile",
  ]

  /// One row for each row of the data, empty cells where there is no prediction.
  ///
  /// - Parameter leverages: of the rows, shown beside their predictions; none where `nil`.
  public func table(leverages: [Double]? = nil) -> Table {
    Table(
      "predictions",
      [
        .integer("line", lines)
      ] + labels + (observed.map { [.real("observed", $0)] } ?? []) + [
        .real("predicted", rows.map { $0?.mean }),
        .real("std_error", rows.map { $0?.meanError }),
        .real("conf_low", rows.map { $0?.confidence.lowerBound }),
        .real("conf_high", rows.map { $0?.confidence.upperBound }),
        .real("pred_low", rows.map { $0?.prediction?.lowerBound }),
        .real("pred_high", rows.map { $0?.prediction?.upperBound }),
        .real("linear", rows.map { $0?.linear }),
        .real("std_error_linear", rows.map { $0?.linearError }),
      ] + zeroColumns + (leverages.map { [.real("leverage", $0)] } ?? []))
  }

  /// Columns of zeros, where any row has them.
  private var zeroColumns: [Table.Column] {
    guard rows.contains(where: { $0?.zero != nil }) else { return [] }
    return [
      .real("zero_probability", rows.map { $0?.zero?.probability }),
      .real("std_error_zero", rows.map { $0?.zero?.error }),
      .real("zero_low", rows.map { $0?.zero?.confidence.lowerBound }),
      .real("zero_high", rows.map { $0?.zero?.confidence.upperBound }),
    ]
  }
}

/// What to do with a level of a fixed effect or of `i(…)` that was not fitted.
public enum UnseenLevels: String, Hashable, Sendable, CaseIterable {
  /// Stop with a fault that names the level.
  case refuse
  /// Leave the row without a prediction and count it.
  case missing
}
