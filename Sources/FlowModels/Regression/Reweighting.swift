import Demography
import Glibc

/// Iteratively reweighted least squares for means `exp η` of any family, effects partialled out.
///
/// With `W` the working information of the family and `z = η + s/W`, `s` the scores, each step solves a weighted least-squares problem; only
/// residuals of `z` and `x` off the effects enter the solve for `b`. The response is
/// divided by its mean and multiplied back at the end. Converged means: deviance still to 1e-11,
/// every score below 1e-9 of its size, and every total of a level met to 1e-9.
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
    scale = design.y.reduce(0, +) / Double(design.count)
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

  private func iterate() throws(FitError) -> Solution {
    var mu = start ?? y.map { 0.5 * ($0 + 1) }
    var eta = mu.map { Glibc.log($0) }
    var deviance = family.deviance(y, mu)
    var beta = [Double](repeating: 0, count: regressors.columns.count)
    let none = [Double](repeating: 0, count: regressors.space.levelCount)
    var starts = [[Double]](repeating: none, count: regressors.columns.count)
    var startZ = none
    var tolerance = 1e-6
    var isDone = false
    var change = Double.infinity
    for iteration in 1...options.maximumIterations {
      let weights = y.indices.map { family.working(y[$0], mu[$0]) }
      let z = y.indices.map { eta[$0] + family.score(y[$0], mu[$0]) / weights[$0] }
      let x = try regressors.partialled(weights: weights, solutions: &starts, tolerance: tolerance)
      guard
        let restOfZ = regressors.space.residual(
          z, weights: weights, solution: &startZ, tolerance: tolerance)
      else { throw .partiallingFailed }
      beta = try Regressors.coefficients(x, restOfZ, weights: weights)
      var next = linear(beta, startZ, starts)
      let halvings = step(from: eta, to: &next, deviance: deviance, iteration: iteration)
      eta = next
      mu = eta.map { Glibc.exp($0) }
      let newDeviance = family.deviance(y, mu)
      change = abs(newDeviance - deviance) / (0.1 + abs(newDeviance))
      deviance = newDeviance
      let isTight = tolerance <= 1e-13
      if isDone { return finished(beta, mu, iteration) }
      if isTight, halvings == 0, change < 1e-11, scoresVanish(x, mu) { isDone = true }
      tolerance = max(1e-13, min(tolerance * 0.1, change * 1e-3))
    }
    throw .notConverged(iterations: options.maximumIterations, change: change)
  }

  /// `x b + D (α_z − Σ b α_x)`: from the effects themselves, since `z − z̃` would lose every digit
  /// where a working response is large.
  private func linear(_ beta: [Double], _ ofZ: [Double], _ ofX: [[Double]]) -> [Double] {
    var levels = ofZ
    for k in beta.indices { for l in levels.indices { levels[l] -= beta[k] * ofX[k][l] } }
    var eta = [Double](repeating: 0, count: y.count)
    for k in beta.indices {
      let column = regressors.columns[k]
      for row in eta.indices { eta[row] += beta[k] * column[row] }
    }
    for (e, effect) in regressors.space.effects.enumerated() {
      let offset = regressors.space.offsets[e]
      for row in eta.indices { eta[row] += levels[offset + Int(effect.level[row])] }
    }
    return eta
  }

  /// Halves a step that makes the deviance rise or not finite, at most ten times.
  private func step(
    from old: [Double], to new: inout [Double], deviance: Double, iteration: Int
  ) -> Int {
    guard iteration > 1 else { return 0 }
    for halving in 0..<10 {
      let trial = family.deviance(y, new.map { Glibc.exp($0) })
      if trial.isFinite, trial <= deviance * (1 + 1e-9) + 1e-9 { return halving }
      for row in new.indices { new[row] = 0.5 * (new[row] + old[row]) }
    }
    return 10
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

  private func finished(_ beta: [Double], _ mu: [Double], _ iterations: Int) -> Solution {
    let units = family.dividing(by: 1 / scale)
    let fitted = mu.map { $0 * scale }
    return Solution(
      beta: beta, fitted: fitted, weights: fitted.map { units.weight($0) },
      scores: y.indices.map { units.score(y[$0] * scale, fitted[$0]) },
      linear: fitted.map { Glibc.log($0) }, iterations: iterations)
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
