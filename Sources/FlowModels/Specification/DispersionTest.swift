public import Demography
import Kernel

/// Cameron and Trivedi's test of a Poisson variance against `μ + α g(μ)`.
///
/// Least squares of `((y − μ)² − y)/μ` on `g(μ)/μ` without a constant, `g = μ` or `μ²`; only α above 0
/// speaks against Poisson. With `g = μ` the dispersion is `φ = 1 + α`.
///
/// Cameron & Trivedi 1990.
public struct DispersionTest: SpecificationTest {
  public enum Alternative: String, Hashable, Sendable, CaseIterable {
    /// Variance `(1 + α) μ`.
    case linear
    /// Variance `μ + α μ²`.
    case quadratic
  }

  public let alternative: Alternative

  public init(_ alternative: Alternative) { self.alternative = alternative }

  public var card: Card {
    Card(
      catalogue: "test", id: "dispersion-\(alternative.rawValue)",
      reference: "Cameron & Trivedi 1990")
  }

  public func result(_ fit: any FlowFit) throws -> SpecificationResult {
    let fit = try fit.regression(for: card)
    try fit.requireMean(card)
    try fit.requireUnweighted(card)
    let (y, mu) = (fit.response, fit.fitted)
    let auxiliary = try AuxiliaryRegression(
      y.indices.map { ((y[$0] - mu[$0]) * (y[$0] - mu[$0]) - y[$0]) / mu[$0] },
      [alternative == .linear ? mu.map { _ in 1 } : mu])
    let statistic = auxiliary.coefficients[0] / auxiliary.classical[0]
    return SpecificationResult(
      test: card.id,
      estimates: [
        .init(
          term: "alpha", value: auxiliary.coefficients[0], standardError: auxiliary.classical[0])
      ],
      statistic: statistic, distribution: .normalOneSided, degreesOfFreedom: nil,
      pValue: normalComplementary(statistic), rows: mu.count)
  }
}
