public import Demography
import Glibc
import Kernel

/// Poisson means with a variance proportional to them: `Var[y] = φ μ`, φ by Pearson's statistic.
///
/// Coefficients, log-likelihood and deviance are Poisson's; standard errors under `iid` are wider by
/// √φ and tests are Student's. Wedderburn 1974.
public struct QuasiPoissonFlowModel: FlowRegression {
  public init() {}

  public var card: Card { .ofFamily("quasipoisson", reference: "Wedderburn 1974") }

  public func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    try MeanRegression(
      id: card.id, family: PoissonFamily(), likelihood: PoissonFlowModel.likelihood(_:_:)
    ).fit(formula, data, options)
  }
}

/// Gamma pseudo-maximum likelihood with a logarithmic link: `Var[y] = φ μ²`.
///
/// Every flow counts by its relative error. Flows of zero have no likelihood; they are left out and
/// listed. The log-likelihood takes φ as deviance by the sum of weights, as R does. Manning & Mullahy 2001.
public struct GammaFlowModel: FlowRegression {
  public init() {}

  public var card: Card {
    .ofFamily("gamma", reference: "Manning & Mullahy 2001; Santos Silva & Tenreyro 2006")
  }

  public func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    try MeanRegression(
      id: card.id, family: GammaFamily(), takesZeros: false, likelihood: Self.likelihood
    ).fit(formula, data, options)
  }

  /// The constant alone stands at the mean of `y/e^o`, o the offset.
  @Sendable static func likelihood(_ design: RegressionDesign, _ mu: [Double]) -> Likelihood {
    let y = design.y
    let base = design.exposures
    let count = design.weights.map { Statistics.sum($0) } ?? Double(y.count)
    let ratio = design.weightedSum { y[$0] / base[$0] } / count
    let constant = base.map { ratio * $0 }
    func deviance(_ mu: [Double]) -> Double {
      design.weights == nil
        ? GammaFamily().deviance(y, mu)
        : design.weightedSum { GammaFamily().unitDeviance(y[$0], mu[$0]) }
    }
    func value(_ mu: [Double]) -> Double {
      let shape = count / deviance(mu)
      return design.weightedSum { Gamma(shape: shape, rate: shape / mu[$0]).logDensity(y[$0]) }
    }
    return Likelihood(
      value: value(mu), ofConstant: value(constant), deviance: deviance(mu))
  }
}

/// Least squares on the flows themselves with a logarithmic link: `Var[y] = σ²`.
///
/// The largest flows decide nearly alone. Also known as non-linear least squares and Gaussian
/// pseudo-maximum likelihood. Santos Silva & Tenreyro 2006.
public struct GaussianMeanFlowModel: FlowRegression {
  public init() {}

  public var card: Card {
    .ofFamily("gaussian-log", reference: "Santos Silva & Tenreyro 2006")
  }

  public func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    try MeanRegression(
      id: card.id, family: GaussianFamily(),
      likelihood: { Self.likelihood($0, $1, options.weighting) }
    ).fit(formula, data, options)
  }

  /// The constant alone stands at `Σ y e^o / Σ e^2o`, o the offset.
  @Sendable static func likelihood(
    _ design: RegressionDesign, _ mu: [Double], _ weighting: Weighting
  ) -> Likelihood {
    let (y, base) = (design.y, design.exposures)
    let ratio =
      design.weightedSum { y[$0] * base[$0] } / design.weightedSum { base[$0] * base[$0] }
    return LinearFlowModel.likelihood(
      y, mu, ofConstant: base.map { ratio * $0 }, weights: design.weights, weighting: weighting)
  }
}

/// What the families with a free dispersion have in common.
struct MeanRegression<Family: MeanFamily> {
  let id: String
  let family: Family
  var takesZeros = true
  let likelihood: @Sendable (_ design: RegressionDesign, _ mu: [Double]) -> Likelihood

  func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    let design = try RegressionDesign.ofFlows(formula, data, options, takesZeros: takesZeros)
    let regressors = try Regressors(design, hasIntercept: formula.hasIntercept)
    let family = family
    let refit: Estimation.Refit = { design, regressors in
      // Without zeros the flows themselves are a start: the first step is least squares of logarithms.
      try Reweighting(
        family, design, regressors, options, start: design.y.contains(0) ? nil : design.y
      ).solve()
    }
    let solution = try refit(design, regressors)
    return try RegressionFit(
      model: id, data: data, design: design, regressors: regressors,
      solution: solution, likelihood: likelihood(design, solution.fitted), options: options,
      isLinear: true, refit: refit, variance: { $0 / family.precision($0) })
  }
}

extension RegressionDesign {
  /// `e^o` of each row, o the offset: by what the constant alone is multiplied.
  var exposures: [Double] { offset.map { Kernel.exp($0) } ?? y.map { _ in 1 } }

  /// The sum over the rows, each as often as it counts.
  func weightedSum(_ term: (Int) -> Double) -> Double {
    guard let weights else { return Statistics.sum(y.indices.map(term)) }
    return Statistics.sum(y.indices.map { weights[$0] * term($0) })
  }
}

extension Card {
  /// A family of flow regression, with the parameters all of them take.
  static func ofFamily(_ id: String, reference: String) -> Card {
    Card(
      catalogue: "flow", id: id, reference: reference,
      parameters: [
        Card.Parameter("vcov", standard: "hetero"), Card.Parameter("ssc", standard: "fixest"),
        Card.Parameter("level", range: 0.5...0.999, standard: "0.95"),
      ])
  }
}
