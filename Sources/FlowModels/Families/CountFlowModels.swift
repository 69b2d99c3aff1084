public import Demography

/// Negative binomial flows with a variance proportional to the mean, `Var[y] = μ (1 + δ)`.
///
/// `| orig + dest` is estimated with the rest, a parameter a level. Cameron & Trivedi 1986.
public struct LinearBinomialFlowModel: LikelihoodFlowModel {
  public init() {}

  public var card: Card { .ofFamily("negbin1", reference: "Cameron & Trivedi 1986") }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try CountRegression<LinearDensity>(id: card.id, part: .none).fit(specification, data, options)
  }
}

/// Poisson flows some of which are zero for a reason of their own: `P(0) = π + (1 − π) e^{−μ}`.
///
/// Lambert 1992.
public struct ZeroInflatedPoissonFlowModel: LikelihoodFlowModel {
  public init() {}
  public var hasZeroPart: Bool { true }

  public var card: Card { .ofFamily("zip", reference: "Lambert 1992") }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try CountRegression<PoissonDensity>(id: card.id, part: .inflated)
      .fit(specification, data, options)
  }
}

/// Negative binomial flows, `Var[y] = μ + μ²/θ`, some of which are zero for a reason of their own.
///
/// Greene 1994.
public struct ZeroInflatedBinomialFlowModel: LikelihoodFlowModel {
  public init() {}
  public var hasZeroPart: Bool { true }

  public var card: Card { .ofFamily("zinb", reference: "Greene 1994") }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try CountRegression<QuadraticDensity>(id: card.id, part: .inflated)
      .fit(specification, data, options)
  }
}

/// Whether there is a flow by a logit, how large it is by Poisson without its zeros. Mullahy 1986.
public struct HurdlePoissonFlowModel: LikelihoodFlowModel {
  public init() {}
  public var hasZeroPart: Bool { true }

  public var card: Card { .ofFamily("hurdle-poisson", reference: "Mullahy 1986") }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try CountRegression<PoissonDensity>(id: card.id, part: .hurdle)
      .fit(specification, data, options)
  }
}

/// Whether there is a flow by a logit, how large it is by a negative binomial without its zeros.
///
/// `Var = μ + μ²/θ` before the zeros are cut off. Mullahy 1986; Cameron & Trivedi 2013, 4.5.
public struct HurdleBinomialFlowModel: LikelihoodFlowModel {
  public init() {}
  public var hasZeroPart: Bool { true }

  public var card: Card {
    .ofFamily("hurdle-negbin2", reference: "Mullahy 1986; Cameron & Trivedi 2013")
  }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try CountRegression<QuadraticDensity>(id: card.id, part: .hurdle)
      .fit(specification, data, options)
  }
}
