import Kernel

/// The classical decomposition: a centred moving average, and the mean of each season about it (Persons 1919).
public struct ClassicalDecomposition: Hashable, Sendable {
  /// How trend and season combine.
  public enum Form: String, Hashable, Sendable { case additive, multiplicative }

  /// NaN for half a season at both ends.
  public let trend: [Double]
  /// One a season from the first value's; about 0 for sums, about 1 for products.
  public let figure: [Double]
  public let seasonal: [Double]
  /// NaN where the trend is.
  public let remainder: [Double]

  /// - Parameter values: at least two seasons, none missing.
  public init(_ values: [Double], season m: Int, _ form: Form) {
    precondition(m > 1 && values.count >= 2 * m, "\(values.count) values for season \(m)")
    let n = values.count
    let half = m / 2
    var trend = [Double](repeating: .nan, count: n)
    for t in half..<(n - half) {
      // An even season has half a weight at both ends.
      let whole = Statistics.sum(Array(values[(t - half)...(t + half)]))
      trend[t] =
        (m % 2 == 1 ? whole : whole - 0.5 * (values[t - half] + values[t + half])) / Double(m)
    }
    func without(_ x: Double, _ part: Double) -> Double { form == .additive ? x - part : x / part }
    let detrended = (0..<n).map { without(values[$0], trend[$0]) }
    let means = (0..<m).map { j in
      Statistics.mean(stride(from: j, to: n, by: m).map { detrended[$0] }.filter { !$0.isNaN })
    }
    let centre = Statistics.mean(means)
    let figure = means.map { without($0, centre) }
    self.trend = trend
    self.figure = figure
    seasonal = (0..<n).map { figure[$0 % m] }
    remainder = (0..<n).map { without(detrended[$0], figure[$0 % m]) }
  }
}
