public import Demography
import Glibc
import Kernel

/// Vuong's test of two models that are not special cases of each other.
///
/// With the difference `m` of the rows' log-likelihoods, `z = (Σm − c)/(√n ω)`, ω² its variance with
/// divisor n; positive values speak for the first fit. The correction c is 0, the difference of the
/// numbers of parameters, or `½ ln n` times that.
///
/// Vuong 1989.
public struct VuongTest: ComparisonTest {
  public enum Correction: String, Hashable, Sendable, CaseIterable { case none, aic, bic }

  public let correction: Correction

  public init(_ correction: Correction) { self.correction = correction }

  public var card: Card {
    let ending = correction == .none ? "" : "-\(correction.rawValue)"
    return Card(catalogue: "test", id: "vuong\(ending)", reference: "Vuong 1989")
  }

  public func result(
    _ first: any FlowFit, _ second: any FlowFit
  ) throws -> SpecificationResult {
    try first.requireSameRows(as: second)
    try first.requireUnweighted(card)
    try second.requireUnweighted(card)
    guard let a = first.rowLogLikelihoods, let b = second.rowLogLikelihoods else {
      let family = first.rowLogLikelihoods == nil ? first.model : second.model
      throw Fault(.usage, "flows.test-family", ["test": card.id, "family": family])
    }
    let m = a.indices.map { a[$0] - b[$0] }
    let n = Double(m.count)
    let variance = Statistics.variance(m) * (n - 1) / n
    let more = Double(first.parameterCount - second.parameterCount)
    let penalty: Double =
      switch correction {
      case .none: 0
      case .aic: more
      case .bic: 0.5 * more * Glibc.log(n)
      }
    let sum = Statistics.sum(m) - penalty
    let error = (n * variance).squareRoot()
    // Equal likelihoods row by row: nothing speaks for either.
    let statistic = error > 0 ? sum / error : 0
    return SpecificationResult(
      test: card.id,
      estimates: [.init(term: "log_likelihood_difference", value: sum, standardError: error)],
      statistic: statistic, distribution: .normal, degreesOfFreedom: nil,
      pValue: 2 * normalComplementary(abs(statistic)), rows: m.count)
  }
}

extension RegressionFit {
  /// Log-likelihood of each used row; `nil` for a family that is a quasi-likelihood or does not state it.
  public var rowLogLikelihoods: [Double]? {
    estimation.logDensity.map { density in
      response.indices.map { density(response[$0], fitted[$0]) }
    }
  }
}
