import Demography
import Kernel

/// The conditional moment test of a maximum of likelihood: does a function of each row that should be 0 on
/// average add up to nothing?
///
/// What the scores of the rows explain of the moments is taken off by least squares, since the parameters
/// were chosen with these rows; what is left gives the variance of the sum. Newey 1985; Tauchen 1985;
/// Cameron & Trivedi 2013, 5.6.
struct MomentTest {
  let sum: Double
  let standardError: Double

  /// - Throws: `flows.test-spanned` where the scores explain the moments, so that their sum is 0 whatever
  ///   the data.
  init(_ moments: [Double], _ scores: Matrix, _ test: Card, of family: String) throws {
    guard moments.count > scores.columns, let fit = try? leastSquares(scores, moments) else {
      throw FitError.singular.fault
    }
    let rest = fit.residualSumOfSquares
    guard rest > 1e-12 * dot(moments, moments) else {
      throw Fault(.usage, "flows.test-spanned", ["test": test.id, "family": family])
    }
    sum = Statistics.sum(moments)
    standardError = rest.squareRoot()
  }

  var statistic: Double { sum / standardError }
}
