import Demography
import Glibc
import Kernel

/// Iteratively reweighted least squares for means `exp η` of any family, effects partialled out.
///
/// With `W` the working information of the family and `s` the scores, the first step solves a weighted
/// least-squares problem in `z = η + s/W`, every further one in `s/W` alone, a Newton step: only residuals of it and of `x` off the
/// effects enter the solve for `b`. Steps need not be exact while they are large; the residuals of `x`
/// begin where the last ones ended. The response is divided by its mean and multiplied back at
/// the end. Converged means: deviance still to 1e-11, every score below 1e-9 of its size, and every
/// total of a level met to 1e-9, checked at the means themselves.
struct Reweighting<Family: MeanFamily> {
  private let family: Family
  private let y: [Double]
  private let scale: Double
  private let regressors: Regressors
  private let options: RegressionOptions
  /// Means to begin with, in the units of the response divided by its mean.
  private let start: [Double]?

  /// - Parameter start: means near the answer, where they are known.
  init(
    _ family: Family, _ design: RegressionDesign, _ regressors: Regressors,
    _ options: RegressionOptions, start: [Double]? = nil
  ) {
    // Without a constant among the effects the unit of the response cannot be taken off.
    scale =
      regressors.space.isEmpty ? 1 : Statistics.sum(design.y) / Double(design.count)
    let scale = scale
    self.family = family.dividing(by: scale)
    y = design.y.map { $0 / scale }
    self.regressors = regressors
    self.options = options
    self.start = start.map { $0.map { $0 / scale } }
  }

  func solve() throws -> Solution {
    do {
      return try iterate()
    } catch {
      throw error.fault
    }
  }

  /// Linear predictor, its parts, and what follows from it.
  private struct State {
    var beta: [Double]
    var levels: [Double]
    var eta: [Double]
    var mu: [Double]
    var deviance: Double
  }

  private func iterate() throws(FitError) -> Solution {
    let mean = Statistics.sum(y) / Double(y.count)
    let mu = start ?? y.map { 0.5 * ($0 + mean) }
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var state = State(
      beta: regressors.columns.map { _ in 0 }, levels: none, eta: log(mu), mu: mu,
      deviance: family.deviance(y, mu))
    var starts = regressors.starts
    var isDone = false
    var change = Double.infinity
    for iteration in 1...options.maximumIterations {
      let mu = state.mu
      let weights = y.indices.map { family.working(y[$0], mu[$0]) }
      var target = y.indices.map { family.score(y[$0], mu[$0]) / weights[$0] }
      if iteration == 1 {
        for row in target.indices { target[row] += state.eta[row] }
        state.eta = [Double](repeating: 0, count: y.count)
      }
      let step = try step(
        target, weights: weights, &starts, isFirst: iteration == 1,
        tolerance: max(1e-8, min(1e-3, change)))
      let old = state.deviance
      let halvings = advance(&state, by: step, isFirst: iteration == 1)
      change = abs(state.deviance - old) / (0.1 + abs(state.deviance))
      if isDone { return finished(state, starts, iteration) }
      isDone = halvings == 0 && change < 1e-11 && scoresVanish(regressors.columns, state.mu)
    }
    throw .notConverged(iterations: options.maximumIterations, change: change)
  }

  private struct Step {
    var beta: [Double]
    var levels: [Double]
  }

  /// The fit of a working response on regressors and effects: `b` and `α_z − Σ b α_x`.
  private func step(
    _ target: [Double], weights: [Double], _ starts: inout [[Double]], isFirst: Bool,
    tolerance: Double
  ) throws(FitError) -> Step {
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var solutions = starts + [none]
    guard
      let residuals = regressors.space.residuals(
        regressors.columns + [target], weights: weights, solutions: &solutions,
        tolerance: tolerance, isLastStep: !isFirst)
    else { throw .partiallingFailed }
    var levels = solutions.removeLast()
    starts = solutions
    let beta = try Regressors.coefficients(
      Array(residuals.dropLast()), residuals[residuals.count - 1], weights: weights)
    for k in beta.indices { for l in levels.indices { levels[l] -= beta[k] * starts[k][l] } }
    return Step(beta: beta, levels: levels)
  }

