/// Sums over the pairs `y_{t−1}, y_t` of a series, from which those about any level follow, so that a sweep
/// over the parameters of an AR(1) costs no pass through the series.
public struct LagSums: Sendable {
  /// Number of pairs.
  public let count: Double
  /// `Σ y_{t−1}`.
  public let now: Double
  /// `Σ y_t`.
  public let next: Double
  private let nowSquare: Double
  private let nextSquare: Double
  private let product: Double

  /// - Parameter y: none missing; fewer than two values have no pair.
  public init(_ y: [Double]) {
    var (now, next, nowSquare, nextSquare, product) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for t in 1..<max(1, y.count) {
      now += y[t - 1]
      next += y[t]
      nowSquare += y[t - 1] * y[t - 1]
      nextSquare += y[t] * y[t]
      product += y[t] * y[t - 1]
    }
    count = Double(max(0, y.count - 1))
    self.now = now
    self.next = next
    self.nowSquare = nowSquare
    self.nextSquare = nextSquare
    self.product = product
  }

  /// `Σ (y_{t−1} − μ)²`, at least 0.
  public func nowSquares(around mu: Double) -> Double {
    max(0, nowSquare - 2 * mu * now + count * mu * mu)
  }

  /// `Σ (y_{t−1} − μ)(y_t − μ)`.
  public func products(around mu: Double) -> Double {
    product - mu * (now + next) + count * mu * mu
  }

  /// `Σ (y_t − μ − φ (y_{t−1} − μ))²`, at least 0.
  public func errors(level mu: Double, persistence phi: Double) -> Double {
    let nextSquares = nextSquare - 2 * mu * next + count * mu * mu
    return max(
      0, nextSquares - 2 * phi * products(around: mu) + phi * phi * nowSquares(around: mu))
  }
}
