/// Where an optimiser stopped, and why.
public struct Minimum: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable {
    /// The gradient is small.
    case gradient
    /// The value has stopped falling.
    case value
    /// The simplex has become small.
    case simplex
    /// The interval has become small.
    case interval
    /// The permitted work is used up. Not converged.
    case iterationLimit
    /// No step down the gradient lowers the value. Not converged.
    case lineSearch
  }

  public let point: [Double]
  public let value: Double
  public let iterations: Int
  public let evaluations: Int
  public let reason: Reason
  /// What was compared with the tolerance: the largest component of the gradient, the spread of the
  /// simplex, the width of the interval.
  public let measure: Double

  public init(
    point: [Double], value: Double, iterations: Int, evaluations: Int, reason: Reason,
    measure: Double
  ) {
    self.point = point
    self.value = value
    self.iterations = iterations
    self.evaluations = evaluations
    self.reason = reason
    self.measure = measure
  }

  public var converged: Bool { reason != .iterationLimit && reason != .lineSearch }

  func checked() throws(KernelError) -> Minimum {
    if !converged { throw .notConverged(self) }
    return self
  }
}