  /// Takes a step, halved while it makes the deviance rise or not finite, at most ten times.
  /// - Returns: how often it was halved.
  private func advance(_ state: inout State, by step: Step, isFirst: Bool) -> Int {
    var change = [Double](repeating: 0, count: y.count)
    for k in step.beta.indices {
      let column = regressors.columns[k]
      let b = step.beta[k]
      for row in change.indices { change[row] += b * column[row] }
    }
    regressors.space.add(step.levels, to: &change)
    var part = 1.0
    var halvings = 0
    while true {
      let eta = state.eta.indices.map { state.eta[$0] + part * change[$0] }
      let mu = exp(eta)
      let deviance = family.deviance(y, mu)
      let isBetter = deviance.isFinite && deviance <= state.deviance * (1 + 1e-9) + 1e-9
      if isFirst || isBetter || halvings == 10 {
        for k in state.beta.indices { state.beta[k] += part * step.beta[k] }
        for l in state.levels.indices { state.levels[l] += part * step.levels[l] }
        (state.eta, state.mu, state.deviance) = (eta, mu, deviance)
        return halvings
      }
      part *= 0.5
      halvings += 1
    }
  }

  private func scoresVanish(_ x: [[Double]], _ mu: [Double]) -> Bool {
    let scores = y.indices.map { family.score(y[$0], mu[$0]) }
    for column in x {
      var score = 0.0
      var size = 0.0
      for row in y.indices {
        score += column[row] * scores[row]
        size += abs(column[row]) * (y[row] + mu[row]) * family.precision(mu[row])
      }
      if abs(score) > 1e-9 * size { return false }
    }
    let observed = y.indices.map { y[$0] * family.precision(mu[$0]) }
    for effect in regressors.space.effects {
      let gaps = effect.sums(scores)
      let sizes = effect.sums(observed)
      for level in gaps.indices where abs(gaps[level]) > 1e-9 * sizes[level] { return false }
    }
    return true
  }

  private func finished(
    _ state: State, _ starts: [[Double]], _ iterations: Int
  ) -> Solution {
    let units = family.dividing(by: 1 / scale)
    let fitted = state.mu.map { $0 * scale }
    let shift = Glibc.log(scale)
    var levels = state.levels
    if let first = regressors.space.effects.first {
      for l in 0..<first.count { levels[l] += shift }
    }
    return Solution(
      beta: state.beta, fitted: fitted, weights: fitted.map { units.weight($0) },
      scores: y.indices.map { units.score(y[$0] * scale, fitted[$0]) },
      linear: state.eta.map { $0 + shift }, iterations: iterations, levels: levels, starts: starts)
  }
}

/// What an estimation leaves for the results to be made of.
struct Solution {
  let beta: [Double]
  let fitted: [Double]
  /// Of the least-squares problem at the solution.
  let weights: [Double]
  /// Derivative of the log-likelihood of each row by its linear predictor, but for the dispersion.
  let scores: [Double]
  /// Linear predictor with effects.
  let linear: [Double]
  let iterations: Int
  /// Values of the levels of all effects, where the estimation has them.
  var levels: [Double]?
  /// Effects by which each regressor is nearly explained at these weights, where they are known.
  var starts: [[Double]]?
}

/// How well a model describes the data.
struct Likelihood {
  let value: Double
  let ofConstant: Double
  let deviance: Double
}

extension FitError {
  /// As it is shown to a person.
  var fault: Fault {
    switch self {
    case .partiallingFailed: Fault(.incomplete, "fit.effects-not-converged")
    case .singular: Fault(.incomplete, "fit.singular")
    case .noOverdispersion: Fault(.incomplete, "fit.no-overdispersion")
    case .notConverged(let iterations, let change):
      Fault(
        .incomplete, "fit.not-converged", ["iterations": "\(iterations)", "change": text(change)])
    }
  }
}
