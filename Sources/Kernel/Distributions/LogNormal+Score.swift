import Glibc

extension LogNormal {
  /// Continuous ranked probability score of an outcome, in the unit of the outcome; 0 is perfect.
  ///
  /// `y (2Φ(z) − 1) − 2 e^(μ + σ²/2) (Φ(z − σ) + Φ(σ/√2) − 1)` with `z = (ln y − μ) / σ`.
  /// Baran & Lerch (2015), Quarterly Journal of the Royal Meteorological Society 141: 2289-2299.
  /// - Precondition: `y > 0`.
  public func rankedProbabilityScore(_ y: Double) -> Double {
    precondition(y > 0, "an outcome of \(y)")
    let s = logStandardDeviation
    let z = (Glibc.log(y) - logMean) / s
    let inner = normalCumulative(z - s) - normalComplementary(s / 2.0.squareRoot())
    return y * (1 - 2 * normalComplementary(z)) - 2 * mean * inner
  }
}
