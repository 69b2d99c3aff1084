import Glibc

/// A mixture of normal distributions: what a pool of forecasts is.
public struct NormalMixture: ScoredForecast, Hashable {
  public let parts: [Normal]
  /// Sum to 1, one a part.
  public let weights: [Double]

  /// - Parameter weights: positive, one a part; taken relative to their sum.
  public init(_ parts: [Normal], weights: [Double]) {
    precondition(
      !parts.isEmpty && parts.count == weights.count,
      "\(weights.count) weights, \(parts.count) parts")
    precondition(weights.allSatisfy { $0 > 0 && $0.isFinite }, "weights \(weights)")
    let total = Statistics.sum(weights)
    self.parts = parts
    self.weights = weights.map { $0 / total }
  }

  public func logDensity(_ x: Double) -> Double {
    logSumExp(zip(parts, weights).map { $0.logDensity(x) + Glibc.log($1) })
  }

  public func cumulative(_ x: Double) -> Double {
    zip(parts, weights).reduce(0) { $0 + $1.1 * $1.0.cumulative(x) }
  }

  /// Grimit, Gneiting, Berrocal and Johnson (2006), QJRMS 132. O(parts²).
  public func rankedProbability(_ y: Double) -> Double {
    var error = 0.0
    var spread = 0.0
    for (i, part) in parts.enumerated() {
      error += weights[i] * absoluteMean(y - part.mean, part.standardDeviation)
      for (j, other) in parts.enumerated() {
        let deviation = hypot(part.standardDeviation, other.standardDeviation)
        spread += weights[i] * weights[j] * absoluteMean(part.mean - other.mean, deviation)
      }
    }
    return error - 0.5 * spread
  }

  /// `E|m + s Z|`.
  private func absoluteMean(_ m: Double, _ s: Double) -> Double {
    let z = m / s
    return m * (normalCumulative(z) - normalComplementary(z)) + 2 * s * normalDensity(z)
  }
}
