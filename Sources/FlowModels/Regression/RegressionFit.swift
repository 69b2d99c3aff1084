import Demography
import Glibc
import Kernel

/// One estimated coefficient.
public struct Coefficient: Hashable, Sendable {
  public let term: String
  public let estimate: Double
  public let standardError: Double
  /// Estimate by standard error.
  public let statistic: Double
  /// Two-sided: normal for Poisson, Student for linear models.
  public let pValue: Double
  public let confidenceLow: Double
  public let confidenceHigh: Double
}

/// Estimated levels of one fixed effect.
public struct FixedEffect: Hashable, Sendable {
  public let name: String
  /// Sorted; made when asked for, for a pair effect has as many as there are pairs.
  /// - Complexity: O(levels)
  public var levels: [String] { (0..<names.count).map { names[$0] } }
  /// On the scale of the linear predictor. Every effect but the first has mean 0 over its levels;
  /// only sums of one level of each effect mean something. Slopes are by unit of their column.
  public let values: [Double]
  let names: LevelNames
}

/// A fitted regression of flows: coefficients, how sure they are, and which rows they come from.
public struct RegressionFit: Sendable {
  /// Id of the model's card.
  public let model: String
  /// As it was fitted: factors replaced by a term for each of their levels.
  public let formula: Formula
  public let options: RegressionOptions
  /// The intercept first where there is one, then the terms in the order of the formula.
  public let coefficients: [Coefficient]
  /// Of the coefficients, square, row by row.
  public var covarianceMatrix: [Double] { covariance.matrix }
  /// Whether negative eigenvalues of a multiway covariance were set to zero.
  public var isCovarianceRepaired: Bool { covariance.isRepaired }
  /// How the covariance was found.
  public let covariance: CovarianceEstimate
  /// Terms left out because the effects and earlier terms determine them.
  public let collinear: [String]
  public let dropped: [DroppedRows]
  /// Number of clusters by cluster column.
  public let clusterCounts: [String: Int]
  /// Rows of the data that were used, ascending.
  public let rows: [Int]
  /// Expected flow of each used row.
  public let fitted: [Double]
  public let fixedEffects: [FixedEffect]
  /// Coefficients and levels of effects, one level of each effect after the first not counted.
  public let parameterCount: Int
  public let logLikelihood: Double
  public let nullLogLikelihood: Double
  public let deviance: Double
  public let iterations: Int
  /// Sweeps over the rows in the steps of the iteration; 0 where nothing was iterated.
  public let sweeps: Int
  /// Always true: a fit that does not converge throws.
  public let converged: Bool
  /// Why the iteration ended where it did.
  public let stopReason: StopReason
  /// Levels of all effects as they were found, or the constant alone.
  let effects: [Double]
  /// What other covariances, predictions and tests are made from.
  let estimation: Estimation
  /// The parameter of scatter beside the mean, θ or δ; `nil` for families without one.
  public let shape: ShapeParameter?
  /// What the `i(…)` of the formula know of, references included.
  let factors: [FactorLevels]
  /// What the rows say of the shape together with the mean.
  let shapeInformation: ShapeInformation?

