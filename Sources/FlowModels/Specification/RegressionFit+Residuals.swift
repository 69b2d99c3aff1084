public import Demography
import Glibc
import Kernel

/// Residuals of the used rows, in their order.
extension RegressionFit: FlowFit, FlowLaws {
  public var weightsName: String? { formula.weights?.name }
  public func predictions(of data: FlowData, unseen: UnseenLevels) throws -> FlowPredictions {
    try predictions(for: data, unseen: unseen)
  }
  public func ownPredictions() throws -> FlowPredictions { try predictions() }
  public var labels: [Table.Column] {
    estimation.data.labels(
      rows, naming: formula.effects.flatMap(\.columns) + options.covariance.columns,
      without: FlowPredictions.ownColumns)
  }

  var flowData: FlowData { estimation.data }

  /// Poisson's and the quadratic negative binomial's; others are quasi-likelihoods or no counts.
  var laws: [FlowLaw]? {
    guard formula.weights == nil else { return nil }
    let kind: FlowLaw.Kind? =
      switch model {
      case "poisson": .poisson
      case "negbin2": shape.map { .quadratic(theta: $0.estimate) }
      default: nil
      }
    return kind.map { kind in fitted.map { FlowLaw(kind: kind, eta: Glibc.log($0)) } }
  }

  /// - Parameter seed: of the randomised quantiles; the same seed gives the same residuals.
  /// - Throws: `flows.residual-family`, or `flows.residual-counts` for flows that are no whole numbers.
  public func residuals(_ kind: ResidualKind, seed: UInt32 = 0) throws -> [Double] {
    let y = response
    switch kind {
    case .response: return y.indices.map { y[$0] - fitted[$0] }
    case .pearson:
      // Score by root of information: (y − μ)/√V whatever the link.
      let (scores, weights) = (estimation.solution.scores, estimation.solution.weights)
      return scores.indices.map { scores[$0] / weights[$0].squareRoot() }
    case .deviance:
      guard model == "poisson" else {
        throw Fault(.usage, "flows.residual-family", ["kind": kind.rawValue, "family": model])
      }
      let family = PoissonFamily()
      return y.indices.map { row in
        let size = max(0, family.unitDeviance(y[row], fitted[row])).squareRoot()
        return y[row] < fitted[row] ? -size : size
      }
    case .quantile: return try quantileResiduals(seed, column: formula.response.name)
    }
  }
}
