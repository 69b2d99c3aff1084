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
/// Where effects hang together by chains, whose means may be too tiny for that proof, `FreeLines` searches
/// before the fit.
struct PoissonMaximum {
  let design: RegressionDesign
  let regressors: Regressors
  let solution: Solution

  init(_ formula: Formula, _ data: FlowData, _ options: RegressionOptions) throws {
    var whole = try RegressionDesign.ofFlows(
      formula, data, options, searchesSeparation: false)
    var looksForMore = false
    // A search among all combinations proves as much as the last step of a fit, whose means may be tiny.
    var isSearched = false
    if whole.hangsByChains {
      whole.dropSeparatedByEffects(data)
      try whole.requireRows(formula, data)
      isSearched = try whole.dropSeparatedLines(formula, data)
      looksForMore = !isSearched
    }
    var attempt = Result { try Attempt(whole, formula, options, looksForMore: looksForMore) }
    while case .success(let sunk) = attempt, let finding = sunk.finding {
      let start = whole.dropped(finding, means: sunk.solution.fitted, data)
      try whole.requireRows(formula, data)
      attempt = Result {
        try Attempt(whole, formula, options, start: start, looksForMore: true)
      }
    }
    if case .success(let fit) = attempt, isSearched || fit.isMaximum {
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

  /// A fit of rows of which some may be separated.
  private struct Attempt {
    let regressors: Regressors
    let solution: Solution
    /// Whether it proves that no row is separated.
    let isMaximum: Bool
    /// A certificate met on the way, which ended the fit.
    let finding: Separation.Finding?

    /// - Parameters:
    ///   - start: means near the answer, where they are known.
    ///   - looksForMore: whether separated rows may be left that are to be looked for on the way.
    init(
      _ design: RegressionDesign, _ formula: Formula, _ options: RegressionOptions,
      start: [Double]? = nil, looksForMore: Bool
    ) throws {
      let regressors = try Regressors(design, hasIntercept: formula.hasIntercept)
      var certify: (@Sendable ([Double]) -> Separation.Finding?)?
      if looksForMore {
        let sinking = SinkingMeans(design, regressors)
        certify = { sinking.certificate($0) }
      }
      let fit = try PoissonMaximum.reweighting(
        design, regressors, options, start: start, certify: certify
      ).solveWithProof()
      self.regressors = regressors
      solution = PoissonMaximum.unweighted(fit.solution, design)
      (isMaximum, finding) = (fit.isMaximum, fit.finding)
    }
  }

  /// The solution on rows and regressors as they are.
  static func solve(
    _ design: RegressionDesign, _ regressors: Regressors, _ options: RegressionOptions
  ) throws -> Solution {
    unweighted(try reweighting(design, regressors, options).solve(), design)
  }

  /// A row of weight w is a flow `w y` with the mean `w μ`: an offset of `ln w`.
  private static func reweighting(
    _ design: RegressionDesign, _ regressors: Regressors, _ options: RegressionOptions,
    start: [Double]? = nil,
    certify: (@Sendable (_ falls: [Double]) -> Separation.Finding?)? = nil
  ) -> Reweighting<PoissonFamily> {
    var weighted = design
    if let weights = design.weights {
      weighted.weights = nil
      weighted.y = weights.indices.map { weights[$0] * design.y[$0] }
      let logarithms = Kernel.log(weights)
      weighted.offset =
        design.offset.map { o in o.indices.map { o[$0] + logarithms[$0] } } ?? logarithms
    }
    var start = start
    if let means = start, let weights = design.weights {
      start = means.indices.map { means[$0] * weights[$0] }
    }
    return Reweighting(
      PoissonFamily(), weighted, regressors, options, start: start, certify: certify)
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
  /// The solution, whether it proves that no row is separated, and the certificate that ended it.
  func solveWithProof() throws -> (
    solution: Solution, isMaximum: Bool, finding: Separation.Finding?
  ) {
    do {
      let outcome = try iterate()
      let isMaximum = outcome.finding == nil && excludesSeparation(outcome)
      return (finished(outcome), isMaximum, outcome.finding)
    } catch {
      throw error.fault
    }
  }

  /// Whether the zero flows have means that exclude every certificate; where effects hang together by
  /// chains, of which means may be tiny, those that can have another value than 0 in one.
  private func excludesSeparation(_ outcome: Outcome) -> Bool {
    let rows = projection.inRows(y)
    let zeros = rows.indices.filter { rows[$0] == 0 }
    if exclude(zeros, rows, outcome) { return true }
    guard projection.hangsByChains,
      let free = FreeRows(holding: rows.map { $0 > 0 }, regressors)
    else { return false }
    return exclude(zeros.filter { free.isFree($0) }, rows, outcome)
  }

  /// Whether every one of some zero flows has a mean above the decrement, above what the last step may
  /// have missed of it, and above what rounding leaves of the totals the row is part of.
  private func exclude(_ zeros: [Int], _ rows: [Double], _ outcome: Outcome) -> Bool {
    let means = projection.inRows(outcome.state.mu)
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
