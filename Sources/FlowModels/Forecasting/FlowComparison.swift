import Kernel

/// Whether one forecaster's absolute errors are less than another's by more than chance.
///
/// Diebold & Mariano 1995, with the variance of the mean difference summed over everything that
/// shares an area in either
/// role, at any two origins (dyadic-robust: Aronow, Samii & Assenova 2015): with scores s,
/// `V = (Σ_i T_i² − Σ_p P_p²)/N²`, T over the scores that touch area i, P over those of one
/// undirected pair.
public struct FlowComparison: Sendable {
  /// Pairs times origins compared.
  public let count: Int
  /// Mean difference of absolute errors, persons; below 0 where the first forecaster is the better
  /// one.
  public let difference: Double
  /// NaN where the estimate of the variance is not positive, which few areas can bring about.
  public let standardError: Double
  /// Areas touched; less 1, the degrees of freedom.
  public let areas: Int

  /// `difference / standardError`; NaN without one.
  public var statistic: Double { difference / standardError }
  /// Of no difference, two-sided; NaN without a standard error.
  public var pValue: Double {
    guard statistic.isFinite, areas > 1 else { return .nan }
    return 2 * StudentT(degrees: Double(areas - 1)).complementary(abs(statistic))
  }

  /// - Parameter differences: by origin, in the order of the pairs; NaN where not compared.
  init?(pairs: [FlowPanel.Pair], differences: [[Double]]) {
    let known = differences.flatMap { $0.filter { !$0.isNaN } }
    guard !known.isEmpty else { return nil }
    let mean = Statistics.mean(known)
    var byArea: [Int: Double] = [:]
    var byPair: [FlowPanel.Pair: Double] = [:]
    for origin in differences {
      for (pair, value) in zip(pairs, origin) where !value.isNaN {
        let ends = [pair.origin, pair.destination]
        for area in Set(ends) { byArea[area, default: 0] += value - mean }
        byPair[
          FlowPanel.Pair(origin: min(ends[0], ends[1]), destination: max(ends[0], ends[1])),
          default: 0] +=
          value - mean
      }
    }
    let areaSquares = byArea.keys.sorted().map { byArea[$0, default: 0] }
    let pairSquares = byPair.keys.sorted {
      ($0.origin, $0.destination) < ($1.origin, $1.destination)
    }
    .map { byPair[$0, default: 0] }
    let sum = Statistics.sum(areaSquares.map { $0 * $0 } + pairSquares.map { -$0 * $0 })
    count = known.count
    difference = mean
    areas = byArea.count
    standardError = sum > 0 ? sum.squareRoot() / Double(known.count) : .nan
  }
}
