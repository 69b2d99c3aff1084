/// Local means or lines of evenly spaced values with tricube weights (Cleveland 1979, JASA 74).
struct Loess {
  /// Values that count at each place.
  let window: Int
  /// 0 for means, 1 for lines.
  let degree: Int
  /// Every so many values are fitted, those between lie on lines.
  let jump: Int

  /// - Parameter weights: one a value, or none.
  func smooth(_ x: [Double], weights: [Double]?) -> [Double] {
    let n = x.count
    guard n > 1 else { return x }
    let step = min(jump, n - 1)
    var result = x
    var fitted = Array(stride(from: 0, to: n, by: step))
    if fitted[fitted.count - 1] != n - 1 { fitted.append(n - 1) }
    for t in fitted { result[t] = value(x, at: Double(t), weights: weights) ?? x[t] }
    for (a, b) in zip(fitted, fitted.dropFirst()) where b > a + 1 {
      let slope = (result[b] - result[a]) / Double(b - a)
      for t in (a + 1)..<b { result[t] = result[a] + slope * Double(t - a) }
    }
    return result
  }

  /// Local fit at `position`, which may lie one step outside; `nil` where no value counts.
  func value(_ x: [Double], at position: Double, weights robust: [Double]?) -> Double? {
    guard let own = weights(of: x.count, at: position, weights: robust) else { return nil }
    var sum = 0.0
    for (j, weight) in own.weights.enumerated() { sum += weight * x[own.left + j] }
    return sum
  }

  /// Weights of the values from `left` on in the local fit at `position`, which may lie one step outside `n`
  /// values; `nil` where none counts.
  func weights(
    of n: Int, at position: Double, weights robust: [Double]?
  ) -> (left: Int, weights: [Double])? {
    let length = min(window, n)
    let left = min(max(0, Int(position) - (length - 1) / 2), n - length)
    let right = left + length - 1
    var h = max(position - Double(left), Double(right) - position)
    if window > n { h += Double((window - n) / 2) }
    var weights = [Double](repeating: 0, count: length)
    var total = 0.0
    for j in left...right {
      let r = abs(Double(j) - position)
      guard r <= 0.999 * h else { continue }
      let share = r / h
      let cube = 1 - share * share * share
      let w = (r <= 0.001 * h ? 1 : cube * cube * cube) * (robust?[j] ?? 1)
      weights[j - left] = w
      total += w
    }
    guard total > 0 else { return nil }
    for j in weights.indices { weights[j] /= total }
    if h > 0, degree > 0 { tilt(&weights, left: left, at: position, range: Double(n - 1)) }
    return (left, weights)
  }

  /// Turns weights of a local mean into those of a local line.
  private func tilt(
    _ weights: inout [Double], left: Int, at position: Double, range: Double
  ) {
    var centre = 0.0
    for j in weights.indices { centre += weights[j] * Double(left + j) }
    var spread = 0.0
    for j in weights.indices {
      let distance = Double(left + j) - centre
      spread += weights[j] * distance * distance
    }
    guard spread.squareRoot() > 0.001 * range else { return }
    let slope = (position - centre) / spread
    for j in weights.indices { weights[j] *= slope * (Double(left + j) - centre) + 1 }
  }
}

/// Bisquare weights by the remainder in units of six times its median size.
func robustnessWeights(_ remainder: [Double]) -> [Double] {
  let sizes = remainder.map { abs($0) }
  let sorted = sizes.sorted()
  let n = sorted.count
  let limit = 3 * (sorted[n / 2] + sorted[n - n / 2 - 1])
  return sizes.map { size in
    if size <= 0.001 * limit { return 1 }
    if size > 0.999 * limit { return 0 }
    let share = size / limit
    return (1 - share * share) * (1 - share * share)
  }
}
