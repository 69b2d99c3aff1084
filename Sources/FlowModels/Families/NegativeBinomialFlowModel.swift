public import Demography
import Glibc
import Kernel

/// Negative binomial flows, `Var[y] = μ + μ²/θ`, θ by maximum likelihood, with absorbed effects.
///
/// Means and θ are found in turn until both stand still; standard errors are those of the observed
/// information of both together. Unlike Poisson's, fitted totals of a level do not equal the observed
/// ones, and the coefficients depend on the unit of the flow. Cameron & Trivedi 1986; Bergé 2018.
public struct NegativeBinomialFlowModel: FlowRegression {
  public init() {}
  public var hasClusterBootstrap: Bool { false }

  public var card: Card {
    .ofFamily("negbin2", reference: "Cameron & Trivedi 1986; Bergé 2018")
  }

  public func fit(
    _ formula: Formula, _ data: FlowData, _ options: RegressionOptions
  ) throws -> RegressionFit {
    let design = try RegressionDesign.ofFlows(formula, data, options)
    let regressors = try Regressors(design, hasIntercept: formula.hasIntercept)
    let (solution, theta) = try Self.solve(design, regressors, options)
    let shape = NegativeBinomialShape(
      y: design.y, mu: solution.fitted, weights: design.weights)
    let (scores, information) = shape.derivatives(theta)
    let y = design.y, mu = solution.fitted
    return try RegressionFit(
      model: card.id, data: data, design: design, regressors: regressors,
      solution: solution, likelihood: try Self.likelihood(design, mu, theta, options),
      options: options,
      jackknifeRefit: { try Self.solveOrPoisson($0, $1, options) },
      logDensity: { NegativeBinomialShape.logDensity($0, $1, theta: theta) },
      variance: { $0 + $0 * $0 / theta },
      shape: ShapeInformation(
        name: "theta", value: theta,
        column: y.indices.map { -(y[$0] - mu[$0]) / (y[$0] + theta) },
        information: Statistics.sum(information), scores: scores))
  }

  /// Means and θ in turn; the weights returned are the observed information.
  private static func solve(
    _ design: RegressionDesign, _ regressors: Regressors, _ options: RegressionOptions
  ) throws -> (Solution, Double) {
    let (y, w) = (design.y, design.weights)
    var solution = try Reweighting(PoissonFamily(), design, regressors, options).solve()
    var iterations = solution.iterations
    var theta = NegativeBinomialShape(y: y, mu: solution.fitted, weights: w).start
    var change = Double.infinity
    for _ in 0..<options.maximumIterations {
      let next: Double
      do {
        next = try NegativeBinomialShape(y: y, mu: solution.fitted, weights: w)
          .maximum(from: theta)
      } catch { throw error.fault }
      change = abs(Glibc.log(next / theta))
      theta = next
      solution = try Reweighting(
        NegativeBinomialFamily(theta: theta), design, regressors, options, start: solution.fitted
      ).solve()
      iterations += solution.iterations
      guard change < 1e-10 else { continue }
      return (observed(solution, design, theta, iterations), theta)
    }
    throw FitError.notConverged(iterations: iterations, change: change).fault
  }

  /// Rows that do not scatter more than Poisson's have their maximum at the end of the family, `θ = ∞`.
  private static func solveOrPoisson(
    _ design: RegressionDesign, _ regressors: Regressors, _ options: RegressionOptions
  ) throws -> Solution {
    do {
      return try solve(design, regressors, options).0
    } catch let fault as Fault where fault.code == FitError.noOverdispersion.fault.code {
      return try Reweighting(PoissonFamily(), design, regressors, options).solve()
    }
  }

  private static func observed(
    _ solution: Solution, _ design: RegressionDesign, _ theta: Double, _ iterations: Int
  ) -> Solution {
    let (y, mu) = (design.y, solution.fitted)
    return Solution(
      beta: solution.beta, fitted: mu,
      weights: y.indices.map {
        let sum = theta + mu[$0]
        return (design.weights?[$0] ?? 1) * (mu[$0] / sum * theta * ((y[$0] + theta) / sum))
      }, scores: solution.scores, linear: solution.linear, iterations: iterations,
      stop: .alternated)
  }

  private static func likelihood(
    _ design: RegressionDesign, _ mu: [Double], _ theta: Double, _ options: RegressionOptions
  ) throws -> Likelihood {
    let y = design.y
    return Likelihood(
      value: NegativeBinomialShape(y: y, mu: mu, weights: design.weights).logLikelihood(theta),
      ofConstant: try ofConstant(design, options),
      deviance: design.weights == nil
        ? NegativeBinomialFamily(theta: theta).deviance(y, mu)
        : design.weightedSum {
          NegativeBinomialFamily(theta: theta).unitDeviance(y[$0], mu[$0])
        })
  }

  /// Log-likelihood of the constant, the offset and a θ of their own. Without an offset the constant
  /// stands at the mean whatever θ is.
  private static func ofConstant(
    _ design: RegressionDesign, _ options: RegressionOptions
  ) throws -> Double {
    let y = design.y
    guard design.offset == nil else {
      var alone = design
      alone.x = []
      alone.effects = []
      let (solution, theta) = try solve(
        alone, Regressors(alone, hasIntercept: true), options)
      return NegativeBinomialShape(y: y, mu: solution.fitted, weights: design.weights)
        .logLikelihood(theta)
    }
    let count = design.weights.map { Statistics.sum($0) } ?? Double(y.count)
    let mean = design.weightedSum { y[$0] } / count
    let constant = NegativeBinomialShape(
      y: y, mu: [Double](repeating: mean, count: y.count), weights: design.weights)
    do {
      return constant.logLikelihood(try constant.maximum(from: constant.start))
    } catch {
      throw error.fault
    }
  }
}
