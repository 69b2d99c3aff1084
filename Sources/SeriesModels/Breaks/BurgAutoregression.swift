import Glibc
import Kernel

/// An autoregression about zero by Burg's recursion (Burg 1975), which is stationary whatever the values.
struct BurgAutoregression: Hashable, Sendable {
  let coefficients: [Double]
  var order: Int { coefficients.count }

  init(coefficients: [Double]) { self.coefficients = coefficients }

  /// Of the order with the least corrected Akaike criterion.
  ///
  /// - Parameters:
  ///   - values: none missing, about zero.
  ///   - most: the highest order looked at.
  ///   - mayForget: whether order 0 is looked at too.
  init(_ values: [Double], most: Int, mayForget: Bool = false) {
    let all = Self.partials(values, most: most)
    var power = Statistics.mean(values.map { $0 * $0 })
    let count = Double(values.count)
    var best = (
      criterion: mayForget && count > 2 && power > 0
        ? count * Glibc.log(power) + 2 * count / (count - 2) : Double.infinity, order: 0
    )
    for (k, r) in all.enumerated() {
      let order = k + 1
      power *= 1 - r * r
      let n = Double(values.count)
      let parameters = Double(order + 1)
      guard n > parameters + 1, power > 0 else { break }
      let criterion =
        n * Glibc.log(power) + 2 * parameters * n / (n - parameters - 1)
      if criterion < best.criterion { best = (criterion, order) }
    }
    coefficients = autoregression(Array(all.prefix(best.order)))
  }

  /// Of a given order.
  private init(_ values: [Double], order: Int) {
    let found = Self.partials(values, most: order)
    coefficients = autoregression(
      found + [Double](repeating: 0, count: order - found.count))
  }

  private static func partials(_ values: [Double], most: Int) -> [Double] {
    var forward = values
    var backward = values
    var found: [Double] = []
    for m in 0..<min(most, values.count - 2) {
      var product = 0.0
      var squares = 0.0
      for t in (m + 1)..<values.count {
        product += forward[t] * backward[t - 1]
        squares += forward[t] * forward[t] + backward[t - 1] * backward[t - 1]
      }
      guard squares > 0 else { break }
      let r = 2 * product / squares
      found.append(r)
      for t in stride(from: values.count - 1, through: m + 1, by: -1) {
        let ahead = forward[t]
        forward[t] -= r * backward[t - 1]
        backward[t] = backward[t - 1] - r * ahead
      }
    }
    return found
  }

  /// What it leaves of values, from the first that has its whole past.
  func errors(_ values: [Double]) -> [Double] {
    (order..<values.count).map { t in
      coefficients.indices.reduce(values[t]) { $0 - coefficients[$1] * values[t - 1 - $1] }
    }
  }

  /// A series after a start that is forgotten.
  func series(_ count: Int, error: () -> Double) -> [Double] {
    let start = order == 0 ? 0 : 100
    var values: [Double] = []
    values.reserveCapacity(start + count)
    for t in 0..<(start + count) {
      var value = error()
      for (k, phi) in coefficients.enumerated() where t > k { value += phi * values[t - 1 - k] }
      values.append(value)
    }
    return Array(values[start...])
  }

  /// Less the bias that its estimation has in short series: its mean over made series, twice, as far as the result
  /// stays stationary (Kilian 1998, Review of Economics and Statistics 80).
  ///
  /// - Parameters:
  ///   - count: values of the series.
  ///   - draws: series made for the mean.
  ///   - residuals: what is left of a series before the autoregression is estimated.
  func withoutBias(
    count: Int, draws: Int, stream: inout RandomStream, residuals: ([Double]) -> [Double]
  ) -> BurgAutoregression {
    guard order > 0 else { return self }
    var corrected = self
    for _ in 0..<2 {
      var bias = corrected.coefficients.map { -$0 }
      for _ in 0..<draws {
        let made = residuals(corrected.series(count) { stream.normal() })
        let found = BurgAutoregression(made, order: order).coefficients
        for (k, value) in found.enumerated() { bias[k] += value / Double(draws) }
      }
      corrected = less(bias)
    }
    return corrected
  }

  /// As much of a bias taken off as leaves every partial autocorrelation below 0.98.
  private func less(_ bias: [Double]) -> BurgAutoregression {
    for share in stride(from: 1, to: 0, by: -0.05) {
      let corrected = coefficients.indices.map { k in
        coefficients[k] - share * bias[k]
      }
      if SeriesModels.partials(corrected).allSatisfy({ abs($0) < 0.98 }) {
        return BurgAutoregression(coefficients: corrected)
      }
    }
    return self
  }
}
