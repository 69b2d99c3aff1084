public import Demography

/// Poisson flows whose logarithmic means have normal effects: one of each flow, so that they are
/// overdispersed, and one of each level of the groupings asked for.
///
/// By Laplace's approximation, or adaptive quadrature over the effects of one grouping. Aitchison & Ho 1989; Breslow & Clayton 1993.
public struct PoissonLognormalFlowModel: LikelihoodFlowModel {
  public init() {}
  public var takesRandomEffects: Bool { true }

  public var card: Card {
    .ofMixed("poisson-lognormal", reference: "Aitchison & Ho 1989; Breslow & Clayton 1993")
  }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try MixedRegression(id: card.id, response: .poisson, hasRowEffect: true, isRestricted: false)
      .fit(specification, data, options)
  }
}

/// Poisson flows with normal effects of groupings on their logarithmic means.
///
/// By Laplace's approximation, or adaptive quadrature over the effects of one grouping. Breslow & Clayton 1993.
public struct MixedPoissonFlowModel: LikelihoodFlowModel {
  public init() {}
  public var takesRandomEffects: Bool { true }

  public var card: Card { .ofMixed("poisson-mixed", reference: "Breslow & Clayton 1993") }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try MixedRegression(id: card.id, response: .poisson, hasRowEffect: false, isRestricted: false)
      .fit(specification, data, options)
  }
}

/// Negative binomial flows, `Var[y|u] = μ + μ²/θ`, with normal effects of groupings.
///
/// By Laplace's approximation, or adaptive quadrature over the effects of one grouping. Booth et al. 2003; Skaug & Fournier 2006.
public struct MixedBinomialFlowModel: LikelihoodFlowModel {
  public init() {}
  public var takesRandomEffects: Bool { true }

  public var card: Card {
    .ofMixed("negbin2-mixed", reference: "Booth et al. 2003; Skaug & Fournier 2006")
  }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try MixedRegression(id: card.id, response: .quadratic, hasRowEffect: false, isRestricted: false)
      .fit(specification, data, options)
  }
}

/// Normal responses such as `log(flow)` with normal effects of groupings.
///
/// By restricted maximum likelihood, which allows for the coefficients having been estimated, or by
/// plain maximum likelihood. Patterson & Thompson 1971; Bates et al. 2015.
public struct MixedLinearFlowModel: LikelihoodFlowModel {
  public let isRestricted: Bool

  public init(isRestricted: Bool = true) { self.isRestricted = isRestricted }
  public var takesRandomEffects: Bool { true }

  public var card: Card {
    .ofMixed(
      isRestricted ? "gaussian-mixed" : "gaussian-mixed-ml",
      reference: "Patterson & Thompson 1971; Bates et al. 2015")
  }

  public func fit(
    _ specification: LikelihoodSpecification, _ data: FlowData, _ options: RegressionOptions
  ) throws -> LikelihoodFit {
    try MixedRegression(
      id: card.id, response: .normal, hasRowEffect: false, isRestricted: isRestricted
    ).fit(specification, data, options)
  }
}

extension Card {
  /// A mixed model; its standard errors are the model's own.
  static func ofMixed(_ id: String, reference: String) -> Card {
    Card(
      catalogue: "flow", id: id, reference: reference,
      parameters: [Card.Parameter("level", range: 0.5...0.999, standard: "0.95")])
  }
}
