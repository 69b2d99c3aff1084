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
    let maximum = try PoissonMaximum(formula, data, options)
    let refit: Estimation.Refit = { design, regressors in
      try PoissonMaximum.solve(design, regressors, options)
    }
    let design = maximum.design
    let solution = maximum.solution
    return try RegressionFit(
      model: card.id, data: data, design: design,
      regressors: maximum.regressors, solution: solution,
      likelihood: Self.likelihood(design, solution.fitted), options: options,
      refit: refit, logDensity: Self.logDensity, variance: { $0 })
  }

  /// `y ln μ − μ − ln Γ(y + 1)`.
  @Sendable static func logDensity(_ y: Double, _ mu: Double) -> Double {
    (y > 0 ? y * Glibc.log(mu) : 0) - mu - logGamma(y + 1)
  }

  /// Log-likelihood, that of the constant (and the offset) alone, and deviance.
  @Sendable static func likelihood(_ design: RegressionDesign, _ mu: [Double]) -> Likelihood {
    let (y, weights, offset) = (design.y, design.weights, design.offset)
    let factorials = logFactorials(y, weights)
    @Sendable func sum(_ term: @Sendable (Int) -> Double) -> Double {
      parallelSum(y.count) { rows in
        Statistics.sum(rows.map { row in (weights?[row] ?? 1) * term(row) })
      }
    }
    func value(_ mu: @Sendable (Int) -> Double) -> Double {
      sum { (y[$0] > 0 ? y[$0] * Glibc.log(mu($0)) : 0) - mu($0) } - factorials
    }
    let base = offset.map { Kernel.exp($0) }
    let ratio = sum { y[$0] } / sum { base?[$0] ?? 1 }
    let family = PoissonFamily()
    return Likelihood(
      value: value { mu[$0] }, ofConstant: value { ratio * (base?[$0] ?? 1) },
      deviance: sum { family.unitDeviance(y[$0], mu[$0]) })
  }

  /// As above for rows that count once, without offset.
  @Sendable static func likelihood(_ y: [Double], _ mu: [Double]) -> Likelihood {
    let mean = Statistics.sum(y) / Double(y.count)
    let factorials = logFactorials(y, nil)
    func value(_ mu: (Int) -> Double) -> Double {
      Statistics.sum(y.indices.map { (y[$0] > 0 ? y[$0] * Glibc.log(mu($0)) : 0) - mu($0) })
        - factorials
    }
    return Likelihood(
      value: value { mu[$0] }, ofConstant: value { _ in mean },
      deviance: PoissonFamily().deviance(y, mu))
  }

  /// `Σ w ln Γ(y + 1)`; small counts come from a table.
  private static func logFactorials(_ y: [Double], _ weights: [Double]?) -> Double {
    let small = (0..<1024).map { logGamma(Double($0) + 1) }
    return parallelSum(y.count) { rows in
      Statistics.sum(
        rows.map { row in
          let count = y[row]
          let isSmall = count < 1024 && count == count.rounded()
          return (weights?[row] ?? 1) * (isSmall ? small[Int(count)] : logGamma(count + 1))
        })
    }
  }
}
