import Glibc

/// Where a distribution has its mass.
public struct Support: Hashable, Sendable {
  public let lower: Double
  public let upper: Double
  /// On whole numbers only (`Empirical`: on the sample's values).
  public let isDiscrete: Bool

  public init(_ lower: Double, _ upper: Double, isDiscrete: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.isDiscrete = isDiscrete
  }
}

/// A probability distribution on the real line.
///
/// Parameters are checked by preconditions: whoever reads them from a file checks first. Tails have
/// their own functions, so that small probabilities keep their digits on both sides.
public protocol Distribution: Sendable {
  /// The logarithm of the density, for counts of the probability; −∞ outside the support.
  func logDensity(_ x: Double) -> Double
  /// `P(X ≤ x)`.
  func cumulative(_ x: Double) -> Double
  /// `P(X > x)`.
  func complementary(_ x: Double) -> Double
  /// The smallest x with `P(X ≤ x) ≥ p`, p in [0, 1]; the ends of the support at 0 and 1.
  func quantile(_ p: Double) -> Double
  /// The smallest x with `P(X > x) ≤ q`: `quantile(1 − q)`, accurate for small q.
  func upperQuantile(_ q: Double) -> Double
  /// NaN or infinite where it does not exist.
  var mean: Double { get }
  /// NaN or infinite where it does not exist.
  var variance: Double { get }
  var support: Support { get }
}

extension Distribution {
  public func density(_ x: Double) -> Double { Glibc.exp(logDensity(x)) }

  public var standardDeviation: Double { variance.squareRoot() }

  /// One value by inversion: a small change of a parameter moves the value little, which keeps
  /// scenarios on common random numbers comparable.
  ///
  /// - Parameter uniform: in (0, 1), from `RandomStream.uniform()`.
  public func sample(_ uniform: Double) -> Double { quantile(uniform) }
}

func checkProbability(_ p: Double) {
  precondition(p >= 0 && p <= 1, "probability \(p)")
}

func checkPositive(_ value: Double, _ name: StaticString) {
  precondition(value > 0 && value.isFinite, "\(name) \(value) has to be positive and finite")
}

/// The smallest whole number from 0 to `last` for which `reached` holds, given that it holds from
/// some number on; the search starts at `guess` and doubles its steps. O(log distance) evaluations.
func smallestCount(from guess: Double, to last: Double, _ reached: (Double) -> Bool) -> Double {
  var high = max(0, min(guess.rounded(), last))
  var step = 1.0
  var low = -1.0
  if reached(high) {
    while high > 0 {
      let probe = max(0, high - step)
      if !reached(probe) {
        low = probe
        break
      }
      high = probe
      step *= 2
    }
  } else {
    low = high
    while true {
      let probe = min(last, low + step)
      if probe == last || reached(probe) {
        high = probe
        break
      }
      low = probe
      step *= 2
    }
  }
  while high - low > 1 {
    let middle = (low + (high - low) / 2).rounded(.down)
    // Above 2⁵³ neighbouring counts lie more than 1 apart.
    guard low < middle, middle < high else { break }
    if reached(middle) { high = middle } else { low = middle }
  }
  return high
}
