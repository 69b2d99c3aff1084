public import Demography
import Glibc
import Kernel

/// The filter of Holt and Winters with weights of least squared one-step errors, started as in R's
/// `HoltWinters`: the season is the classical decomposition's of the first two cycles, level and slope are the
/// line through its trend. `ets(A,A,A)` is the same recursion with a likelihood and a start of its own.
///
/// Without a season it is Holt's, started from the first two values.
public struct HoltWintersModel: SeriesModel {
  /// Whether the season multiplies the level.
  public let isMultiplicative: Bool

  public init(isMultiplicative: Bool = false) { self.isMultiplicative = isMultiplicative }

  public var card: Card {
    Card(
      catalogue: "series", id: isMultiplicative ? "holt-winters-multiplicative" : "holt-winters",
      reference:
        "Winters (1960), Management Science 6, 324-342; Yar and Chatfield (1990), IJF 6, 127-137")
  }

  /// - Throws: `.tooShort` below two seasons and three values, `.missingValues`; `.notPositive` where the season
  ///   multiplies.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// As `fit`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> HoltWintersFit {
    let start = try start(series)
    let scale = start.squares(of: series.values, Self.starts[0])
    let weights = scale > 0 && scale.isFinite ? best(series, start, scale) : Self.starts[0]
    return HoltWintersFit(series: series, model: self, start: start, weights: weights)
  }

  /// The filter before the first value that it forecasts.
  private func start(_ series: TimeSeries) throws(SeriesError) -> HoltWintersFilter {
    let m = series.season
    try series.requireWhole(name, needed: m > 1 ? 2 * m + 3 : 4)
    for (t, value) in series.values.enumerated() where isMultiplicative && value <= 0 {
      throw .notPositive(
        series: series.id, model: name, period: "\(series.period(t))", value: value)
    }
    return HoltWintersFilter(
      series.values, season: m, isMultiplicative: isMultiplicative && m > 1)
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let start = try start(series)
    let weights = try kept.all("weights", count: 3, of: series)
    guard weights.allSatisfy({ (0...1).contains($0) }) else {
      throw kept.damaged("weights", series)
    }
    return HoltWintersFit(
      series: series, model: self, start: start,
      weights: HoltWintersWeights(level: weights[0], slope: weights[1], season: weights[2]))
  }

  /// The best of searches from several points, on logits; each weight keeps 1e-9 from 0 and 1.
  private func best(
    _ series: TimeSeries, _ start: HoltWintersFilter, _ scale: Double
  ) -> HoltWintersWeights {
    let count = start.isSeasonal ? 3 : 2
    func objective(_ points: [[Double]]) -> [Double] {
      let sums = start.squares(of: series.values, points.map { HoltWintersWeights(logits: $0) })
      return zip(points, sums).map { x, sum in
        x.allSatisfy { abs($0) < 21 } && sum.isFinite ? sum / scale : 1e12
      }
    }
    let rough = Self.starts.map { first in
      searchedMinimum(
        from: Array(first.all.prefix(count)).map { Glibc.log($0 / (1 - $0)) }, isRough: true,
        iterations: 200, together: objective)
    }.sorted { $0.value < $1.value }
    var best = rough[0]
    var before = -Double.infinity
    // To the end from the best, and from what is no other way to the same place but may still pass it.
    for found in rough where found.value < 1.02 * rough[0].value && found.value > before + 1e-4 {
      before = found.value
      let least = searchedMinimum(from: found.point, iterations: 200, together: objective)
      if least.value < best.value { best = least }
    }
    return HoltWintersWeights(logits: best.point)
  }

  private static let starts = [
    HoltWintersWeights(level: 0.3, slope: 0.1, season: 0.1),
    HoltWintersWeights(level: 0.3, slope: 0.02, season: 0.6),
    HoltWintersWeights(level: 0.8, slope: 0.05, season: 0.3),
  ]
}

/// α of the level, β of the slope and γ of the season, each between 0 and 1.
public struct HoltWintersWeights: Hashable, Sendable {
  public let level: Double
  public let slope: Double
  public let season: Double

  public init(level: Double, slope: Double, season: Double) {
    self.level = level
    self.slope = slope
    self.season = season
  }

  /// - Parameter x: two or three; without a season its weight is 0.
  init(logits x: [Double]) {
    let all = x.map { 1 / (1 + Glibc.exp(-$0)) }
    self.init(level: all[0], slope: all[1], season: all.count > 2 ? all[2] : 0)
  }

  var all: [Double] { [level, slope, season] }
}

/// Level, slope and season as values come in.
struct HoltWintersFilter {
  let isMultiplicative: Bool
  private(set) var level: Double
  private(set) var slope: Double
  /// The next step's first; empty without a season.
  private(set) var season: [Double]
  /// Values that the start has used up.
  let used: Int
  private var place = 0

