/// A distribution whose continuous ranked probability score has a closed form or a finite sum.
///
/// The score is `∫ (F(x) − 1[x ≥ y])² dx = E|X − y| − ½ E|X − X'|`, in the unit of y: the absolute error of a
/// forecast that admits to be uncertain (Gneiting and Raftery 2007, JASA 102).
public protocol ScoredForecast: Sendable {
  /// The logarithm of the density, for counts and point masses of the probability.
  func logDensity(_ x: Double) -> Double
  /// `P(X ≤ x)`.
  func cumulative(_ x: Double) -> Double
  /// The continuous ranked probability score when `y` came; not negative, less is better.
  func rankedProbability(_ y: Double) -> Double
}

extension ScoredForecast {
  /// The logarithmic score `−ln f(y)` (Good 1952); infinite outside the support.
  public func logScore(_ y: Double) -> Double { -logDensity(y) }
}
