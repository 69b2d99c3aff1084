import Kernel

/// A certificate of separation guessed from means that sink in Newton's iteration, and verified.
///
/// On separated rows an exact step is `−z`, the projection of −1 on the certificates. What those rows
/// fell by, or what repeated least squares on all rows make of it (as in `IterativeRectifier`, rows
/// that do not sink held to 0), is a certificate where a combination of regressors and levels fits
/// it with no residual: 0 on positive flows and on all rows that do not sink.
struct SinkingMeans: Sendable {
  let projection: LevelProjection
  let x: PlacedRegressors
  let regressors: Regressors
  let termCount: Int

  /// Largest residual, by the largest value of the certificate.
  private static let tolerance = 1e-5
  private static let limit = 12

  init(_ design: RegressionDesign, _ regressors: Regressors) {
    self.regressors = regressors
    projection = regressors.space.projection
    x = projection.regressors(regressors.columns, explained: regressors.starts)
    termCount = design.x.count
  }

  /// - Parameter falls: positive for zero flows whose means sink, 0 elsewhere; by place.
  /// - Returns: rows and combination; `nil` when none of them is found to be separated.
  /// - Complexity: a step of Newton's method for each of at most twelve guesses.
  func certificate(_ falls: [Double]) -> Separation.Finding? {
    let weights = projection.prepared(places: falls.map { _ in 1 })
    let most = falls.max() ?? 0
    var z = falls
    // A guess that fits well enough is verified in the next round.
    var verifies = false
    for _ in 0..<Self.limit {
      let largest = z.max() ?? 0
      guard largest > 1e-2 * most else { return nil }
      guard
        let fit = try? projection.newtonStep(
          z, weights: weights, regressors: x, reduction: verifies ? 1e-8 : 1e-4)
      else { return nil }
      let gap = z.indices.reduce(0) { max($0, abs(fit.change[$1] - z[$1])) }
      if verifies, gap <= Self.tolerance * largest {
        let values = projection.inRows(z)
        return Separation.Finding(
          rows: values.indices.filter { values[$0] > 0 },
          combination: regressors.combination(fit, termCount: termCount))
      }
      verifies = !verifies && gap <= 1e-2 * largest
      guard !verifies else { continue }
      // Rows that keep their value need no others; where there are none, what keeps less than half is
      // held up by rows that are not separated.
      let keeps = z.indices.map { z[$0] > 0 && abs(fit.change[$0] - z[$0]) <= 1e-2 * z[$0] }
      let someKeep = keeps.contains(true)
      z = z.indices.map { place in
        if someKeep { return keeps[place] ? z[place] : 0 }
        return z[place] > 0 && fit.change[place] > 0.5 * z[place] ? fit.change[place] : 0
      }
    }
    return nil
  }
}
