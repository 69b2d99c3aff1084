public import Demography
import Glibc
import Kernel

/// A model of flows fitted by its full likelihood, its parts kept apart.
public struct LikelihoodFit: Sendable {
  /// One linear predictor.
  public struct Part: Hashable, Sendable {
    /// `count`, `zero`, `choice` or `fixed`.
    public let name: String
    public let coefficients: [Coefficient]
  }

  /// One level of a fixed effect that is estimated with the rest.
  public struct Level: Hashable, Sendable {
    /// `orig=KZ10`.
    public let name: String
    public let estimate: Double
    public let standardError: Double
  }

  /// How much the effects of one grouping of the rows vary.
  public struct VarianceComponent: Hashable, Sendable {
    /// The column, or `row` for one effect of every flow.
    public let name: String
    /// Sorted.
    public let levels: [String]
    public let variance: Double
    /// Whether the maximum lies at a variance of zero.
    public let isAtBoundary: Bool
    /// The most likely effect of each level, on the scale of the linear predictor.
    public let effects: [Double]
  }

  /// Why the search ended.
  public enum Stop: String, Hashable, Sendable {
    /// The next step of Newton's method is below 1e-9 standard errors.
    case gradient
  }

  /// Id of the model's card.
  public let model: String
  public let specification: LikelihoodSpecification
  public let options: RegressionOptions
  public let parts: [Part]
  /// Levels of fixed effects, estimated with the terms of the first part; empty without effects.
  public let levels: [Level]
  /// `theta`, `delta` or `lambda`; empty for families without one.
  public let shapes: [ShapeParameter]
  public let components: [VarianceComponent]
  /// Of the coefficients of all parts, in their order.
  public let covariance: CovarianceEstimate
  /// Terms, and levels of effects, left out because earlier ones determine them; a level left out is a
  /// reference, from which the others of its effect are counted.
  public let collinear: [String]
  public let dropped: [DroppedRows]
  /// Rows of the data that were used, ascending.
  public let rows: [Int]
  /// Expected flow of each used row; for mixed models at the most likely effects of the groupings, an
  /// effect of the row itself integrated out.
  public let fitted: [Double]
  /// Probability that a flow is zero, of each used row; empty for choices and mixed models.
  public let zeroProbability: [Double]
  /// Coefficients, levels, shapes and variances.
  public let parameterCount: Int
  public let logLikelihood: Double
  public let iterations: Int
  /// Largest slope of the log-likelihood by any parameter, per standard error of it alone.
  public let gradientNorm: Double
  public let stop: Stop
  /// What predictions, residuals and tests are made from.
  let basis: any LikelihoodBasis

  public var observations: Int { rows.count }
  public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }
  public var bic: Double {
    -2 * logLikelihood + Double(parameterCount) * log(countedObservations)
  }
  /// How unlike the rows of a nest are; `nil` without nests. Above 1 the choices are of no maximum of utility.
  public var nestParameter: ShapeParameter? { shapes.first { $0.name == "lambda" } }
  /// Name of the weights and their sum; `nil` where rows count once.
  public var weights: (name: String, sum: Double)? {
    guard let term = specification.formula.weights, let weights = basis.weights else { return nil }
    return (term.name, Statistics.sum(weights))
  }
  /// Observations the rows stand for: the sum of frequency weights, otherwise the rows.
  public var countedObservations: Double {
    options.weighting == .frequency
      ? basis.weights.map { Statistics.sum($0) } ?? Double(observations) : Double(observations)
  }

  /// Coefficients of every part, as a run publishes them.
  public func coefficientTable(model: String) -> Table {
    let rows = parts.flatMap { part in part.coefficients.map { (part.name, $0) } }
    return Table(
      "gravity",
      [
        .text("model", rows.map { _ in model }), .text("part", rows.map(\.0)),
        .text("term", rows.map(\.1.term)), .real("estimate", rows.map(\.1.estimate)),
        .real("std_error", rows.map(\.1.standardError)),
        .real("statistic", rows.map(\.1.statistic)), .real("p_value", rows.map(\.1.pValue)),
        .real("conf_low", rows.map(\.1.confidenceLow)),
        .real("conf_high", rows.map(\.1.confidenceHigh)),
      ])
  }

  /// Shapes and variance components, a line each.
  public func scatterTable() -> Table {
    Table(
      "scatter",
      [
        .text("parameter", shapes.map(\.name) + components.map { "variance(\($0.name))" }),
        .real("estimate", shapes.map(\.estimate) + components.map(\.variance)),
        .real("std_error", shapes.map(\.standardError) + components.map { _ in nil }),
      ])
  }
}
