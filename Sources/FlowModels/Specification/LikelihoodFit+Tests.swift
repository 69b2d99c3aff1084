public import Demography
import Glibc
import Kernel

extension LikelihoodFit: FlowFit, FlowLaws {
  public var response: [Double] { basis.response }
  public var weightsName: String? { specification.formula.weights?.name }
  var laws: [FlowLaw]? { basis.laws }
  var flowData: FlowData { basis.data }

  public var rowLogLikelihoods: [Double]? {
    guard basis.hasIndependentRows, basis.weights == nil, let laws else { return nil }
    let y = response
    return parallelMap(laws.count) { laws[$0].logDensity(y[$0]) }
  }

  public var sample: (lines: [Int], response: [Double]) {
    (rows.map { basis.data.line(of: $0) }, response)
  }

  public func predictions(of data: FlowData, unseen: UnseenLevels) throws -> FlowPredictions {
    try predictions(for: data, unseen: unseen)
  }
  public func ownPredictions() throws -> FlowPredictions { try predictions() }
  public var labels: [Table.Column] { labels(basis.data, rows) }

  /// What rows of a file are called by.
  func labels(_ data: FlowData, _ rows: [Int]) -> [Table.Column] {
    let columns =
      specification.formula.effects.flatMap(\.columns) + specification.random
      + options.covariance.columns
    return data.labels(rows, naming: columns, without: FlowPredictions.ownColumns)
  }

  /// Residuals of the used rows, in their order. Mixed models are taken at the most likely effects of
  /// their groupings, so that residuals are somewhat smaller than the scatter they come from.
  public func residuals(_ kind: ResidualKind, seed: UInt32 = 0) throws -> [Double] {
    let y = response
    switch kind {
    case .response: return y.indices.map { y[$0] - fitted[$0] }
    case .pearson:
      guard let laws else { throw refusal(of: kind) }
      let w = basis.weights
      return y.indices.map {
        (y[$0] - laws[$0].mean) * ((w?[$0] ?? 1) / laws[$0].variance).squareRoot()
      }
    case .deviance: throw refusal(of: kind)
    case .quantile: return try quantileResiduals(seed, column: specification.formula.response.name)
    }
  }

  private func refusal(of kind: ResidualKind) -> Fault {
    Fault(.usage, "flows.residual-family", ["kind": kind.rawValue, "family": model])
  }

  /// The figures by which models are compared. Terms of a part for zeros are called `zero: …`.
  public func summary() -> FitSummary {
    let y = response
    let w = basis.weights ?? y.map { _ in 1 }
    let formula = specification.formula
    let isOfFlows =
      basis.data.index(of: formula.response.name) != nil && fitted.allSatisfy { $0 >= 0 }
    return FitSummary(
      family: model, formula: formula.text,
      effects: formula.effects.prefix(nestParameter == nil ? formula.effects.count : 1).map(
        \.name),
      nests: nestParameter == nil ? nil : formula.effects.last?.name, nestParameter: nestParameter,
      covariance: options.covariance, smallSample: covariance.rule,
      isCovarianceRepaired: covariance.isRepaired,
      coefficients: parts.flatMap { part in
        part.name == "zero"
          ? part.coefficients.map { $0.named("zero: \($0.term)") } : part.coefficients
      },
      observations: observations, zeros: y.count { $0 == 0 }, logLikelihood: logLikelihood,
      aic: aic, bic: bic, pseudoR2: nil,
      commonPart: isOfFlows
        ? FlowScores.commonPart(
          y.indices.map { w[$0] * y[$0] }, w.indices.map { w[$0] * fitted[$0] })
        : nil,
      standardisedError: isOfFlows
        ? FitSummary.standardisedError(y, fitted, w) : nil,
      resetPValue: nil, resetFault: nil)
  }
}

extension Coefficient {
  /// The same under another name.
  func named(_ name: String) -> Coefficient {
    Coefficient(
      term: name, estimate: estimate, standardError: standardError, statistic: statistic,
      pValue: pValue, confidenceLow: confidenceLow, confidenceHigh: confidenceHigh)
  }
}
