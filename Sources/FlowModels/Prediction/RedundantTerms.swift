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
  }

  private let combinations: [Combination]

  /// Largest departure by the size of what is added up.
  private static let tolerance = 1e-6

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
      return Combination(term: term, coefficients: coefficients, levels: levels)
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
      var gap = value
      var size = abs(value)
      for (coefficient, x) in zip(combination.coefficients, x) {
        gap -= coefficient * x
        size += abs(coefficient * x)
      }
      for (level, factor) in zip(levels, factors) {
        let part = combination.levels[level] * factor
        gap -= part
        size += abs(part)
      }
      return abs(gap) <= Self.tolerance * size
    }
  }
}
