import Glibc
public import Kernel

/// The continuous ranked probability score `∫ (F(x) − 1[x ≥ y])² dx = E|X − y| − ½ E|X − X'|`, in persons:
/// the absolute error of a forecast that admits to be uncertain (Gneiting & Raftery 2007).
extension FlowScores {
  /// Of the empirical distribution of a sample of draws. O(m log m).
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

  /// From quantiles: twice the pinball losses, each with the stretch of levels nearer to it than to any
  /// other (0 and 1 belong to the outermost). Tends to the score as the levels fill (0, 1).
  ///
  /// - Parameter levels: rising, strictly between 0 and 1, one for each quantile.
  public static func rankedProbability(
    observed y: Double, quantiles: [Double], levels: [Double]
  ) -> Double {
    check(quantiles, levels)
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

  /// Of a normal distribution, `σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π)`.
  public static func rankedProbability(observed y: Double, _ forecast: Normal) -> Double {
    let z = (y - forecast.mean) / forecast.standardDeviation
    let centre = 2 * normalDensity(z) - 1 / Double.pi.squareRoot()
    return forecast.standardDeviation
      * (z * (normalCumulative(z) - normalComplementary(z)) + centre)
  }

  /// Of a lognormal distribution given by mean μ and standard deviation σ of the logarithm,
  /// `y (2F(y) − 1) − 2 e^{μ+σ²/2} (Φ((ln y − μ)/σ − σ) + Φ(σ/√2) − 1)` (Baran & Lerch 2015).
  public static func rankedProbability(
    observed y: Double, logMean: Double, logStandardDeviation s: Double
  ) -> Double {
    precondition(s > 0, "standard deviation \(s)")
    let mean = Glibc.exp(logMean + 0.5 * s * s)
    let z = y > 0 ? (Glibc.log(y) - logMean) / s : -.infinity
    let below = normalCumulative(z - s)
    let half = normalComplementary(s / 2.0.squareRoot())
    return y * (normalCumulative(z) - normalComplementary(z)) - 2 * mean * (below - half)
  }

  /// Of negative-binomial counts, by summing `(F(x) − 1[x ≥ y])²` over whole numbers until the tails hold less
  /// than 1e-17. O(standard deviation + distance of y from the mean).
  public static func rankedProbability(observed y: Double, _ forecast: NegativeBinomial) -> Double {
    let failure = forecast.mean / (forecast.size + forecast.mean)
    return counting(y, forecast) { x in failure * (x + forecast.size) / (x + 1) }
  }

  /// Of Poisson counts, as for the negative binomial.
  public static func rankedProbability(observed y: Double, _ forecast: Poisson) -> Double {
    counting(y, forecast) { x in forecast.mean / (x + 1) }
  }

  /// - Parameter ratio: `P(x + 1) / P(x)`.
  private static func counting(
    _ y: Double, _ forecast: some Distribution, _ ratio: (Double) -> Double
  ) -> Double {
    let first = forecast.quantile(1e-17)
    let last = forecast.upperQuantile(1e-17)
    var score = 0.0
    if y < first { score += first - y }
    if y > last { score += y - last }
    var x = first
    var probability = forecast.density(first)
    var cumulative = forecast.cumulative(first)
    while x < last {
      // (F − 1[u ≥ y])² over u in [x, x + 1), with y perhaps inside.
      let before = min(max(y - x, 0), 1)
      let beyond = 1 - cumulative
      score += before * cumulative * cumulative + (1 - before) * beyond * beyond
      probability *= ratio(x)
      cumulative = min(cumulative + probability, 1)
      x += 1
    }
    return score
  }
}
