public import Demography
import Glibc
import Kernel

/// Ordinary least squares with fixed effects, for responses such as `log(flow)`.
///
/// Zero flows have no logarithm and are listed as left out; with many of them Poisson is the better
/// model (Santos Silva & Tenreyro 2006).
public struct LinearFlowModel: FlowRegression {
  static let id = "gaussian"

  public init() {}

  public var card: Card {
    Card(
      catalogue: "flow", id: Self.id, reference: "Gaure 2013; Correia 2017",
      parameters: [
        Card.Parameter("vcov", standard: "hetero"), Card.Parameter("ssc", standard: "fixest"),
        Card.Parameter("level", range: 0.5...0.999, standard: "0.95"),
      ])
  }

  public func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    var design = try RegressionDesign(formula, data, clusters: options.covariance.columns)
    if options.dropsSingletons { design.dropSingletons(data, options.weighting) }
    try design.requireRows(formula, data)
    let regressors = try Regressors(design, hasIntercept: formula.hasIntercept)
    let solution = try solve(design, regressors)
    return try RegressionFit(
      model: card.id, data: data, design: design, regressors: regressors, solution: solution,
      likelihood: Self.likelihood(design, solution.fitted, options.weighting), options: options,
      isLinear: true, refit: { try solve($0, $1) }, variance: { _ in 1 })
  }

  private func solve(_ design: RegressionDesign, _ regressors: Regressors) throws -> Solution {
    let w = design.weights ?? [Double](repeating: 1, count: design.count)
    let offset = design.offset ?? [Double](repeating: 0, count: design.count)
    let y = offset.indices.map { design.y[$0] - offset[$0] }
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var starts = [[Double]](repeating: none, count: regressors.columns.count)
    var start = none
    do {
      let x = try regressors.partialled(weights: w, solutions: &starts, tolerance: 1e-14)
      guard
        let rest = regressors.space.residual(
          y, weights: w, solution: &start, tolerance: 1e-14)
      else { throw FitError.partiallingFailed }
      let beta = try Regressors.coefficients(x, rest, weights: w)
      let fitted = rest.indices.map { row in
        var value = design.y[row] - rest[row]
        for k in x.indices { value += beta[k] * x[k][row] }
        return value
      }
      return Solution(
        beta: beta, fitted: fitted, weights: w,
        scores: fitted.indices.map { w[$0] * (design.y[$0] - fitted[$0]) }, linear: fitted,
        iterations: 1, stop: .solved)
    } catch let error as FitError {
      throw error.fault
    }
  }

  /// Of normal errors with the variance at its maximum, a row of weight w having σ²/w; the constant alone
  /// stands at the mean of the response less the offset.
  private static func likelihood(
    _ design: RegressionDesign, _ fitted: [Double], _ weighting: Weighting
  ) -> Likelihood {
    let y = design.y
    let w = design.weights ?? y.map { _ in 1 }
    let offset = design.offset ?? y.map { _ in 0 }
    let mean = Statistics.sum(y.indices.map { w[$0] * (y[$0] - offset[$0]) }) / Statistics.sum(w)
    return likelihood(
      y, fitted, ofConstant: offset.map { mean + $0 }, weights: design.weights,
      weighting: weighting)
  }

  /// - Parameter constant: means of the constant and the offset alone. The deviance is the sum of squares.
  static func likelihood(
    _ y: [Double], _ fitted: [Double], ofConstant constant: [Double], weights: [Double]? = nil,
    weighting: Weighting = .sampling
  ) -> Likelihood {
    let isCounted = weighting == .frequency
    let n = isCounted ? weights.map { Statistics.sum($0) } ?? Double(y.count) : Double(y.count)
    let half = isCounted ? 0 : weights.map { 0.5 * Statistics.sum(log($0)) } ?? 0
    func squares(_ mean: [Double]) -> Double {
      Statistics.sum(
        y.indices.map { (weights?[$0] ?? 1) * (y[$0] - mean[$0]) * (y[$0] - mean[$0]) })
    }
    func value(_ squares: Double) -> Double {
      half - 0.5 * n * (1 + Glibc.log(2 * Double.pi * squares / n))
    }
    let own = squares(fitted)
    return Likelihood(value: value(own), ofConstant: value(squares(constant)), deviance: own)
  }
}
