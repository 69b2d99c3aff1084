import Demography
import Glibc
import Kernel

/// Newton's method (iteratively reweighted least squares) for means `exp η` of any family, effects
/// absorbed.
///
/// With `W` the working information of the family and `s` the scores, the first step solves a weighted
/// least-squares problem in `η + s/W`, every further one in `s/W` alone, for regressors and levels of
/// effects together: the regressors come in as what the effects leave of them at the first weights,
/// so that they hardly meet the levels. Steps need not be exact while they are large. After a step of
/// Poisson's family the effect with most levels is brought to its maximum in closed form, its means
/// scaled to its flows; levels with few flows would else need a step for every factor e. All of it
/// happens in the order of places of the projection. The response is divided by its mean and
/// multiplied back at the end. Converged means: deviance still to 1e-11, every score below 1e-9 of
/// its size, and every total of a level met to 1e-9, checked at the means themselves; one more and
/// exact step is then taken.
struct Reweighting<Family: MeanFamily> {
  private let family: Family
  /// By place, divided by `scale`.
  let y: [Double]
  private let scale: Double
  let regressors: Regressors
  private let placed: PlacedRegressors
  /// By place; `nil` where there is none.
  private let offset: [Double]?
  /// Flows by level of the largest effect, for families that meet them.
  private let totals: [Double]?
  /// By what each row counts, by place; `nil` for 1.
  private let prior: [Double]?
  /// The same by row.
  private let priorOfRows: [Double]?
  private let options: RegressionOptions
  /// Means to begin with by place, in the units of the response divided by its mean.
  private let start: [Double]?
  /// Asked when the deviance is nearly still and means of zero flows sink, see `SinkingMeans`.
  private let certify: (@Sendable (_ falls: [Double]) -> Separation.Finding?)?

  var projection: LevelProjection { regressors.space.projection }

  /// - Parameters:
  ///   - start: means near the answer, where they are known.
  ///   - certify: looks for a certificate of separation where means of zero flows sink.
  init(
    _ family: Family, _ design: RegressionDesign, _ regressors: Regressors,
    _ options: RegressionOptions, start: [Double]? = nil,
    certify: (@Sendable (_ falls: [Double]) -> Separation.Finding?)? = nil
  ) {
    // Without a constant among the effects the unit of the response cannot be taken off.
    let scale =
      regressors.space.hasConstant ? Statistics.sum(design.y) / Double(design.count) : 1
    self.scale = scale
    self.family = family.dividing(by: scale)
    let projection = regressors.space.projection
    y = projection.placed(design.y.map { $0 / scale })
    offset = design.offset.map { projection.placed($0) }
    placed = projection.regressors(regressors.columns, explained: regressors.starts)
    prior = design.weights.map { projection.placed($0) }
    priorOfRows = design.weights
    totals = family.meetsTotals && prior == nil ? projection.groupTotals(y) : nil
    self.regressors = regressors
    self.options = options
    self.start = start.map { projection.placed($0.map { $0 / scale }) }
    self.certify = certify
  }

  func solve() throws -> Solution {
    do {
      return finished(try iterate())
    } catch {
      throw error.fault
    }
  }

  /// Where the iteration ended.
  struct Outcome {
    var state: State
    let iterations: Int
    /// Newton's decrement before the last step, in the units of the response divided by its mean.
    let decrement: Double
    /// What that step left of its gradient, see `NewtonStep`.
    let remaining: Double
    let sweeps: Int
    /// The certificate for which the iteration was given up.
    var finding: Separation.Finding?
  }

  /// Linear predictor, its parts, and what follows from it. Levels are those of the regressors off
  /// the effects.
  struct State {
    var beta: [Double]
    var levels: [Double]
    var eta: [Double]
    var mu: [Double]
    /// But for a constant.
    var criterion: Double
  }