  /// Before the first value that is forecast.
  init(_ values: [Double], season m: Int, isMultiplicative: Bool) {
    self.isMultiplicative = isMultiplicative
    guard m > 1 else {
      (level, slope, season, used) = (values[1], values[1] - values[0], [], 2)
      return
    }
    let parts = ClassicalDecomposition(
      Array(values.prefix(2 * m)), season: m, isMultiplicative ? .multiplicative : .additive)
    let trend = parts.trend.filter { !$0.isNaN }
    let centre = Double(trend.count + 1) / 2
    let mean = Statistics.mean(trend)
    var (product, spread) = (0.0, 0.0)
    for (t, value) in trend.enumerated() {
      product += (Double(t + 1) - centre) * (value - mean)
      spread += (Double(t + 1) - centre) * (Double(t + 1) - centre)
    }
    slope = product / spread
    level = mean - slope * centre
    season = parts.figure
    used = m
  }

  var isSeasonal: Bool { !season.isEmpty }

  /// Level, slope and the seasons from the next step on.
  var ahead: ETSStates {
    ETSStates(level: level, slope: slope, seasons: Array(season[place...] + season[..<place]))
  }

  /// What is expected next.
  var mean: Double {
    let line = level + slope
    guard isSeasonal else { return line }
    return isMultiplicative ? line * season[place] : line + season[place]
  }

  /// What is expected `step` steps after the next, if nothing more comes in.
  func mean(_ step: Int) -> Double {
    let line = level + Double(step + 1) * slope
    guard isSeasonal else { return line }
    let s = season[(place + step) % season.count]
    return isMultiplicative ? line * s : line + s
  }

  mutating func take(_ y: Double, _ weights: HoltWintersWeights) {
    let s = isSeasonal ? season[place] : isMultiplicative ? 1 : 0
    let before = level
    let flat = isMultiplicative ? y / s : y - s
    level = weights.level * flat + (1 - weights.level) * (level + slope)
    slope = weights.slope * (level - before) + (1 - weights.slope) * slope
    guard isSeasonal else { return }
    let own = isMultiplicative ? y / level : y - level
    season[place] = weights.season * own + (1 - weights.season) * s
    place = place + 1 == season.count ? 0 : place + 1
  }

  /// Sum of squared errors of the values after the start.
  func squares(of values: [Double], _ weights: HoltWintersWeights) -> Double {
    var filter = self
    var sum = 0.0
    for t in used..<max(used, values.count) {
      let error = values[t] - filter.mean
      sum += error * error
      filter.take(values[t], weights)
    }
    return sum
  }

  /// The same sums under several weights, side by side: a step waits for the one before it, and the others
  /// fill the wait. The bits are those of each alone.
  func squares(of values: [Double], _ weights: [HoltWintersWeights]) -> [Double] {
    var sums: [Double] = []
    while sums.count < weights.count {
      let rest = weights[sums.count...]
      if rest.count == 1 {
        sums.append(squares(of: values, rest[sums.count]))
      } else if rest.count <= 4 {
        sums += squares(of: values, rest, SIMD4<Double>.self)
      } else {
        sums += squares(of: values, rest.prefix(8), SIMD8<Double>.self)
      }
    }
    return sums
  }

  /// - Parameter weights: at most as many as there are lanes.
  @inline(__always)
  private func squares<Lanes: SIMD>(
    of values: [Double], _ weights: ArraySlice<HoltWintersWeights>, _: Lanes.Type
  ) -> [Double] where Lanes.Scalar == Double {
    var (alpha, beta, gamma) = (Lanes(), Lanes(), Lanes())
    for (lane, own) in weights.enumerated() {
      alpha[lane] = own.level
      beta[lane] = own.slope
      gamma[lane] = own.season
    }
    let one = Lanes(repeating: 1)
    let (keptAlpha, keptBeta, keptGamma) = (one - alpha, one - beta, one - gamma)
    var level = Lanes(repeating: level)
    var slope = Lanes(repeating: slope)
    var cycle = (isSeasonal ? season : [isMultiplicative ? 1 : 0]).map { Lanes(repeating: $0) }
    var place = 0
    var sum = Lanes()
    for t in used..<max(used, values.count) {
      let y = Lanes(repeating: values[t])
      let s = cycle[place]
      let line = level + slope
      let mean = !isSeasonal ? line : isMultiplicative ? line * s : line + s
      let error = y - mean
      sum += error * error
      let before = level
      level = alpha * (isMultiplicative ? y / s : y - s) + keptAlpha * line
      slope = beta * (level - before) + keptBeta * slope
      guard isSeasonal else { continue }
      cycle[place] = gamma * (isMultiplicative ? y / level : y - level) + keptGamma * s
      place = place + 1 == cycle.count ? 0 : place + 1
    }
    return weights.indices.map { sum[$0 - weights.startIndex] }
  }
}
