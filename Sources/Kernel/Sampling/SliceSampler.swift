import Glibc

/// One-dimensional sampling from a density known up to a factor, with nothing to tune but a length.
///
/// R. M. Neal, Slice sampling, Annals of Statistics 31 (2003), figures 3 and 5: a level under the
/// density at the present point, an interval around it stepped out until both ends lie below the
/// level, and candidates from the interval, which shrinks to every one that is refused.
public struct SliceSampler: Hashable, Sendable {
  /// Length of the first interval: about the spread of the density. A wrong length costs time, not
  /// correctness.
  public var width: Double
  /// Steps of stepping out, both sides together.
  public var maximumSteps: Int

  public init(width: Double, maximumSteps: Int = 50) {
    checkPositive(width, "width")
    precondition(maximumSteps > 0, "\(maximumSteps) steps")
    self.width = width
    self.maximumSteps = maximumSteps
  }

  /// The next point of a chain that leaves the density as it is.
  ///
  /// - Parameters:
  ///   - x: inside the support, with `value` the logarithm of the density there.
  ///   - f: logarithm of the density up to a constant; −∞ (or NaN) outside the support.
  /// - Returns: the point and the logarithm of the density there.
  public func step(
    from x: Double, _ value: Double, using stream: inout RandomStream, _ f: (Double) -> Double
  ) -> (point: Double, value: Double) {
    precondition(value > -.infinity, "a start outside the support, at \(x)")
    let level = value + Glibc.log(stream.uniform())
    var lower = x - width * stream.uniform()
    var upper = lower + width
    var below = Int(Double(maximumSteps) * stream.uniform())
    var above = maximumSteps - 1 - below
    while below > 0, f(lower) > level {
      lower -= width
      below -= 1
    }
    while above > 0, f(upper) > level {
      upper += width
      above -= 1
    }
    while true {
      let candidate = lower + stream.uniform() * (upper - lower)
      let found = f(candidate)
      // The level lies below the density at x itself, so the shrinking ends.
      if found > level { return (candidate, found) }
      if candidate < x { lower = candidate } else { upper = candidate }
      if !(upper > lower) { return (x, value) }
    }
  }
}
