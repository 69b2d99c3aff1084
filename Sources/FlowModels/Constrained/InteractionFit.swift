import Demography
import Glibc
import Kernel

/// How a fit of interaction states its uncertainty.
public struct InteractionOptions: Hashable, Sendable {
  public enum Errors: Hashable, Sendable, CaseIterable {
    /// Of Poisson counts, `(X'WX)⁻¹`.
    case poisson
    /// The same times `χ²/(N − k)`.
    case quasiPoisson
    /// Any variance, pairs unrelated: the sandwich without a small-sample factor.
    case robust
  }

  public var errors: Errors
  /// Coverage of the confidence intervals.
  public var level: Double

  public init(errors: Errors, level: Double = 0.95) {
    precondition(level > 0 && level < 1, "level \(level)")
    self.errors = errors
    self.level = level
  }
}

/// A fitted model of interaction: parameters, balancing factors, flows and how well they describe the table.
public struct InteractionFit: Sendable {
  public let specification: InteractionSpecification
  public let table: InteractionTable
  public let options: InteractionOptions
  /// Powers of masses, deterrence, covariates; of a local model one for each origin, `log(cost):AT11`.
  public let coefficients: [Coefficient]
  /// Of the coefficients, square, row by row.
  public let covarianceMatrix: [Double]
  /// Constant and effects as dummies against the first area with a flow: `(Intercept)`, `origin:…`,
  /// `destination:…`.
  public let effects: [Coefficient]
  /// A, 1 where origins are not constrained.
  public let originFactors: [Double]
  /// B, scaled so that `Σ B_j D_j = Σ D_j`; 1 where destinations are not constrained.
  public let destinationFactors: [Double]
  /// K of the model without constraint, else 1.
  public let scale: Double
  /// `origins · destinations`, origin fastest; of closed pairs 0.
  public let observed: [Double]
  public let fitted: [Double]
  /// Pairs the likelihood is made of: open, in lines with a flow where the line is constrained.
  public let isUsed: [Bool]
  public let parameterCount: Int
  public let logLikelihood: Double
  /// Of one mean flow for all pairs.
  public let nullLogLikelihood: Double
  public let deviance: Double
  public let nullDeviance: Double
  /// `Σ (y − μ)²/μ`.
  public let pearson: Double
  public let stop: InteractionStop

  public var observations: Int { isUsed.count { $0 } }
  private var n: Double { Double(observations) }
  private var k: Double { Double(parameterCount) }
  public var aic: Double { -2 * logLikelihood + 2 * k }
  public var bic: Double { -2 * logLikelihood + k * Glibc.log(n) }
  /// Share of the deviance explained.
  public var d2: Double { 1 - deviance / nullDeviance }
  public var adjustedD2: Double { 1 - (n - 1) / (n - k) * (1 - d2) }
  public var pseudoR2: Double { 1 - logLikelihood / nullLogLikelihood }
  public var adjustedPseudoR2: Double { 1 - (logLikelihood - k) / nullLogLikelihood }
  /// Pearson's χ² by degrees of freedom, 1 for Poisson counts.
  public var dispersion: Double { pearson / (n - k) }

  /// Observed and fitted flows of the used pairs, in one order, as `FlowScores` takes them.
  public var compared: (observed: [Double], fitted: [Double]) {
    let used = isUsed.indices.filter { isUsed[$0] }
    return (used.map { observed[$0] }, used.map { fitted[$0] })
  }

  /// Estimate of a coefficient; `nil` when there is none of that name.
  public func estimate(_ term: String) -> Double? {
    coefficients.first { $0.term == term }?.estimate
  }

  init(
    _ specification: InteractionSpecification, _ design: InteractionDesign, flows: [Double],
    _ solution: InteractionNewton.Solution, _ options: InteractionOptions
  ) {
    self.specification = specification
    self.options = options
    table = design.table
    observed = flows.indices.map { design.table.isOpen[$0] ? flows[$0] : 0 }
    fitted = solution.fitted
    isUsed = design.isUsed
    parameterCount = design.parameterCount
    stop = solution.stop
    let y = design.cells.map { flows[$0] }
    let mu = design.cells.map { solution.fitted[$0] }
    let likelihood = PoissonFlowModel.likelihood(y, mu)
    logLikelihood = likelihood.value
    nullLogLikelihood = likelihood.ofConstant
    deviance = likelihood.deviance
    let mean = Statistics.mean(y)
    nullDeviance = FlowScores.poissonDeviance(y, y.map { _ in mean })
    let pearson = Statistics.sum(zip(y, mu).map { ($0 - $1) * ($0 - $1) / $1 })
    self.pearson = pearson
    let degrees = Double(y.count - design.parameterCount)
    let V = Self.covariance(design, observed, solution, options.errors, pearson / degrees)
    let report = InteractionReport(design, solution.beta, V, level: options.level)
    coefficients = report.coefficients
    covarianceMatrix = report.covarianceMatrix
    effects = report.effects
    let factors = Self.factors(design, solution, observed)
    originFactors = factors.origins
    destinationFactors = factors.destinations
    scale = design.hasIntercept ? Glibc.exp(solution.beta[design.effectCount]) : 1
  }

