extension Poisson: ScoredForecast {
  /// By summing `(F(x) − 1[x ≥ y])²` over whole numbers until the tails hold less than 1e-17.
  /// O(standard deviation + distance of y from the mean).
  public func rankedProbability(_ y: Double) -> Double {
    countingScore(y, self) { x in mean / (x + 1) }
  }
}

extension NegativeBinomial: ScoredForecast {
  /// As for `Poisson`.
  public func rankedProbability(_ y: Double) -> Double {
    let failure = mean / (size + mean)
    return countingScore(y, self) { x in failure * (x + size) / (x + 1) }
  }
}

extension Binomial: ScoredForecast {
  /// As for `Poisson`.
  public func rankedProbability(_ y: Double) -> Double {
    let odds = probability / (1 - probability)
    let n = Double(trials)
    return countingScore(y, self) { x in odds * (n - x) / (x + 1) }
  }
}

/// - Parameter ratio: `P(x + 1) / P(x)`.
private func countingScore(
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
