import Kernel

/// How the terms that were set aside as collinear follow from the others in the rows of a fit.
///
/// A coefficient of such a term could be anything as long as the others give way. That changes no fitted
/// value, but it does change a prediction where the term does not follow from the others as it did.
struct RedundantTerms {
  /// A term as the sum of multiples of kept regressors and of levels.
  private struct Combination {
    /// Place among the terms of the formula.
    let term: Int
    /// By kept regressor.
    let coefficients: [Double]
    /// By level of the space.
    let levels: [Double]
    /// Largest departure in the rows of the fit.
    var worst = 0.0
    /// Largest size of the term there.
    var scale = 0.0

    /// By how much a value departs, and the size of what is added up.
    func gap(
      _ value: Double, _ x: [Double], levels places: [Int], factors: [Double]
    ) -> (value: Double, size: Double) {
      var gap = value
      var size = abs(value)
      for (coefficient, x) in zip(coefficients, x) {
        gap -= coefficient * x
        size += abs(coefficient * x)
      }
      for (place, factor) in zip(places, factors) {
        gap -= levels[place] * factor
        size += abs(levels[place] * factor)
      }
      return (gap, size)
    }
  }

  private let combinations: [Combination]

  /// Largest departure by the size of what is added up in a row, and by the size of the term in the fit.
  private static let tolerance = 1e-6
  private static let rounding = 1e-9

  /// - Throws: where the effects cannot be taken away.
  /// - Complexity: one projection on the effects for each term set aside.
  init(_ estimation: Estimation) throws {
    let regressors = estimation.regressors
    let weights = estimation.solution.weights
    let kept = Array(estimation.columns.suffix(regressors.kept.count))
    combinations = try regressors.collinear.map { term in
      var levels = [Double](repeating: 0, count: regressors.space.levelCount)
      guard
        let rest = regressors.space.residual(
          estimation.design.x[term], weights: weights, solution: &levels, tolerance: 1e-12)
      else { throw FitError.partiallingFailed.fault }
      let coefficients: [Double]
      do throws(FitError) {
        coefficients = try Regressors.coefficients(kept, rest, weights: weights)
      } catch {
        throw error.fault
      }
      for (k, explained) in estimation.explained.enumerated() {
        for l in levels.indices { levels[l] -= coefficients[k] * explained[l] }
      }
      var found = Combination(term: term, coefficients: coefficients, levels: levels)
      for (row, value) in estimation.design.x[term].enumerated() {
        let effects = regressors.space.effects
        let gap = found.gap(
          value, regressors.columns.map { $0[row] },
          levels: effects.indices.map {
            regressors.space.offsets[$0] + Int(effects[$0].level[row])
          }, factors: effects.map { $0.factor(row) })
        found.worst = max(found.worst, abs(gap.value))
        found.scale = max(found.scale, abs(value))
      }
      return found
    }
  }

  var terms: [Int] { combinations.map(\.term) }

  /// Whether every term set aside has the value in a row that it would have in the rows of the fit.
  ///
  /// - Parameters:
  ///   - values: of the terms set aside.
  ///   - x: of the kept regressors.
  ///   - levels: places among all levels; factors: what their values are multiplied by.
  func follow(_ values: [Double], _ x: [Double], levels: [Int], factors: [Double]) -> Bool {
    zip(combinations, values).allSatisfy { combination, value in
      let gap = combination.gap(value, x, levels: levels, factors: factors)
      return abs(gap.value)
        <= max(
          Self.tolerance * gap.size, 2 * combination.worst, Self.rounding * combination.scale)
    }
  }
}
