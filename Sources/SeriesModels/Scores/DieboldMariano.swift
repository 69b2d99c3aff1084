import Kernel

/// Whether one forecast is better than another: the test of Diebold and Mariano (1995) with the
/// small-sample correction of Harvey, Leybourne and Newbold (1997).
public struct DieboldMariano: Hashable, Sendable {
  /// Negative where the first forecast has the smaller losses.
  public let statistic: Double
  /// Two-sided, from Student's t of n − 1 degrees.
  public let pValue: Double
  public let pairs: Int

  /// - Parameters:
  ///   - first: losses of the first forecast, in order of time; squared errors, absolute errors, CRPS.
  ///   - second: losses of the second, at the same times.
  ///   - horizon: steps ahead; autocovariances up to `horizon − 1` count.
  /// - Returns: `nil` where the long-run variance of the differences is not positive (equal forecasts, or
  ///   negative autocovariances that outweigh the variance), or with no more pairs than the horizon.
  public init?(losses first: [Double], _ second: [Double], horizon: Int = 1) {
    precondition(first.count == second.count, "\(first.count) and \(second.count) losses")
    precondition(horizon > 0, "horizon \(horizon)")
    let difference = zip(first, second).map { $0 - $1 }
    let n = difference.count
    guard n > max(horizon, 1) else { return nil }
    let mean = Statistics.mean(difference)
    let centred = difference.map { $0 - mean }
    var variance = 0.0
    for lag in 0..<horizon {
      let covariance = Statistics.sum((lag..<n).map { centred[$0] * centred[$0 - lag] }) / Double(n)
      variance += (lag == 0 ? 1 : 2) * covariance
    }
    guard variance > 0 else { return nil }
    let h = Double(horizon)
    let size = Double(n)
    let correction = ((size + 1 - 2 * h + h * (h - 1) / size) / size).squareRoot()
    statistic = correction * mean / (variance / size).squareRoot()
    pValue = 2 * StudentT(degrees: size - 1).complementary(abs(statistic))
    pairs = n
  }
}
