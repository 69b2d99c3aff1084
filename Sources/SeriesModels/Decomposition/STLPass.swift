import Kernel

/// The state of a decomposition between its passes.
struct STLPass {
  private let values: [Double]
  private let season: Int
  private(set) var seasonal: [Double]
  private(set) var trend: [Double]
  private(set) var weights: [Double]?

  private let yearLoess: Loess
  private let lowLoess: Loess
  private let trendLoess: Loess
  /// Of the seasons with one value more than the others and of these; empty where not every value is fitted.
  private let yearTables: [(seasons: Range<Int>, table: LoessTable)]
  /// `nil` where not every value is fitted.
  private let lowTable: LoessTable?
  private let trendTable: LoessTable?

  init(_ values: [Double], season m: Int, _ settings: STLSettings) {
    self.values = values
    season = m
    seasonal = [Double](repeating: 0, count: values.count)
    trend = seasonal
    yearLoess = Loess(
      window: settings.seasonalWindow, degree: settings.seasonalDegree, jump: settings.seasonalJump)
    lowLoess = Loess(window: settings.lowWindow, degree: 1, jump: settings.lowJump)
    trendLoess = Loess(window: settings.trendWindow, degree: 1, jump: settings.trendJump)
    let (years, more) = values.count.quotientAndRemainder(dividingBy: m)
    let loess = yearLoess
    yearTables =
      loess.jump > 1
      ? []
      : [(0..<more, years + 1), (more..<m, years)].filter { !$0.0.isEmpty }.map {
        ($0, LoessTable(loess, count: $1))
      }
    lowTable = lowLoess.jump == 1 ? LoessTable(lowLoess, count: values.count) : nil
    trendTable = trendLoess.jump == 1 ? LoessTable(trendLoess, count: values.count) : nil
  }

  /// One pass of the inner loop: season from what the trend leaves, trend from what the season leaves.
  mutating func refine() {
    let m = season
    let cycle = cycle(zip(values, trend).map { $0 - $1 })
    let low = smooth(
      Self.average(Self.average(Self.average(cycle, m), m), 3), lowLoess, lowTable, weights: nil)
    for t in values.indices { seasonal[t] = cycle[t + m] - low[t] }
    trend = smooth(zip(values, seasonal).map { $0 - $1 }, trendLoess, trendTable, weights: weights)
  }

  private func smooth(
    _ x: [Double], _ loess: Loess, _ table: LoessTable?, weights: [Double]?
  ) -> [Double] {
    guard weights == nil, let table else { return loess.smooth(x, weights: weights) }
    return table.smooth(x)
  }

  /// Weighs down what the parts leave unexplained.
  mutating func reweight() {
    weights = robustnessWeights(values.indices.map { values[$0] - seasonal[$0] - trend[$0] })
  }

  /// Each season's values smoothed over the years, one year longer at both ends.
  private func cycle(_ x: [Double]) -> [Double] {
    let m = season
    var result = [Double](repeating: 0, count: x.count + 2 * m)
    guard weights == nil, !yearTables.isEmpty else {
      for j in 0..<m { smoothYears(of: j, x, &result) }
      return result
    }
    for (seasons, table) in yearTables {
      for year in -1...table.count {
        addRows(
          of: x, width: m, columns: seasons, from: table.left(of: year),
          under: table.row(of: year), to: year + 1, of: &result)
      }
    }
    return result
  }

  private func smoothYears(of j: Int, _ x: [Double], _ result: inout [Double]) {
    let m = season
    let places = Array(stride(from: j, to: x.count, by: m))
    let part = places.map { x[$0] }
    let partWeights = weights.map { w in places.map { w[$0] } }
    let inside = yearLoess.smooth(part, weights: partWeights)
    for (k, value) in inside.enumerated() { result[j + (k + 1) * m] = value }
    let last = part.count
    result[j] = yearLoess.value(part, at: -1, weights: partWeights) ?? inside[0]
    result[j + (last + 1) * m] =
      yearLoess.value(part, at: Double(last), weights: partWeights) ?? inside[last - 1]
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
