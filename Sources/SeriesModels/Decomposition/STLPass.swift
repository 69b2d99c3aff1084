/// The state of a decomposition between its passes.
struct STLPass {
  private let values: [Double]
  private let season: Int
  private let settings: STLSettings
  private(set) var seasonal: [Double]
  private(set) var trend: [Double]
  private(set) var weights: [Double]?

  init(_ values: [Double], season: Int, _ settings: STLSettings) {
    self.values = values
    self.season = season
    self.settings = settings
    seasonal = [Double](repeating: 0, count: values.count)
    trend = seasonal
  }

  /// One pass of the inner loop: season from what the trend leaves, trend from what the season leaves.
  mutating func refine() {
    let m = season
    let cycle = cycle(zip(values, trend).map { $0 - $1 })
    let low = Loess(
      window: settings.lowWindow, degree: 1, jump: settings.lowJump
    ).smooth(Self.average(Self.average(Self.average(cycle, m), m), 3), weights: nil)
    for t in values.indices { seasonal[t] = cycle[t + m] - low[t] }
    let adjusted = zip(values, seasonal).map { $0 - $1 }
    trend = Loess(
      window: settings.trendWindow, degree: 1, jump: settings.trendJump
    ).smooth(adjusted, weights: weights)
  }

  /// Weighs down what the parts leave unexplained.
  mutating func reweight() {
    weights = robustnessWeights(values.indices.map { values[$0] - seasonal[$0] - trend[$0] })
  }

  /// Each season's values smoothed over the years, one year longer at both ends.
  private func cycle(_ x: [Double]) -> [Double] {
    let m = season
    let loess = Loess(
      window: settings.seasonalWindow, degree: settings.seasonalDegree,
      jump: settings.seasonalJump)
    var result = [Double](repeating: 0, count: x.count + 2 * m)
    for j in 0..<m {
      let places = Array(stride(from: j, to: x.count, by: m))
      let part = places.map { x[$0] }
      let partWeights = weights.map { w in places.map { w[$0] } }
      let inside = loess.smooth(part, weights: partWeights)
      for (k, value) in inside.enumerated() { result[j + (k + 1) * m] = value }
      let last = part.count
      result[j] = loess.value(part, at: -1, weights: partWeights) ?? inside[0]
      result[j + (last + 1) * m] =
        loess.value(part, at: Double(last), weights: partWeights) ?? inside[last - 1]
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
}
