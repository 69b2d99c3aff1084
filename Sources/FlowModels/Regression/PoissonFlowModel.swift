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
    var design: RegressionDesign
    do {
      design = try RegressionDesign(formula, data, clusters: options.covariance.columns)
    } catch let faults as Faults {
      // Negative flows are told with the other faults of the file, not after they are mended.
      throw Faults(faults.all + negativeCells(formula, data))
    }
    try refuseNegative(design, formula, data)
    design.dropEmptyLevels(data)
    if options.dropsSingletons { design.dropSingletons(data) }
    try design.requireRows(formula, data)
    try design.dropSeparated(formula, data)
    try design.requireRows(formula, data)
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

  /// Negative cells of a response that is a column as it stands.
  private func negativeCells(_ formula: Formula, _ data: FlowData) -> [Fault] {
    guard let column = data.columnNames.firstIndex(of: formula.response.name) else { return [] }
    return (0..<data.count).compactMap { row in
      guard case .number(let value) = data.cell(row: row, column: column), value < 0 else {
        return nil
      }
      return Fault(
        .badData, "flows.negative", ["found": text(value), "column": formula.response.name],
        at: data.place(row: row, column: column))
    }
  }

  private func refuseNegative(
    _ design: RegressionDesign, _ formula: Formula, _ data: FlowData
  ) throws {
    let faults = design.y.indices.filter { design.y[$0] < 0 }.prefix(100).map { k in
      Fault(
        .badData, "flows.negative",
        ["found": text(design.y[k]), "column": formula.response.name],
        at: data.place(of: formula.response, row: design.rows[k]))
    }
    guard faults.isEmpty else { throw Faults(Array(faults)) }
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
