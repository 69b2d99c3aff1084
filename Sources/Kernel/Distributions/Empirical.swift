import Glibc

/// The distribution that gives every value of a sample the same mass.
///
/// Its quantile is the step function's inverse (Hyndman and Fan's type 1); for interpolated quantiles
/// use `Statistics.quantile`.
public struct Empirical: Distribution, Hashable {
  /// Ascending.
  public let values: [Double]

  /// - Parameter sample: at least one value, none of them NaN.
  public init(_ sample: [Double]) {
    precondition(!sample.isEmpty, "an empty sample")
    precondition(!sample.contains(where: \.isNaN), "a sample with NaN")
    values = sample.sorted()
  }

  private var n: Double { Double(values.count) }

  public var mean: Double { Statistics.mean(values) }
  /// With divisor n: the variance of this distribution, not an estimate from it.
  public var variance: Double {
    let centre = mean
    return Statistics.mean(values.map { ($0 - centre) * ($0 - centre) })
  }
  public var support: Support {
    Support(values[0], values[values.count - 1], isDiscrete: true)
  }

  public func logDensity(_ x: Double) -> Double {
    Glibc.log(Double(countUpTo(x, including: true) - countUpTo(x, including: false)) / n)
  }
  public func cumulative(_ x: Double) -> Double { Double(countUpTo(x, including: true)) / n }
  public func complementary(_ x: Double) -> Double {
    Double(values.count - countUpTo(x, including: true)) / n
  }
  public func quantile(_ p: Double) -> Double {
    checkProbability(p)
    let guess = (p * n).rounded(.up) - 1
    let k = smallestCount(from: guess, to: n - 1) { ($0 + 1) / n >= p }
    return values[Int(k)]
  }
  public func upperQuantile(_ q: Double) -> Double {
    checkProbability(q)
    let guess = ((1 - q) * n).rounded(.up) - 1
    let k = smallestCount(from: guess, to: n - 1) { (n - $0 - 1) / n <= q }
    return values[Int(k)]
  }

  /// By bisection, O(log n).
  private func countUpTo(_ x: Double, including: Bool) -> Int {
    var low = 0, high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < x || including && values[middle] == x {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
