public import Demography
import Glibc
import Kernel

/// Park's regression: how does the squared residual grow with the mean?
///
/// Least squares of `ln (y − μ)²` on `ln μ` with HC1 errors. A slope of 1 speaks for Poisson, 2 for
/// gamma or a logarithmic regression; the statistic is that of slope 1. Rows fitted exactly have no
/// logarithm and are not counted.
///
/// Park 1966; Manning & Mullahy 2001.
public struct ParkTest: SpecificationTest {
  public init() {}

  public var card: Card {
    Card(catalogue: "test", id: "park", reference: "Park 1966; Manning & Mullahy 2001")
  }

  public func result(_ fit: any FlowFit) throws -> SpecificationResult {
    try fit.requireMean(card)
    try fit.requireUnweighted(card)
    let used = fit.fitted.indices.filter { fit.response[$0] != fit.fitted[$0] }
    let (y, mu) = (used.map { fit.response[$0] }, used.map { fit.fitted[$0] })
    let logs = mu.map { Glibc.log($0) }
    let squares = y.indices.map { 2 * Glibc.log(abs(y[$0] - mu[$0])) }
    let auxiliary = try AuxiliaryRegression(squares, [mu.map { _ in 1 }, logs])
    let statistic = (auxiliary.coefficients[1] - 1) / auxiliary.robust[1]
    return SpecificationResult(
      test: card.id,
      estimates: zip(["(Intercept)", "log(mu)"], 0...).map { name, k in
        .init(
          term: name, value: auxiliary.coefficients[k], standardError: auxiliary.robust[k])
      },
      statistic: statistic, distribution: .normal, degreesOfFreedom: nil,
      pValue: 2 * normalComplementary(abs(statistic)), rows: used.count)
  }
}

/// The Gauss–Newton regression of Santos Silva and Tenreyro: is the variance proportional to the mean?
///
/// Least squares of `(y − μ)²/√μ` on `√μ` and `√μ ln μ` without a constant, HC1 errors; where the
/// variance is proportional to the mean, the second coefficient is 0.
///
/// Santos Silva & Tenreyro 2006, section IV.
public struct GaussNewtonTest: SpecificationTest {
  public init() {}

  public var card: Card {
    Card(catalogue: "test", id: "gnr", reference: "Santos Silva & Tenreyro 2006")
  }

  public func result(_ fit: any FlowFit) throws -> SpecificationResult {
    try fit.requireMean(card)
    try fit.requireUnweighted(card)
    let (y, mu) = (fit.response, fit.fitted)
    let roots = mu.map { $0.squareRoot() }
    let auxiliary = try AuxiliaryRegression(
      y.indices.map { (y[$0] - mu[$0]) * (y[$0] - mu[$0]) / roots[$0] },
      [roots, mu.indices.map { roots[$0] * Glibc.log(mu[$0]) }])
    let statistic = auxiliary.coefficients[1] / auxiliary.robust[1]
    return SpecificationResult(
      test: card.id,
      estimates: zip(["sqrt(mu)", "sqrt(mu)*log(mu)"], 0...).map { name, k in
        .init(
          term: name, value: auxiliary.coefficients[k], standardError: auxiliary.robust[k])
      },
      statistic: statistic, distribution: .normal, degreesOfFreedom: nil,
      pValue: 2 * normalComplementary(abs(statistic)), rows: mu.count)
  }
}
