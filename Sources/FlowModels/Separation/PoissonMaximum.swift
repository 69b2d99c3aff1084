import Demography
import Kernel

/// The Poisson fit of a formula with the rows on which no maximum exists left out.
///
/// The fit is tried first. Its last step proves that nothing is separated in nearly every table, which
/// saves the search: were there a certificate `z = Xγ ≥ 0`, 0 on positive flows and at most 1, then the
/// scores along γ would add up to `−Σ μz`, and Newton's decrement `λ² = max (s'Xγ)² / γ'X'MXγ`
/// (M the means) would be at least `(Σ μz)² / Σ μz² ≥ Σ μz`, no less than the mean of the row where z
/// is 1. A decrement below the smallest mean of a zero flow therefore excludes every certificate. Only
/// where it does not, or where the fit fails, `Separation` searches.
struct PoissonMaximum {
  let design: RegressionDesign
  let regressors: Regressors
  let solution: Solution

  init(_ formula: Formula, _ data: FlowData, _ options: RegressionOptions) throws {
    let whole = try RegressionDesign.ofFlows(
      formula, data, options, searchesSeparation: false, takesWeights: true)
    let attempt = Result {
      let regressors = try Regressors(whole, hasIntercept: formula.hasIntercept)
      let fit = try Self.reweighting(whole, regressors, options).solveWithProof()
      return (
        regressors: regressors, solution: Self.unweighted(fit.solution, whole),
        isMaximum: fit.isMaximum
      )
    }
    if case .success(let fit) = attempt, fit.isMaximum {
      (design, regressors, solution) = (whole, fit.regressors, fit.solution)
      return
    }
    var left = whole
    try left.dropSeparated(data, options.separation)
    if left.count == whole.count {
      let fit = try attempt.get()
      (design, regressors, solution) = (whole, fit.regressors, fit.solution)
      return
    }
    try left.requireRows(formula, data)
    design = left
    regressors = try Regressors(left, hasIntercept: formula.hasIntercept)
    solution = try Self.solve(left, regressors, options)
  }

  /// The solution on rows and regressors as they are.
  static func solve(
    _ design: RegressionDesign, _ regressors: Regressors, _ options: RegressionOptions
  ) throws -> Solution {
    unweighted(try reweighting(design, regressors, options).solve(), design)
  }

  /// A row of weight w is a flow `w y` with the mean `w μ`: an offset of `ln w`.
  private static func reweighting(
    _ design: RegressionDesign, _ regressors: Regressors, _ options: RegressionOptions
  ) -> Reweighting<PoissonFamily> {
    var weighted = design
    if let weights = design.weights {
      weighted.y = weights.indices.map { weights[$0] * design.y[$0] }
      let logarithms = Kernel.log(weights)
      weighted.offset =
        design.offset.map { o in o.indices.map { o[$0] + logarithms[$0] } } ?? logarithms
    }
    return Reweighting(PoissonFamily(), weighted, regressors, options)
  }

  /// Scores and weights stay those of `w y`; means and predictors become those of the flows.
  private static func unweighted(_ solution: Solution, _ design: RegressionDesign) -> Solution {
    guard let weights = design.weights else { return solution }
    let logarithms = Kernel.log(weights)
    return Solution(
      beta: solution.beta, fitted: weights.indices.map { solution.fitted[$0] / weights[$0] },
      weights: solution.weights, scores: solution.scores,
      linear: weights.indices.map { solution.linear[$0] - logarithms[$0] },
      iterations: solution.iterations, levels: solution.levels, starts: solution.starts,
      sweeps: solution.sweeps)
  }
}

extension Reweighting where Family == PoissonFamily {
  /// The solution, and whether it proves that no row is separated.
  func solveWithProof() throws -> (solution: Solution, isMaximum: Bool) {
    do {
      let outcome = try iterate()
      return (finished(outcome), excludesSeparation(outcome))
    } catch {
      throw error.fault
    }
  }

  /// Whether every zero flow has a mean above the decrement, above what the last step may have missed
  /// of it, and above what rounding leaves of the totals the row is part of.
  private func excludesSeparation(_ outcome: Outcome) -> Bool {
    let rows = projection.inRows(y)
    let means = projection.inRows(outcome.state.mu)
    let zeros = rows.indices.filter { rows[$0] == 0 }
    let least = zeros.reduce(Double.infinity) { min($0, means[$1]) }
    let total = Statistics.sum(rows)
    // Along γ the preconditioned gradient may be smaller than the gain by the sum of all weights.
    let missed = outcome.remaining * total / least
    guard least > 1000 * max(outcome.decrement, missed) else { return false }
    let space = regressors.space
    guard space.hasConstant else { return least > 1e-13 * total }
    return space.effects.allSatisfy { effect in
      if effect.slope != nil { return true }
      let sums = effect.sums(rows)
      return zeros.allSatisfy { means[$0] > 1e-13 * sums[Int(effect.level[$0])] }
    }
  }
}
