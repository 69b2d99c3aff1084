/// Summaries of a list of numbers. A NaN in the list gives NaN; missing values are the caller's to
/// leave out.
public enum Statistics {
  /// The sum with Neumaier's compensation (ZAMM 54, 1974): the error does not grow with the count.
  public static func sum(_ x: [Double]) -> Double {
    var total = 0.0
    var lost = 0.0
    for value in x {
      let next = total + value
      lost += abs(total) >= abs(value) ? (total - next) + value : (value - next) + total
      total = next
    }
    return lost.isFinite ? total + lost : total
  }

  /// NaN for an empty list.
  public static func mean(_ x: [Double]) -> Double { sum(x) / Double(x.count) }

  /// With divisor n − 1, in two passes; NaN for fewer than two numbers.
  public static func variance(_ x: [Double]) -> Double { covariance(x, x) }

  public static func standardDeviation(_ x: [Double]) -> Double { variance(x).squareRoot() }

  /// With divisor n − 1; NaN for fewer than two pairs.
  public static func covariance(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count, "lengths \(x.count) and \(y.count)")
    if x.count < 2 { return .nan }
    let mx = mean(x), my = mean(y)
    return sum(zip(x, y).map { ($0 - mx) * ($1 - my) }) / Double(x.count - 1)
  }

  /// Pearson's; NaN where one of the two does not vary.
  public static func correlation(_ x: [Double], _ y: [Double]) -> Double {
    covariance(x, y) / (variance(x).squareRoot() * variance(y).squareRoot())
  }

  /// NaN for an empty list. O(n log n).
  public static func median(_ x: [Double]) -> Double { quantile(x, 0.5) }

  /// The median of the distances from the median, not scaled (times 1.4826 it estimates the standard
  /// deviation of a normal).
  public static func medianAbsoluteDeviation(_ x: [Double]) -> Double {
    let centre = median(x)
    return median(x.map { abs($0 - centre) })
  }

  /// The quantile of Hyndman and Fan's type 7 (The American Statistician 50, 1996), as R's standard:
  /// linear between the order statistics at `(n − 1) p`. NaN for an empty list. O(n log n).
  public static func quantile(_ x: [Double], _ p: Double) -> Double {
    quantiles(x, [p])[0]
  }

  /// Several quantiles of one list, of which no more is put in order than they read. O(n) for a few.
  public static func quantiles(_ x: [Double], _ ps: [Double]) -> [Double] {
    if x.contains(where: \.isNaN) { return ps.map { _ in .nan } }
    var arranged = x
    Selection.arrange(
      &arranged, at: ps.flatMap { p in [0, 1].map { Int(Double(x.count - 1) * p) + $0 } })
    return ps.map { quantile(sorted: arranged, $0) }
  }

  /// As `quantile`, of a list that is in ascending order already. O(1).
  public static func quantile(sorted x: [Double], _ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "quantile at \(p)")
    if x.isEmpty { return .nan }
    let place = Double(x.count - 1) * p
    let k = min(Int(place), x.count - 1)
    let part = place - Double(k)
    if part == 0 || k + 1 == x.count || x[k] == x[k + 1] { return x[k] }
    return x[k] + part * (x[k + 1] - x[k])
  }
}
