public import Kernel

/// Scores of a probability forecast of one flow; means over pairs and times are the caller's.
///
/// All but coverage and the integral transform are negatively oriented (less is better) and proper: no
/// forecaster gains by saying what they do not believe (Gneiting & Raftery 2007).
extension FlowScores {
  /// Pinball loss of a quantile q at level p, `(y − q) p` above it and `(q − y)(1 − p)` below.
  public static func pinball(observed y: Double, quantile q: Double, level p: Double) -> Double {
    SampleScores.pinball(observed: y, quantile: q, level: p)
  }

  /// Interval score `(u − l) + 2/α (l − y)₊ + 2/α (y − u)₊` of an interval that is to hold y with
  /// probability 1 − α (Winkler 1972).
  public static func intervalScore(
    observed y: Double, lower: Double, upper: Double, coverage: Double
  ) -> Double {
    SampleScores.intervalScore(observed: y, lower: lower, upper: upper, coverage: coverage)
  }

  /// Share of the observed flows that lie in their intervals, ends included.
  public static func coverage(
    observed: [Double], lower: [Double], upper: [Double]
  ) -> Double {
    check(observed, lower)
    check(observed, upper)
    let inside = observed.indices.count {
      observed[$0] >= lower[$0] && observed[$0] <= upper[$0]
    }
    return Double(inside) / Double(observed.count)
  }

  /// Probability integral transform of a sample of draws: `P(X < y) + u P(X = y)`; uniform over [0, 1] for a
  /// calibrated forecast.
  ///
  /// - Parameter uniform: a draw in [0, 1] that spreads ties, as counts have them; ½ for the middle.
  public static func integralTransform(
    observed y: Double, samples: [Double], uniform u: Double
  ) -> Double {
    precondition(!samples.isEmpty, "no samples")
    let below = samples.count { $0 < y }
    let equal = samples.count { $0 == y }
    return (Double(below) + u * Double(equal)) / Double(samples.count)
  }

  /// As above, of a distribution.
  public static func integralTransform(
    observed y: Double, _ distribution: some Distribution, uniform u: Double
  ) -> Double {
    let upTo = distribution.cumulative(y)
    guard distribution.support.isDiscrete else { return upTo }
    return upTo - (1 - u) * distribution.density(y)
  }
}
