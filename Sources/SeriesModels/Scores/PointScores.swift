import Kernel

/// Scores of point forecasts against what came; pairs with a missing value on either side are left out,
/// and a score of no pair at all is NaN.
public enum PointScores {
  /// Mean of `y − f`.
  public static func meanError(_ actual: [Double], _ forecast: [Double]) -> Double {
    mean(actual, forecast) { $0 - $1 }
  }

  public static func meanAbsoluteError(_ actual: [Double], _ forecast: [Double]) -> Double {
    mean(actual, forecast) { abs($0 - $1) }
  }

  public static func rootMeanSquare(_ actual: [Double], _ forecast: [Double]) -> Double {
    mean(actual, forecast) { ($0 - $1) * ($0 - $1) }.squareRoot()
  }

  /// Mean of `100 (y − f) / y`; infinite or NaN where a value is 0.
  public static func meanPercentageError(_ actual: [Double], _ forecast: [Double]) -> Double {
    mean(actual, forecast) { 100 * ($0 - $1) / $0 }
  }

  /// Mean of `100 |y − f| / |y|`; infinite or NaN where a value is 0.
  public static func meanAbsolutePercentageError(_ actual: [Double], _ forecast: [Double]) -> Double
  {
    mean(actual, forecast) { 100 * abs($0 - $1) / abs($0) }
  }

  /// Mean of `200 |y − f| / (|y| + |f|)`, 0 where both are 0 (Makridakis 1993).
  public static func symmetricPercentageError(_ actual: [Double], _ forecast: [Double]) -> Double {
    mean(actual, forecast) { y, f in
      let size = abs(y) + abs(f)
      return size > 0 ? 200 * abs(y - f) / size : 0
    }
  }

  /// Scale of the MASE: mean absolute seasonal step of the training values, over the pairs that are both
  /// there (Hyndman and Koehler 2006). 0 for a constant, NaN without a pair.
  public static func absoluteScale(_ training: [Double], season: Int) -> Double {
    let (now, before) = steps(training, season)
    return meanAbsoluteError(now, before)
  }

  /// Scale of the RMSSE: mean squared seasonal step of the training values.
  public static func squaredScale(_ training: [Double], season: Int) -> Double {
    let (now, before) = steps(training, season)
    return mean(now, before) { ($0 - $1) * ($0 - $1) }
  }

  /// Mean absolute scaled error; infinite or NaN where the training values are constant.
  public static func scaledError(
    _ actual: [Double], _ forecast: [Double], training: [Double], season: Int
  ) -> Double {
    meanAbsoluteError(actual, forecast) / absoluteScale(training, season: season)
  }

  /// Root mean squared scaled error (Makridakis, Spiliotis and Assimakopoulos 2022).
  public static func rootScaledError(
    _ actual: [Double], _ forecast: [Double], training: [Double], season: Int
  ) -> Double {
    (mean(actual, forecast) { ($0 - $1) * ($0 - $1) } / squaredScale(training, season: season))
      .squareRoot()
  }

  /// Overall weighted average of the M4 competition: the mean of sMAPE and MASE, each over that of the
  /// reference forecast.
  public static func overallWeightedAverage(
    sMAPE: Double, MASE: Double, reference: (sMAPE: Double, MASE: Double)
  ) -> Double {
    0.5 * (sMAPE / reference.sMAPE + MASE / reference.MASE)
  }

  /// Mean scaled interval score: the mean interval score over the scale of the MASE.
  ///
  /// - Parameter coverage: probability the intervals are to hold, in (0, 1).
  public static func scaledIntervalScore(
    _ actual: [Double], lower: [Double], upper: [Double], coverage: Double, training: [Double],
    season: Int
  ) -> Double {
    precondition(
      lower.count == actual.count && upper.count == actual.count,
      "\(lower.count) and \(upper.count) ends for \(actual.count) values")
    var scores: [Double] = []
    for t in actual.indices where !(actual[t].isNaN || lower[t].isNaN || upper[t].isNaN) {
      scores.append(
        SampleScores.intervalScore(
          observed: actual[t], lower: lower[t], upper: upper[t], coverage: coverage))
    }
    return Statistics.mean(scores) / absoluteScale(training, season: season)
  }

  /// Share of the values inside their intervals, ends included.
  public static func coverage(_ actual: [Double], lower: [Double], upper: [Double]) -> Double {
    precondition(
      lower.count == actual.count && upper.count == actual.count,
      "\(lower.count) and \(upper.count) ends for \(actual.count) values")
    let known = actual.indices.filter { !(actual[$0].isNaN || lower[$0].isNaN || upper[$0].isNaN) }
    let inside = known.count { actual[$0] >= lower[$0] && actual[$0] <= upper[$0] }
    return Double(inside) / Double(known.count)
  }

  private static func steps(_ x: [Double], _ season: Int) -> ([Double], [Double]) {
    precondition(season > 0, "season \(season)")
    return (Array(x.dropFirst(season)), Array(x.dropLast(season)))
  }

  private static func mean(
    _ actual: [Double], _ forecast: [Double], _ loss: (Double, Double) -> Double
  ) -> Double {
    precondition(actual.count == forecast.count, "\(forecast.count) forecasts of \(actual.count)")
    var losses: [Double] = []
    for (y, f) in zip(actual, forecast) where !(y.isNaN || f.isNaN) { losses.append(loss(y, f)) }
    return Statistics.mean(losses)
  }
}