  func iterate() throws(FitError) -> Outcome {
    let mean = Statistics.sum(y) / Double(y.count)
    let mu = start ?? y.map { 0.5 * ($0 + mean) }
    let eta = log(mu)
    var state = State(
      beta: [Double](repeating: 0, count: placed.count),
      levels: [Double](repeating: 0, count: regressors.space.levelCount), eta: eta, mu: mu,
      criterion: criterion(mu, eta))
    // What makes a deviance of the criterion.
    let constant = prior == nil ? family.deviance(y, mu) - state.criterion : 0
    var isDone = false
    var change = Double.infinity
    var sweeps = 0
    var guarded = projection.hangsByChains
    var bar = 1e-5
    for iteration in 1...options.maximumIterations {
      let step = try step(&state, isFirst: iteration == 1, isLast: isDone, isGuarded: guarded)
      sweeps += step.sweeps
      let before = isDone ? state : nil as State?
      let old = state.criterion
      let halvings = try advance(&state, by: step, isFirst: iteration == 1)
      change = abs(state.criterion - old) / (0.1 + abs(state.criterion + constant))
      var outcome = Outcome(
        state: state, iterations: iteration, decrement: step.decrement, remaining: step.remaining,
        sweeps: sweeps)
      if let before {
        // Totals were met before: rounding in levels of next to no mass may undo that.
        if !scoresVanish(state.mu) { outcome.state = before }
        return outcome
      }
      if let certify, change < bar, let sinking = sinking(state, step) {
        outcome.finding = certify(sinking)
        if outcome.finding != nil { return outcome }
        bar = 0.01 * change
      }
      guarded = projection.hangsByChains && (step.size > 1e-3 || halvings > 2)
      isDone = halvings == 0 && change < 1e-11 && scoresVanish(state.mu)
    }
    throw .notConverged(iterations: options.maximumIterations, change: change)
  }

  /// By how much the linear predictor of zero flows fell where their means are small and do not stop
  /// falling, 0 elsewhere; `nil` where there are none.
  private func sinking(_ state: State, _ step: NewtonStep) -> [Double]? {
    let (y, mu, change) = (y, state.mu, step.change)
    let falls = y.indices.map { row in
      y[row] == 0 && mu[row] < 1e-3 && change[row] < -0.5 ? -change[row] : 0
    }
    return falls.contains { $0 > 0 } ? falls : nil
  }

  /// The fit of the working response on regressors and effects; the first one of `η` as well, which
  /// is set to the offset.
  /// - Parameters:
  ///   - isLast: whether the step is to be as exact as rounding allows.
  ///   - isGuarded: whether rows of means far below their flows get the weight with which the mean of
  ///     one row alone would come to its flow in one step. Newton's own weight is so small there that
  ///     it throws the mean as far beyond.
  private func step(
    _ state: inout State, isFirst: Bool, isLast: Bool, isGuarded: Bool
  ) throws(FitError) -> NewtonStep {
    let (y, family, mu) = (y, family, state.mu)
    var weights = family.weights(y, mu)
    if isGuarded, !isFirst {
      for row in y.indices where y[row] > 10 * mu[row] {
        let score = family.score(y[row], mu[row])
        weights[row] = max(weights[row], score / Glibc.log(y[row] / mu[row]))
      }
    }
    var scores = parallelRows(y.count) { rows, block in
      for row in rows { block[row - rows.lowerBound] = family.score(y[row], mu[row]) }
    }
    if let prior {
      for row in prior.indices {
        weights[row] *= prior[row]
        scores[row] *= prior[row]
      }
    }
    if isFirst {
      let known = offset ?? [Double](repeating: 0, count: y.count)
      for row in scores.indices { scores[row] += weights[row] * (state.eta[row] - known[row]) }
      state.eta = known
    }
    // Where steps cost much the first one is not to lose what was known of the means.
    let isResumed = start != nil && projection.hangsByChains
    let step: NewtonStep?
    do {
      step = try projection.newtonStep(
        scores, weights: projection.prepared(places: weights), regressors: placed,
        reduction: isFirst ? (isResumed ? 3e-4 : 1e-2) : isLast ? 1e-10 : nil,
        limit: projection.hangsByChains && !isFirst ? 300 : nil)
    } catch {
      throw .singular
    }
    guard let step else { throw .partiallingFailed }
    return step
  }