  /// Pearson's statistic by its degrees of freedom: 1 is Poisson's variance, or that of the shape.
  public var dispersion: Double {
    let (s, w) = (estimation.solution.scores, estimation.solution.weights)
    let pearson = Statistics.sum(s.indices.map { s[$0] * s[$0] / w[$0] })
    return pearson / (countedObservations - Double(estimation.parameterCount))
  }
  /// Rows that were used.
  public var observations: Int { rows.count }
  /// Observations they stand for: the sum of frequency weights, otherwise the rows.
  public var countedObservations: Double { estimation.observations }
  /// Rows of the fit that are alone in a level of an effect; 0 where such were left out.
  public let singletons: Int
  /// Name of the weights and their sum; `nil` where rows count once.
  public var weights: (name: String, sum: Double)? {
    guard let term = formula.weights, let weights = estimation.design.weights else { return nil }
    return (term.name, Statistics.sum(weights))
  }
  public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }
  public var bic: Double { -2 * logLikelihood + Double(parameterCount) * log(countedObservations) }
  public var pseudoR2: Double { 1 - logLikelihood / nullLogLikelihood }

  init(
    model: String, data: FlowData, design: RegressionDesign,
    regressors: Regressors, solution: Solution, likelihood: Likelihood, options: RegressionOptions,
    isLinear: Bool = false, refit: Estimation.Refit? = nil,
    jackknifeRefit: Estimation.Refit? = nil,
    logDensity: (@Sendable (_ y: Double, _ mu: Double) -> Double)? = nil,
    variance: (@Sendable (_ mu: Double) -> Double)? = nil,
    shape: ShapeInformation? = nil
  ) throws {
    let formula = design.formula
    self.model = model
    self.formula = formula
    self.options = options
    rows = design.rows
    factors = try formula.factors.map { try FactorLevels($0, data, rows: design.rows) }
    fitted = solution.fitted
    dropped = design.dropped
    iterations = solution.iterations
    sweeps = solution.sweeps
    converged = true
    stopReason = solution.stop
    collinear = regressors.collinear.map { formula.terms[$0].name }
    logLikelihood = likelihood.value
    nullLogLikelihood = likelihood.ofConstant
    deviance = likelihood.deviance
    clusterCounts = Dictionary(
      uniqueKeysWithValues: zip(options.covariance.columns, design.clusters.map(\.count)))
    let levels = design.effects.reduce(0) { $0 + $1.count }
    let constants = design.effects.count { $0.slope == nil }
    let means =
      regressors.kept.count + (formula.hasIntercept ? 1 : 0)
      + levels - max(0, constants - 1)
    parameterCount = means + (shape == nil ? 0 : 1)
    let frequencies = try design.frequencies(options.weighting, data)
    singletons = options.dropsSingletons ? 0 : design.singletons(frequencies)
    let counted = frequencies.map { Statistics.sum($0) } ?? Double(design.count)
    // Without a degree of freedom the errors have no variance to be estimated.
    guard !isLinear || counted > Double(means) else {
      throw Fault(
        .badData, "fit.saturated", ["rows": "\(design.count)", "parameters": "\(means)"])
    }
    guard logLikelihood.isFinite else { throw Fault(.badData, "fit.exact") }
    do {
      effects = try Self.effects(design, regressors, solution)
      estimation = try Estimation(
        model, data, design, regressors, solution, parameterCount: means, isLinear: isLinear,
        frequencies: frequencies, refit: refit, jackknifeRefit: jackknifeRefit,
        logDensity: logDensity, variance: variance)
    } catch {
      throw error.fault
    }
    let ofMean = try estimation.covariance(options.covariance, options.smallSample)
    shapeInformation = shape
    if let shape {
      let joint = try shape.joint(with: estimation, ofMean)
      covariance = joint.covariance
      self.shape = shape.parameter(variance: joint.variance)
    } else {
      covariance = ofMean
      self.shape = nil
    }
    let names = regressors.kept.map { formula.terms[$0].name }
    coefficients = covariance.coefficients(
      names: formula.hasIntercept ? ["(Intercept)"] + names : names,
      estimates: formula.hasIntercept ? effects + solution.beta : solution.beta,
      level: options.level)
    fixedEffects = Self.normalised(design, regressors.space, effects)
  }

  /// The effects that, with the regressors, give the linear predictor.
  private static func effects(
    _ design: RegressionDesign, _ regressors: Regressors, _ solution: Solution
  ) throws(FitError) -> [Double] {
    if let levels = solution.levels { return levels }
    var rest = solution.linear
    if let offset = design.offset { for row in rest.indices { rest[row] -= offset[row] } }
    for (k, column) in regressors.columns.enumerated() {
      for row in rest.indices { rest[row] -= solution.beta[k] * column[row] }
    }
    var effects = [Double](repeating: 0, count: regressors.space.levelCount)
    guard
      regressors.space.residual(
        rest, weights: solution.weights, solution: &effects, tolerance: 1e-13) != nil
    else { throw .partiallingFailed }
    return effects
  }

  private static func normalised(
    _ design: RegressionDesign, _ space: EffectSpace, _ effects: [Double]
  ) -> [FixedEffect] {
    var parts = design.effects.indices.map { e in
      Array(effects[space.offsets[e]..<(space.offsets[e] + design.effects[e].count)])
    }
    // Slopes in units of their columns; what centring took off goes to the constants of their levels.
    for (e, effect) in design.effects.enumerated() {
      guard let slope = effect.slope else { continue }
      for l in parts[e].indices { parts[e][l] /= slope.scale }
      let constants = design.effects.indices.first {
        design.effects[$0].slope == nil
          && design.formula.effects[$0].columns == design.formula.effects[e].columns
      }
      guard let constants else { continue }
      for l in parts[e].indices { parts[constants][l] -= parts[e][l] * slope.centre }
    }
    if let first = design.effects.firstIndex(where: { $0.slope == nil }) {
      for e in parts.indices where e != first && design.effects[e].slope == nil {
        let mean = parts[e].reduce(0, +) / Double(parts[e].count)
        for l in parts[e].indices { parts[e][l] -= mean }
        for l in parts[first].indices { parts[first][l] += mean }
      }
    }
    return design.effects.enumerated().map { e, effect in
      FixedEffect(
        name: design.effectNames[e], values: parts[e],
        names: effect.names)
    }
  }
}
