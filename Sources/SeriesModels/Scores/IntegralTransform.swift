public import Kernel

/// Histograms of the probability integral transform: flat for forecasts that mean what they say, a hump
/// for too wide ones, a trough for too narrow ones (Dawid 1984).
public enum IntegralTransform {
  /// Heights of `bins` equal bins over [0, 1], 1 each for calibrated forecasts.
  ///
  /// - Parameter values: transforms in [0, 1], at least one.
  public static func histogram(_ values: [Double], bins: Int) -> [Double] {
    precondition(!values.isEmpty && bins > 0, "\(values.count) values in \(bins) bins")
    var heights = [Double](repeating: 0, count: bins)
    for value in values {
      precondition(value >= 0 && value <= 1, "transform \(value)")
      heights[min(Int(value * Double(bins)), bins - 1)] += Double(bins) / Double(values.count)
    }
    return heights
  }

  /// The same for counts, without randomising: each count spreads its mass evenly over its stretch
  /// `[F(y − 1), F(y)]` (Czado, Gneiting and Held 2009, Biometrics 65).
  ///
  /// - Parameter forecasts: one a count, in the order of the counts.
  public static func countHistogram(
    _ counts: [Double], _ forecasts: [any ScoredForecast], bins: Int
  ) -> [Double] {
    precondition(
      !counts.isEmpty && counts.count == forecasts.count && bins > 0,
      "\(counts.count) counts, \(forecasts.count) forecasts, \(bins) bins")
    var reached = [Double](repeating: 0, count: bins + 1)
    for (y, forecast) in zip(counts, forecasts) {
      let below = forecast.cumulative(y - 1)
      let upTo = forecast.cumulative(y)
      for k in 0...bins {
        let u = Double(k) / Double(bins)
        reached[k] += u <= below ? 0 : u >= upTo ? 1 : (u - below) / (upTo - below)
      }
    }
    return (0..<bins).map {
      (reached[$0 + 1] - reached[$0]) * Double(bins) / Double(counts.count)
    }
  }
}
