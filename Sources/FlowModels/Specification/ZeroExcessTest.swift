public import Demography
import Glibc
import Kernel

/// Are there more zero flows, or fewer, than the family has?
///
/// The sum of `1{y = 0} − P(0)` by its standard error, the parameters having been estimated: of Poisson
/// flows by the information, of families with a shape or a zero part by the scores. Positive values speak
/// for more zeros than the family has, negative ones for less.
///
/// He, Zhang, Ye & Tang 2019, Statistical Methods in Medical Research 28(4).
public struct ZeroExcessTest: SpecificationTest {
  public init() {}

  public var card: Card {
    Card(catalogue: "test", id: "zeros", reference: "He, Zhang, Ye & Tang 2019; Tauchen 1985")
  }

  public func result(_ fit: any FlowFit) throws -> SpecificationResult {
    try fit.requireUnweighted(card)
    guard let laws = (fit as? any FlowLaws)?.laws, laws.allSatisfy(\.isOfCounts) else {
      throw fit.refusal(of: card)
    }
    let zeros = laws.map { Glibc.exp($0.logDensity(0)) }
    let moments = fit.response.indices.map { (fit.response[$0] == 0 ? 1 : 0) - zeros[$0] }
    // Less than a hundredth of a zero expected and none seen: nothing to be told apart.
    guard Statistics.sum(zeros) > 0.01 || moments.contains(where: { $0 > 0 }) else {
      throw Fault(
        .usage, "flows.test-no-zeros",
        ["test": card.id, "expected": text((1e4 * Statistics.sum(zeros)).rounded() / 1e4)])
    }
    let (sum, error) = try sum(fit, moments, zeros)
    let statistic = sum / error
    return SpecificationResult(
      test: card.id,
      estimates: [.init(term: "excess_zeros", value: sum, standardError: error)],
      statistic: statistic, distribution: .normal, degreesOfFreedom: nil,
      pValue: 2 * normalComplementary(abs(statistic)), rows: fit.rows.count)
  }

  private func sum(
    _ fit: any FlowFit, _ moments: [Double], _ zeros: [Double]
  ) throws -> (sum: Double, error: Double) {
    if let fit = fit as? RegressionFit, fit.shape == nil {
      return (Statistics.sum(moments), try error(fit, zeros))
    }
    let scores =
      try (fit as? LikelihoodFit)?.basis.scores ?? (fit as? RegressionFit)?.denseScores(card)
    guard let scores else { throw fit.refusal(of: card) }
    let found = try MomentTest(moments, scores, card, of: fit.model)
    return (found.sum, found.standardError)
  }

  /// Of Poisson flows `Σ p₀(1 − p₀)` less what the estimation of the mean takes, `c'I⁻¹c`, where
  /// `c = Σ p₀ μ x` is the covariance of the zeros and the scores.
  private func error(_ fit: RegressionFit, _ zeros: [Double]) throws -> Double {
    let weights = fit.estimation.solution.weights
    let rest = try fit.estimation.residual(of: zeros)
    let own = Statistics.sum(zeros.map { $0 * (1 - $0) })
    let byMean = Statistics.sum(
      zeros.indices.map { weights[$0] * (zeros[$0] * zeros[$0] - rest[$0] * rest[$0]) })
    guard own - byMean > 1e-12 * own else {
      throw Fault(.usage, "flows.test-spanned", ["test": card.id, "family": fit.model])
    }
    return (own - byMean).squareRoot()
  }
}

extension RegressionFit {
  /// Scores of the rows by coefficients, levels of effects and shape, one column each.
  /// - Throws: `flows.test-family` with slopes of effects; `fit.too-many-parameters`.
  fileprivate func denseScores(_ test: Card) throws -> Matrix {
    let design = estimation.design
    guard design.effects.allSatisfy({ $0.slope == nil }) else { throw refusal(of: test) }
    let part = try PartDesign(design, estimation.data)
    let scores = part.X.scalingRows(by: estimation.solution.scores)
    return shapeInformation.map { scores.appendingColumns(Matrix(column: $0.scores)) } ?? scores
  }
}
