/// Seasonal-trend decomposition by loess (Cleveland, Cleveland, McRae and Terpenning 1990, Journal
/// of Official Statistics 6), not robust: two passes of the inner loop, every point fitted.
///
/// - Complexity: O(n (seasonal + trend window))
public struct STL: Sendable {
  public let seasonal: [Double]
  public let trend: [Double]
  public let remainder: [Double]

  /// - Parameters:
  ///   - values: at least two seasons, none missing.
  ///   - seasonalWindow: odd, at least 7; the loess span of each season's values, in years.
  public init(_ values: [Double], season m: Int, seasonalWindow: Int) {
    precondition(m > 1 && values.count >= 2 * m, "\(values.count) values for season \(m)")
    let n = values.count
    let window = Double(seasonalWindow)
    let trendWindow = Self.odd((1.5 * Double(m) / (1 - 1.5 / window)).rounded(.up))
    let lowWindow = Self.odd(Double(m))
    var trend = [Double](repeating: 0, count: n)
    var seasonal = trend
    for _ in 0..<2 {
      let detrended = zip(values, trend).map { $0 - $1 }
      let cycle = Self.cycle(detrended, m, seasonalWindow)
      let low = Self.loess(
        Self.average(Self.average(Self.average(cycle, m), m), 3), window: lowWindow, degree: 1)
      for t in 0..<n { seasonal[t] = cycle[t + m] - low[t] }
      let adjusted = zip(values, seasonal).map { $0 - $1 }
      trend = Self.loess(adjusted, window: trendWindow, degree: 1)
    }
    self.seasonal = seasonal
    self.trend = trend
    remainder = (0..<n).map { values[$0] - seasonal[$0] - trend[$0] }
  }

  /// Each season's values smoothed over the years, one year longer at both ends.
  private static func cycle(_ x: [Double], _ m: Int, _ window: Int) -> [Double] {
    var result = [Double](repeating: 0, count: x.count + 2 * m)
    for j in 0..<m {
      let sub = stride(from: j, to: x.count, by: m).map { x[$0] }
      for k in 0..<(sub.count + 2) {
        result[j + k * m] = local(sub, at: Double(k - 1), window: window, degree: 0)
      }
    }
    return result
  }

  private static func average(_ x: [Double], _ length: Int) -> [Double] {
    var sum = x.prefix(length).reduce(0, +)
    var result = [sum / Double(length)]
    for t in length..<x.count {
      sum += x[t] - x[t - length]
      result.append(sum / Double(length))
    }
    return result
  }

  private static func loess(_ x: [Double], window: Int, degree: Int) -> [Double] {
    x.indices.map { local(x, at: Double($0), window: window, degree: degree) }
  }

  /// Local fit with tricube weights at `position`, which may lie one step outside.
  private static func local(
    _ x: [Double], at position: Double, window: Int, degree: Int
  ) -> Double {
    let n = x.count
    let length = min(window, n)
    let left = min(max(0, Int(position) - (length - 1) / 2), n - length)
    let right = left + length - 1
    var h = max(position - Double(left), Double(right) - position)
    if window > n { h += Double((window - n) / 2) }
    var weights: [Double] = []
    var total = 0.0
    for j in left...right {
      let r = abs(Double(j) - position)
      var w = 0.0
      if r <= 0.999 * h {
        let share = r / h
        let cube = 1 - share * share * share
        w = r <= 0.001 * h ? 1 : cube * cube * cube
      }
      weights.append(w)
      total += w
    }
    guard total > 0 else { return x[min(max(Int(position), 0), n - 1)] }
    for j in weights.indices { weights[j] /= total }
    if h > 0, degree > 0 { tilt(&weights, left: left, at: position, range: Double(n - 1)) }
    var sum = 0.0
    for j in left...right { sum += weights[j - left] * x[j] }
    return sum
  }

  /// Turns weights of a local mean into those of a local line.
  private static func tilt(
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

  private static func odd(_ value: Double) -> Int {
    let whole = Int(value)
    return whole % 2 == 1 ? whole : whole + 1
  }
}
