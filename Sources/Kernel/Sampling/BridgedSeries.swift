/// A series that follows an autoregression of first order, with values missing inside it, for a Gibbs sampler
/// over its parameters: a sweep draws what is missing anew and has the sums of the whole.
public struct BridgedSeries: Sendable {
  public private(set) var values: [Double]
  public private(set) var sums: LagSums
  /// Places of what is missing, ascending.
  private let missing: [Int]

  /// What is missing starts half way between the value before it and the next known one.
  ///
  /// - Parameter values: in order of time, NaN where missing; first and last known.
  public init(_ values: [Double]) {
    precondition(
      values.first?.isNaN != true && values.last?.isNaN != true, "a series ends in a missing value")
    missing = values.indices.filter { values[$0].isNaN }
    var filled = values
    for t in missing {
      let next = values[t...].first { !$0.isNaN } ?? filled[t - 1]
      filled[t] = 0.5 * (filled[t - 1] + next)
    }
    self.values = filled
    sums = LagSums(filled)
  }

  /// Draws every missing value given its neighbours, in order of time: a normal of mean
  /// `μ + φ (y_{t−1} + y_{t+1} − 2μ)/(1 + φ²)` and variance `σ²/(1 + φ²)`.
  ///
  /// - Parameter deviation: σ, of the innovations.
  public mutating func drawMissing(
    level mu: Double, persistence phi: Double, deviation sigma: Double,
    using stream: inout RandomStream
  ) {
    guard !missing.isEmpty else { return }
    let own = 1 + phi * phi
    for t in missing {
      let mean = mu + phi * (values[t - 1] + values[t + 1] - 2 * mu) / own
      values[t] = mean + sigma / own.squareRoot() * stream.normal()
    }
    sums = LagSums(values)
  }
}
