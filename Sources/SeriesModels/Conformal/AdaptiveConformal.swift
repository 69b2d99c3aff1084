/// Intervals whose level follows the coverage reached: after a miss wider, after a hit a little narrower, so
/// that the long-run share of misses is the promised one even when the series drifts (Gibbs and Candès 2021,
/// NeurIPS).
public struct AdaptiveConformal: Hashable, Sendable {
  /// Promised share of misses.
  public let target: Double
  /// Step of the level after each value, γ.
  public let rate: Double
  /// The share of misses aimed at now; may leave (0, 1), where the interval is everything or a point.
  public private(set) var current: Double
  /// Absolute errors seen, in order.
  public private(set) var errors: [Double] = []

  /// - Parameters:
  ///   - level: per cent, in (0, 100).
  ///   - rate: 0.005 to 0.05 is usual.
  public init(level: Double, rate: Double) {
    precondition(level > 0 && level < 100 && rate >= 0, "level \(level), rate \(rate)")
    target = 1 - level / 100
    self.rate = rate
    current = target
  }

  /// Whether so many errors have been seen as the promised level needs; before that the level stays.
  public var canPromise: Bool { errors.count >= SplitConformal.needed(tail: target) }

  /// Half-width for the next value; infinite where the errors so far cannot reach the level aimed at.
  public var halfWidth: Double {
    if current <= 0 { return .infinity }
    if current >= 1 { return 0 }
    do {
      return try SplitConformal.upper(errors, tail: current, level: 100 * (1 - current))
    } catch {
      return .infinity
    }
  }

  /// Takes in the error of the value that came.
  ///
  /// - Returns: whether the interval had held it.
  @discardableResult
  public mutating func observe(error: Double) -> Bool {
    let isInside = abs(error) <= halfWidth
    // Everything lies inside an interval that is all values for want of errors: no reason to narrow the next.
    if canPromise { current += rate * (target - (isInside ? 0 : 1)) }
    errors.append(abs(error))
    return isInside
  }
}
