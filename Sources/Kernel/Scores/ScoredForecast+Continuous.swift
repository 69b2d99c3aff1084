import Glibc

// The forms are those of Jordan, Krüger and Lerch (2019), Journal of Statistical Software 90(12).

extension Normal: ScoredForecast {
  /// `σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π)`.
  public func rankedProbability(_ y: Double) -> Double {
    let z = (y - mean) / standardDeviation
    let centre = 2 * normalDensity(z) - 1 / Double.pi.squareRoot()
    return standardDeviation * (z * (normalCumulative(z) - normalComplementary(z)) + centre)
  }
}

extension StudentT: ScoredForecast {
  /// NaN for one degree of freedom or fewer, where the score does not exist.
  public func rankedProbability(_ y: Double) -> Double {
    guard degrees > 1 else { return .nan }
    let z = (y - location) / scale
    let density = scale * density(y)
    let pair = logBeta(0.5, degrees - 0.5) - 2 * logBeta(0.5, 0.5 * degrees)
    let spread = 2 * degrees.squareRoot() / (degrees - 1) * Glibc.exp(pair)
    return scale
      * (z * (cumulative(y) - complementary(y))
        + 2 * density * (degrees + z * z) / (degrees - 1) - spread)
  }
}

extension Laplace: ScoredForecast {
  /// `s (|z| + e^{−|z|} − ¾)`.
  public func rankedProbability(_ y: Double) -> Double {
    let z = abs(y - location) / scale
    return scale * (z + Glibc.exp(-z) - 0.75)
  }
}

extension Logistic: ScoredForecast {
  /// `s (z − 2 ln F(z) − 1)`.
  public func rankedProbability(_ y: Double) -> Double {
    let z = (y - location) / scale
    return scale * (abs(z) + 2 * log1pExp(-abs(z)) - 1)
  }
}

extension LogNormal: ScoredForecast {
  /// `y (2F(y) − 1) − 2 e^{μ+σ²/2} (Φ(z − σ) + Φ(σ/√2) − 1)` (Baran and Lerch 2015).
  public func rankedProbability(_ y: Double) -> Double {
    let s = logStandardDeviation
    let z = y > 0 ? (Glibc.log(y) - logMean) / s : -.infinity
    let below = normalCumulative(z - s)
    let half = normalComplementary(s / 2.0.squareRoot())
    return y * (normalCumulative(z) - normalComplementary(z)) - 2 * mean * (below - half)
  }
}

extension Gamma: ScoredForecast {
  /// `y (2F_α(y) − 1) − (α/β)(2F_{α+1}(y) − 1) − 1 / (β B(½, α))`.
  public func rankedProbability(_ y: Double) -> Double {
    let next = Gamma(shape: shape + 1, rate: rate)
    return y * (cumulative(y) - complementary(y))
      - shape / rate * (next.cumulative(y) - next.complementary(y))
      - Glibc.exp(-logBeta(0.5, shape)) / rate
  }
}

extension Exponential: ScoredForecast {
  /// `|y| − 2F(y)/λ + 1/(2λ)`.
  public func rankedProbability(_ y: Double) -> Double {
    abs(y) - 2 * cumulative(y) / rate + 0.5 / rate
  }
}
