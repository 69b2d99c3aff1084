import Glibc

/// Scores of a forecast given as draws, quantiles or an interval; less is better, all proper but where said.
public enum SampleScores {
  /// Continuous ranked probability score of the empirical distribution of a sample of draws. O(m log m).
  public static func rankedProbability(observed y: Double, samples: [Double]) -> Double {
    let (error, spread) = errorAndSpread(y, samples)
    let m = Double(samples.count)
    return error - spread / (m * m)
  }

  /// Of the distribution a sample of draws comes from, without the bias of a small sample: pairs of
  /// different draws only (Ferro 2014). May be negative.
  public static func fairRankedProbability(observed y: Double, samples: [Double]) -> Double {
    precondition(samples.count > 1, "one draw says nothing of its spread")
    let (error, spread) = errorAndSpread(y, samples)
    let m = Double(samples.count)
    return error - spread / (m * (m - 1))
  }

  /// Mean of `|x − y|`, and `Σ_{k<l} |x_k − x_l|`, by the ranks.
  private static func errorAndSpread(_ y: Double, _ samples: [Double]) -> (Double, Double) {
    precondition(!samples.isEmpty, "no samples")
    let error = Statistics.mean(samples.map { abs($0 - y) })
    guard error.isFinite else { return (error, 0) }
    let sorted = samples.sorted()
    let last = Double(sorted.count - 1)
    let centre = sorted[sorted.count / 2]
    let spread = Statistics.sum(
      sorted.enumerated().map { (2 * Double($0) - last) * ($1 - centre) })
    return (error, spread)
  }

  /// Ranked probability score from quantiles: twice the pinball losses, each with the stretch of levels nearer
  /// to it than to any other (0 and 1 belong to the outermost). Tends to the score as the levels fill (0, 1).
  ///
  /// - Parameter levels: rising, strictly between 0 and 1, one for each quantile.
  public static func rankedProbability(
    observed y: Double, quantiles: [Double], levels: [Double]
  ) -> Double {
    precondition(
      !levels.isEmpty && quantiles.count == levels.count,
      "\(quantiles.count) quantiles for \(levels.count) levels")
    precondition(
      zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }, "levels that do not rise: \(levels)")
    let middles = zip(levels, levels.dropFirst()).map { 0.5 * ($0 + $1) }
    let ends = [0] + middles + [1]
    return 2
      * Statistics.sum(
        levels.indices.map { k in
          (ends[k + 1] - ends[k]) * pinball(observed: y, quantile: quantiles[k], level: levels[k])
        })
  }

  /// Dawid–Sebastiani score `((y − m)/s)² + 2 ln s` of the sample's mean and its standard deviation with
  /// divisor m (Dawid and Sebastiani 1999); infinite for draws that do not vary.
  public static func dawidSebastiani(observed y: Double, samples: [Double]) -> Double {
    let centre = Statistics.mean(samples)
    let variance = Statistics.mean(samples.map { ($0 - centre) * ($0 - centre) })
    guard variance > 0 else { return y == centre ? -.infinity : .infinity }
    return (y - centre) * (y - centre) / variance + Glibc.log(variance)
  }

  /// Pinball loss of a quantile q at level p, `(y − q) p` above it and `(q − y)(1 − p)` below.
  public static func pinball(observed y: Double, quantile q: Double, level p: Double) -> Double {
    precondition(p > 0 && p < 1, "level \(p)")
    return y >= q ? (y - q) * p : (q - y) * (1 - p)
  }

  /// Interval score `(u − l) + 2/α (l − y)₊ + 2/α (y − u)₊` of an interval that is to hold y with
  /// probability 1 − α (Winkler 1972).
  public static func intervalScore(
    observed y: Double, lower: Double, upper: Double, coverage: Double
  ) -> Double {
    precondition(coverage > 0 && coverage < 1, "coverage \(coverage)")
    let outside = y < lower ? lower - y : (y > upper ? y - upper : 0)
    return (upper - lower) + 2 / (1 - coverage) * outside
  }
}
