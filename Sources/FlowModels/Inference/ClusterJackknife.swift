import Demography
import Kernel

/// Fits without one cluster or one area each, and what their scatter says about the coefficients.
///
/// CR3: `V = (G−1)/G Σ_g (β₋g − β)(β₋g − β)'`, β the fit to all rows. Without an area its flows in
/// either role are left out; a flow is then left out twice, which makes the errors of flows that have
/// nothing to do with one another too large, by √2 at most. Each fit is a full one, fixed
/// effects, the shape of a negative binomial and the search for separated rows included.
///
/// Bell & McCaffrey 2002; MacKinnon, Nielsen & Webb 2023, *Fast and reliable jackknife and bootstrap
/// methods for cluster-robust inference*.
struct ClusterJackknife {
  /// Roots of the diagonal of CR3; `nil` for a coefficient that one set alone identifies.
  let errors: [Double?]
  /// Clusters or areas without which a coefficient has no estimate.
  let indispensable: [String]

  /// - Parameter threads: as many fits at once.
  init(
    _ fit: RegressionFit, _ sets: RowSets, refit: @escaping Estimation.Refit, threads: Int?
  ) {
    let estimates = fit.coefficients.map(\.estimate)
    let without = parallelMap(sets.count, threads: threads) { g in
      Self.coefficients(of: fit, sets, without: g, refit: refit)
    }
    let factor = Double(sets.count - 1) / Double(sets.count)
    errors = estimates.indices.map { k in
      var sum = 0.0
      for other in without {
        guard let value = other[k] else { return nil }
        sum += (value - estimates[k]) * (value - estimates[k])
      }
      return (factor * sum).squareRoot()
    }
    indispensable = without.indices.filter { without[$0].contains(nil) }.map { sets.names[$0] }
  }

  /// The coefficients of the rows outside a set; `nil` where those do not determine one.
  private static func coefficients(
    of fit: RegressionFit, _ sets: RowSets, without g: Int, refit: Estimation.Refit
  ) -> [Double?] {
    var design = fit.estimation.design
    design.keep(design.rows.indices.map { !sets.holds(g, row: $0) })
    return coefficients(of: fit, refittedTo: design, refit: refit)
  }

  /// The coefficients of a fit on other rows; `nil` where those do not determine one.
  static func coefficients(
    of fit: RegressionFit, refittedTo design: RegressionDesign, refit: Estimation.Refit
  ) -> [Double?] {
    let estimation = fit.estimation
    var design = design
    do {
      if fit.model != LinearFlowModel.id {
        design.dropEmptyLevels(estimation.data)
        try design.requireRows(fit.formula, estimation.data)
        try design.dropSeparated(estimation.data, fit.options.separation)
      }
      try design.requireRows(fit.formula, estimation.data)
      let hasIntercept = fit.formula.hasIntercept
      let regressors = try Regressors(design, hasIntercept: hasIntercept)
      let solution = try refit(design, regressors)
      let slopes: [Double?] = estimation.regressors.kept.map { term in
        regressors.kept.firstIndex(of: term).map { solution.beta[$0] }
      }
      return hasIntercept ? [constant(design, regressors, solution)] + slopes : slopes
    } catch {
      // These rows have no fit at all.
      return [Double?](repeating: nil, count: fit.coefficients.count)
    }
  }

  private static func constant(
    _ design: RegressionDesign, _ regressors: Regressors, _ solution: Solution
  ) -> Double {
    var rest = solution.linear
    if let offset = design.offset { for row in rest.indices { rest[row] -= offset[row] } }
    for (k, column) in regressors.columns.enumerated() {
      for row in rest.indices { rest[row] -= solution.beta[k] * column[row] }
    }
    return Statistics.mean(rest)
  }
}
