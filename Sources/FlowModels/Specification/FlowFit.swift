public import Demography
import Kernel

/// A fit of flows of either kind, as tables of models, residuals and tests see it.
public protocol FlowFit: Sendable {
  /// Id of the model's card.
  var model: String { get }
  /// Rows of the data that were used, ascending.
  var rows: [Int] { get }
  /// Response of each used row.
  var response: [Double] { get }
  /// Expected response of each used row.
  var fitted: [Double] { get }
  var parameterCount: Int { get }
  var logLikelihood: Double { get }
  /// Terms left out because others determine them.
  var collinear: [String] { get }
  /// How the covariance of the coefficients was found.
  var covariance: CovarianceEstimate { get }
  /// The expression by which rows count; `nil` where all count once.
  var weightsName: String? { get }
  /// Log-likelihood of each used row; `nil` for a quasi-likelihood, for rows that are not independent, and
  /// for a family that does not state it.
  var rowLogLikelihoods: [Double]? { get }
  /// Lines of the file that the fit uses, ascending, and the response in them.
  var sample: (lines: [Int], response: [Double]) { get }

  /// The figures by which models are compared.
  func summary() -> FitSummary
  /// - Parameter seed: of the randomised quantiles; the same seed gives the same residuals.
  /// - Throws: `flows.residual-family`, or `flows.residual-counts` for flows that are no whole numbers.
  func residuals(_ kind: ResidualKind, seed: UInt32) throws -> [Double]
  /// How many flows of each size there are and how many the fit expects; `nil` where it has no
  /// distribution of counts.
  func countBins() -> CountBins?
  /// Expected flows of the rows of the fit.
  func ownPredictions() throws -> FlowPredictions
  /// Expected flows of other rows.
  /// - Throws: `Faults` of columns; `flows.level-unseen` when `unseen` is `refuse`.
  func predictions(of data: FlowData, unseen: UnseenLevels) throws -> FlowPredictions
  /// What the rows of the fit are called by: columns of names, of fixed effects and of the covariance.
  var labels: [Table.Column] { get }
}

extension FlowFit {
  public var observations: Int { rows.count }

  /// Response, expected response and residuals of every used row.
  /// - Throws: as `residuals`.
  public func residualTable(_ kinds: [ResidualKind], seed: UInt32) throws -> Table {
    Table(
      "residuals",
      [.integer("line", sample.lines)] + labels + [
        .real("observed", response), .real("fitted", fitted),
      ]
        + (try kinds.map { .real($0.rawValue, try residuals($0, seed: seed)) }))
  }
}

/// What is left of a response when the fit is taken off.
public enum ResidualKind: String, Hashable, Sendable, CaseIterable {
  /// `y − μ`.
  case response
  /// `(y − μ)/√V`, V the family's variance without dispersion.
  case pearson
  /// Signed root of the contribution to the deviance; Poisson only.
  case deviance
  /// Randomised quantiles (Dunn & Smyth 1996), standard normal where the model is right; for families
  /// with a distribution.
  case quantile
}

/// A fit whose rows have a distribution each.
protocol FlowLaws {
  /// What the fit was made from.
  var flowData: FlowData { get }
  /// Of each used row; `nil` where the family states none, or rows count by weights.
  var laws: [FlowLaw]? { get }
}

extension FlowFit {
  /// Draws are keyed by the row of the file, so that leaving out another changes nothing.
  func quantileResiduals(_ seed: UInt32, column: String) throws -> [Double] {
    if let weightsName {
      throw Fault(
        .usage, "flows.residual-weights",
        ["kind": ResidualKind.quantile.rawValue, "weights": weightsName])
    }
    guard let laws = (self as? any FlowLaws)?.laws else {
      throw Fault(
        .usage, "flows.residual-family",
        ["kind": ResidualKind.quantile.rawValue, "family": model])
    }
    let y = response
    guard laws.allSatisfy({ !$0.isOfCounts }) || y.allSatisfy({ $0 == $0.rounded() }) else {
      throw Fault(.usage, "flows.residual-counts", ["column": column])
    }
    let key = StreamKey(seed: seed, stream: "flows.quantile-residuals")
    let rows = rows
    return parallelMap(laws.count) { k in
      var stream = RandomStream(key, unit: UnitKey("row"), draw: rows[k], time: 0)
      return laws[k].quantileResidual(y[k], stream.uniform())
    }
  }

  /// Observed and expected numbers of flows of 0, 1, 2–3, 4–7 and so on, doubling up to the largest.
  ///
  /// - Complexity: O(rows · log₂ of the largest flow)
  public func countBins() -> CountBins? {
    let y = response
    guard weightsName == nil, let laws = (self as? any FlowLaws)?.laws,
      laws.allSatisfy({ $0.isOfCounts && $0.isFinite }), let largest = y.max(), largest < 1e15,
      y.allSatisfy({ $0 == $0.rounded() })
    else { return nil }
    return CountBins(y, largest: largest) { x in
      Statistics.sum(parallelMap(laws.count) { laws[$0].tails(x).below })
    }
  }
}
