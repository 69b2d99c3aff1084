public import Demography
import Glibc
import Kernel

/// Poisson pseudo-maximum likelihood with fixed effects: `E[y] = exp(x'β + Σ α)`.
///
/// Consistent for any non-negative flow whose mean is right, zeros included; fitted totals of every
/// level of a fixed effect equal the observed ones. Before fitting, rows on which the maximum does
/// not exist are found and left out, and said so.
///
/// Santos Silva & Tenreyro 2006; Correia, Guimarães & Zylkin 2020; Bergé 2018.
public struct PoissonFlowModel: FlowRegression {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: "poisson",
      reference: "Santos Silva & Tenreyro 2006; Correia, Guimarães & Zylkin 2020",
      parameters: [
        Card.Parameter("vcov", standard: "hetero"), Card.Parameter("ssc", standard: "fixest"),
        Card.Parameter("level", range: 0.5...0.999, standard: "0.95"),
      ])
  }

  public func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    let design = try RegressionDesign.ofFlows(formula, data, options)
    let regressors = try Regressors(design, hasIntercept: formula.hasIntercept)
    let refit: Estimation.Refit = { design, regressors in
      try Reweighting(PoissonFamily(), design, regressors, options).solve()
    }
    let solution = try refit(design, regressors)
    return try RegressionFit(
      model: card.id, formula: formula, data: data, design: design, regressors: regressors,
      solution: solution, likelihood: Self.likelihood(design.y, solution.fitted), options: options,
      refit: refit, logDensity: Self.logDensity, variance: { $0 })
  }

  /// `y ln μ − μ − ln Γ(y + 1)`.
  @Sendable static func logDensity(_ y: Double, _ mu: Double) -> Double {
    (y > 0 ? y * Glibc.log(mu) : 0) - mu - logGamma(y + 1)
  }

  /// Log-likelihood, that of the constant alone, and deviance.
  static func likelihood(_ y: [Double], _ mu: [Double]) -> Likelihood {
    let mean = Statistics.sum(y) / Double(y.count)
    let constant = Statistics.sum(y.map { logGamma($0 + 1) })
    func value(_ mu: (Int) -> Double) -> Double {
      Statistics.sum(y.indices.map { (y[$0] > 0 ? y[$0] * Glibc.log(mu($0)) : 0) - mu($0) })
        - constant
    }
    return Likelihood(
      value: value { mu[$0] }, ofConstant: value { _ in mean },
      deviance: PoissonFamily().deviance(y, mu))
  }
}
