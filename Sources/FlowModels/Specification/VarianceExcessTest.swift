public import Demography
import Kernel

/// Do flows scatter more than a family by full likelihood has them scatter?
///
/// The sum of `(y − μ)²/V − 1`, V the variance of the family at its shape and zero part, by its standard
/// error. Large values speak for more scatter; `excess_variance` is the mean of the terms.
///
/// Tauchen 1985; Cameron & Trivedi 2013, 5.6.
public struct VarianceExcessTest: SpecificationTest {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "test", id: "variance", reference: "Tauchen 1985; Cameron & Trivedi 2013")
  }

  public func result(_ fit: any FlowFit) throws -> SpecificationResult {
    guard let likelihood = fit as? LikelihoodFit, let scores = likelihood.basis.scores else {
      throw fit.refusal(of: card)
    }
    let moments = try likelihood.residuals(.pearson).map { $0 * $0 - 1 }
    let found = try MomentTest(moments, scores, card, of: fit.model)
    let rows = Double(moments.count)
    return SpecificationResult(
      test: card.id,
      estimates: [
        .init(
          term: "excess_variance", value: found.sum / rows,
          standardError: found.standardError / rows)
      ],
      statistic: found.statistic, distribution: .normalOneSided, degreesOfFreedom: nil,
      pValue: normalComplementary(found.statistic), rows: moments.count)
  }
}