  /// Takes a step, halved while it makes the deviance rise or not finite, at most ten times.
  /// - Returns: how often it was halved.
  /// - Throws: `notFinite` where the shortest is not finite either.
  private func advance(
    _ state: inout State, by step: NewtonStep, isFirst: Bool
  ) throws(FitError) -> Int {
    var part = 1.0
    var halvings = 0
    while true {
      let (eta, mu, moved) = projection.means(
        state.eta, change: step.change, part: part, totals: totals)
      let criterion = criterion(mu, eta)
      let isBetter = criterion.isFinite && criterion <= state.criterion + slack(state)
      if isFirst || isBetter || halvings == 10 {
        guard isFirst || criterion.isFinite else { throw .notFinite }
        for k in state.beta.indices { state.beta[k] += part * step.coefficients[k] }
        for l in state.levels.indices { state.levels[l] += part * step.levels[l] + moved[l] }
        (state.eta, state.mu, state.criterion) = (eta, mu, criterion)
        return halvings
      }
      part *= 0.5
      halvings += 1
    }
  }

  /// By how much rounding may let the criterion rise.
  private func slack(_ state: State) -> Double { 1e-9 * (1 + abs(state.criterion)) }

  private func criterion(_ mu: [Double], _ eta: [Double]) -> Double {
    let (y, family, prior) = (y, family, prior)
    return parallelSum(y.count) { rows in
      if let prior {
        return Statistics.sum(rows.map { prior[$0] * family.unitDeviance(y[$0], mu[$0]) })
      }
      return family.criterion(Array(y[rows]), Array(mu[rows]), eta: Array(eta[rows]))
    }
  }

  private func scoresVanish(_ mu: [Double]) -> Bool {
    func weighted(_ value: (Int) -> Double) -> [Double] {
      guard let prior else { return y.indices.map(value) }
      return y.indices.map { prior[$0] * value($0) }
    }
    let scores = weighted { family.score(y[$0], mu[$0]) }
    let sizes = weighted { (y[$0] + mu[$0]) * family.precision(mu[$0]) }
    for (score, size) in placed.scores(scores, sizes: sizes) where abs(score) > 1e-9 * size {
      return false
    }
    let gaps = projection.levelSums(scores)
    // Of a constant the mean of both totals is the observed one; slopes without constants can leave means
    // far above the flows, and then no more than the rounding of the means can be asked.
    let totals = projection.levelSums(
      weighted { 0.5 * (y[$0] + mu[$0]) * family.precision(mu[$0]) }, absolute: true)
    return gaps.indices.allSatisfy { abs(gaps[$0]) <= 1e-9 * totals[$0] }
  }

  func finished(_ outcome: Outcome) -> Solution {
    let state = outcome.state
    let units = family.dividing(by: 1 / scale)
    let observed = projection.inRows(y)
    let fitted = projection.inRows(state.mu).map { $0 * scale }
    let shift = Glibc.log(scale)
    var levels = state.levels
    for (k, explained) in regressors.starts.enumerated() {
      for l in levels.indices { levels[l] -= state.beta[k] * explained[l] }
    }
    let space = regressors.space
    if let first = space.effects.firstIndex(where: { $0.slope == nil }) {
      for l in 0..<space.effects[first].count { levels[space.offsets[first] + l] += shift }
    }
    return Solution(
      beta: state.beta, fitted: fitted,
      weights: fitted.indices.map { (priorOfRows?[$0] ?? 1) * units.weight(fitted[$0]) },
      scores: fitted.indices.map {
        (priorOfRows?[$0] ?? 1) * units.score(observed[$0] * scale, fitted[$0])
      },
      linear: projection.inRows(state.eta).map { $0 + shift }, iterations: outcome.iterations,
      levels: levels, starts: regressors.starts, sweeps: outcome.sweeps)
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
  /// Linear predictor with effects and offset.
  let linear: [Double]
  let iterations: Int
  /// Values of the levels of all effects, where the estimation has them.
  var levels: [Double]?
  /// Effects by which each regressor is nearly explained at these weights, where they are known.
  var starts: [[Double]]?
  var stop = StopReason.converged
  /// Sweeps over the rows in the steps of the iteration.
  var sweeps = 0
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
    case .notFinite: Fault(.incomplete, "fit.not-finite")
    case .noOverdispersion: Fault(.incomplete, "fit.no-overdispersion")
    case .notConverged(let iterations, let change):
      Fault(
        .incomplete, "fit.not-converged", ["iterations": "\(iterations)", "change": text(change)])
    }
  }
}
