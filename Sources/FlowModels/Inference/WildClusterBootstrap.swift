import Demography
import Glibc
import Kernel

/// Restricted wild cluster bootstrap of one coefficient at a time.
///
/// Under `β_k = b` every cluster's residuals are multiplied by one random weight `v_g`, and the share of
/// draws whose `|t|` is at least the one observed is the p-value. In a linear model
/// `t* = a'v / ‖Rv‖` with the parts of `WorkingModel` at the restricted residuals, exactly what a refit
/// of each draw gives (Cameron, Gelbach & Miller 2008). For other families the same at the restricted
/// maximum is the score bootstrap (Kline & Santos 2012): the observed statistic, `v = 1`, is that of one
/// step from there. Intervals hold the `b` that are not rejected: exact in a linear model, of the
/// linear model at the maximum in others; so is the test of a constant.
///
/// Areas have a weight each. It multiplies what all flows of an area have in common and half of what is
/// left of each, see `RowSets.pieces`; `t` has the sums over the flows of an area, in either role, below the
/// line. That is the multiplier bootstrap of projections on nodes (Chiang, Kato & Sasaki 2023), restricted
/// and studentised. Multiplying flows by the mean of the weights of their ends instead would tear apart what
/// an area's flows share, and reject a true hypothesis in a fifth of the samples of twelve areas.
struct WildClusterBootstrap {
  /// Two-sided; NaN where the statistic has no variance.
  let pValues: [Double]
  /// Infinite where no value on that side is rejected.
  let intervals: [ClosedRange<Double>]

  /// - Parameters:
  ///   - draws: weights of the sets, one list a draw.
  ///   - isEnumerated: whether the draws are all there are, the observation among them; of random draws
  ///     it is counted as one more, so that no p-value is 0 (Davison & Hinkley 1997, section 4.2).
  /// - Throws: faults of the restricted fits.
  init(
    _ fit: RegressionFit, _ sets: RowSets, draws: [[Double]], isEnumerated: Bool,
    refit: Estimation.Refit, threads: Int?
  ) throws {
    let estimation = fit.estimation
    let solution = estimation.solution
    let model = try WorkingModel(
      estimation.regressors, weights: solution.weights, sets: sets)
    let residuals = Self.residuals(solution)
    let directions = fit.coefficients.indices.map { model.direction($0) }
    let own = try model.parts(residuals, directions, threads: threads)
    var pValues: [Double] = []
    var intervals: [ClosedRange<Double>] = []
    for (k, coefficient) in fit.coefficients.enumerated() {
      let moved = try model.parts(directions[k].regressor, [directions[k]], threads: threads)[0]
      let line = StatisticLine(
        own[k], moved, draws, isEnumerated: isEnumerated, threads: threads)
      let slope = estimation.regressors.hasIntercept ? k - 1 : k
      if fit.model == LinearFlowModel.id || slope < 0 {
        pValues.append(line.pValue(coefficient.estimate))
      } else {
        let parts = try Self.restricted(estimation, slope, k, sets, refit, threads)
        pValues.append(
          StatisticLine(
            parts, nil, draws, isEnumerated: isEnumerated, threads: threads
          ).pValue(0))
      }
      let above = line.reach(rejectedBelow: 1 - fit.options.level, towards: 1)
      let below = line.reach(rejectedBelow: 1 - fit.options.level, towards: -1)
      intervals.append((coefficient.estimate - above)...(coefficient.estimate + below))
    }
    self.pValues = pValues
    self.intervals = intervals
  }

  private static func residuals(_ solution: Solution) -> [Double] {
    solution.scores.indices.map { solution.scores[$0] / solution.weights[$0] }
  }

  /// The parts at the maximum without a regressor.
  private static func restricted(
    _ estimation: Estimation, _ slope: Int, _ k: Int, _ sets: RowSets,
    _ refit: Estimation.Refit, _ threads: Int?
  ) throws -> WorkingModel.Parts {
    var design = estimation.design
    let kept = estimation.regressors.kept
    design.x = kept.indices.filter { $0 != slope }.map { design.x[kept[$0]] }
    let others = try Regressors(design, hasIntercept: estimation.regressors.hasIntercept)
    let solution = try refit(design, others)
    let model = try WorkingModel(
      estimation.regressors, weights: solution.weights, sets: sets)
    return try model.parts(residuals(solution), [model.direction(k)], threads: threads)[0]
  }
}

/// The statistics of all draws as functions of how far the tested value is below the estimate, δ:
/// `|a + δ a₁| / √(A + 2δB + δ²C)`.
private struct StatisticLine {
  private static let length = 5
  private let observed: [Double]
  private let drawn: [Double]
  private let isEnumerated: Bool

  /// - Parameter moved: parts of the regressor that δ adds to the residuals; `nil` for none.
  init(
    _ own: WorkingModel.Parts, _ moved: WorkingModel.Parts?, _ draws: [[Double]],
    isEnumerated: Bool, threads: Int?
  ) {
    self.isEnumerated = isEnumerated
    @Sendable func terms(_ v: [Double]) -> [Double] {
      let u = own.scores.times(v)
      guard let moved else { return [dot(own.steps, v), 0, dot(u, u), 0, 0] }
      let e = moved.scores.times(v)
      return [dot(own.steps, v), dot(moved.steps, v), dot(u, u), dot(u, e), dot(e, e)]
    }
    observed = terms([Double](repeating: 1, count: own.steps.count))
    drawn = parallelFill(slabs: draws.count, length: Self.length, threads: threads) { b, slab in
      let found = terms(draws[b])
      for k in found.indices { slab[k] = found[k] }
    }
  }

  private static func size(_ terms: [Double], _ first: Int, _ delta: Double) -> Double {
    let variance =
      terms[first + 2] + delta * (2 * terms[first + 3] + delta * terms[first + 4])
    return abs(terms[first] + delta * terms[first + 1]) / variance.squareRoot()
  }

  /// Share of the draws at least as far out as the observation; ties count.
  func pValue(_ delta: Double) -> Double {
    let size = Self.size(observed, 0, delta)
    guard size.isFinite else { return .nan }
    // Draws with the same statistic in another order of operations are ties.
    let bar = size * (1 - 1e-10)
    var count = 0
    for first in stride(from: 0, to: drawn.count, by: Self.length)
    where Self.size(drawn, first, delta) >= bar {
      count += 1
    }
    let draws = drawn.count / Self.length
    return isEnumerated ? Double(count) / Double(draws) : Double(count + 1) / Double(draws + 1)
  }

  /// How far from the estimate the nearest value is that is rejected; infinite where none is.
  /// - Parameter sign: of δ; +1 tests values below the estimate.
  func reach(rejectedBelow alpha: Double, towards sign: Double) -> Double {
    let scale = observed[2].squareRoot()
    guard scale > 0, scale.isFinite else { return .infinity }
    var inside = 0.0
    var outside = scale
    while !(pValue(sign * outside) < alpha) {
      inside = outside
      outside *= 2
      if outside > scale * 0x1p30 { return .infinity }
    }
    for _ in 0..<40 {
      let middle = 0.5 * (inside + outside)
      if pValue(sign * middle) < alpha { outside = middle } else { inside = middle }
    }
    return inside
  }
}