  private init(transposing fit: InteractionFit, to specification: InteractionSpecification) {
    let table = fit.table
    self.specification = specification
    self.table = table.transposed
    options = fit.options
    coefficients = fit.coefficients.map(\.exchanged)
    covarianceMatrix = fit.covarianceMatrix
    effects = fit.effects.map(\.exchanged)
    originFactors = fit.destinationFactors
    destinationFactors = fit.originFactors
    scale = fit.scale
    observed = table.transposing(fit.observed)
    fitted = table.transposing(fit.fitted)
    isUsed = table.transposing(fit.isUsed)
    parameterCount = fit.parameterCount
    logLikelihood = fit.logLikelihood
    nullLogLikelihood = fit.nullLogLikelihood
    deviance = fit.deviance
    nullDeviance = fit.nullDeviance
    pearson = fit.pearson
    stop = fit.stop
  }

  /// The same fit with the roles of origin and destination exchanged.
  func transposed(as specification: InteractionSpecification) -> InteractionFit {
    InteractionFit(transposing: self, to: specification)
  }

  private static func covariance(
    _ design: InteractionDesign, _ y: [Double], _ solution: InteractionNewton.Solution,
    _ errors: InteractionOptions.Errors, _ dispersion: Double
  ) -> Matrix {
    switch errors {
    case .poisson: return solution.inverse
    case .quasiPoisson: return dispersion * solution.inverse
    case .robust:
      let squares = y.indices.map { cell in
        let residual = y[cell] - solution.fitted[cell]
        return design.isUsed[cell] ? residual * residual : 0
      }
      var meat = design.information(squares)
      for j in 0..<meat.columns { for i in 0..<j { meat[i, j] = meat[j, i] } }
      return solution.inverse.times(meat).times(solution.inverse)
    }
  }

  private static func factors(
    _ design: InteractionDesign, _ solution: InteractionNewton.Solution, _ y: [Double]
  ) -> (origins: [Double], destinations: [Double]) {
    let table = design.table
    let ones = (table.origins.map { _ in 1.0 }, table.destinations.map { _ in 1.0 })
    if design.hasIntercept { return ones }
    let totals = InteractionTotals(table, y)
    let n = table.origins.count
    let logs = design.predictor(solution.beta, withEffects: false)
    let largest = InteractionFlows.rowMaxima(logs, table)
    let f = Kernel.exp(
      logs.indices.map { table.isOpen[$0] ? logs[$0] - largest[$0 % n] : -.infinity })
    let ofOrigins = design.originParameter.contains { $0 >= 0 }
    let ofDestinations = design.destinationParameter.contains { $0 >= 0 }
    if !ofDestinations {
      let sums = Matrix(rows: n, columns: ones.1.count, values: f).times(ones.1)
      return (sums.indices.map { Glibc.exp(-largest[$0]) / sums[$0] }, ones.1)
    }
    if !ofOrigins {
      let sums = Matrix(rows: n, columns: ones.1.count, values: f).transposeTimes(
        largest.map { Glibc.exp($0) })
      return (ones.0, sums.map { 1 / $0 })
    }
    var b = table.destinations.indices.map { j in
      let parameter = design.destinationParameter[j]
      return totals.destinations[j] > 0
        ? Glibc.exp(parameter < 0 ? 0 : solution.beta[parameter]) : 0
    }
    let share = totals.total / b.reduce(0, +)
    b = b.map { $0 * share }
    let found = BalancingFactors(
      weights: f, logScale: largest, b: b, rows: totals.origins, columns: totals.destinations)
    return (found.origins, found.destinations)
  }
}

extension Coefficient {
  /// With the words origin and destination exchanged in its name.
  fileprivate var exchanged: Coefficient {
    let names = [
      ("origin:", "destination:"), ("destination:", "origin:"),
      ("log(origin mass)", "log(destination mass)"), ("log(destination mass)", "log(origin mass)"),
    ]
    let pair = names.first { term.hasPrefix($0.0) }
    let name = pair.map { $0.1 + term.dropFirst($0.0.count) } ?? term
    return Coefficient(
      term: name, estimate: estimate, standardError: standardError, statistic: statistic,
      pValue: pValue, confidenceLow: confidenceLow, confidenceHigh: confidenceHigh)
  }
}
