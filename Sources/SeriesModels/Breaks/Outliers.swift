import Kernel

/// The season of a series, robustly decomposed (STL), where it is strong: at least 0.6 by the measure of Hyndman and
/// Athanasopoulos (2021, § 4.3), in a series that holds two of it.
struct SeasonalPart {
  /// Zeros where the season is not strong.
  let values: [Double]
  /// What trend and season leave; `nil` where the season is not strong.
  let remainder: [Double]?
  var isStrong: Bool { remainder != nil }

  /// - Parameters:
  ///   - values: none missing.
  ///   - season: 1 for none.
  init(_ values: [Double], season m: Int) {
    if m > 1, values.count > 2 * m {
      let parts = STL(
        values, season: m, STLSettings(season: m, seasonalWindow: 11, isRobust: true))
      let both = zip(parts.seasonal, parts.remainder).map { $0 + $1 }
      if 1 - Statistics.variance(parts.remainder) / Statistics.variance(both) >= 0.6 {
        self.values = parts.seasonal
        remainder = parts.remainder
        return
      }
    }
    self.values = values.map { _ in 0 }
    remainder = nil
  }
}

/// Single values that stand out of a series, and what would fit in their place.
public struct Outliers: Hashable, Sendable {
  public struct Outlier: Hashable, Sendable {
    /// From 0.
    public let place: Int
    public let value: Double
    /// Trend and season at the place, on a straight line between the values around it.
    public let replacement: Double
  }

  /// In order of time.
  public let all: [Outlier]
  /// The series with the replacements.
  public let cleaned: [Double]

  /// Values whose remainder of a robust decomposition is more than `reach` interquartile ranges outside the
  /// quartiles (Tukey 1977; Hyndman and Athanasopoulos 2021, § 13.9). Without a strong season a robust local line alone
  /// is the trend.
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - season: 1 for none.
  ///   - reach: 3 is usual.
  /// - Throws: `.tooShort` for fewer than eight values; `.missing`; `.constant`.
  public init(_ values: [Double], season m: Int, reach: Double = 3) throws(BreakError) {
    try BreakError.check(values, least: 8)
    let season = SeasonalPart(values, season: m)
    let seasonal = season.values
    let remainder = season.remainder ?? Self.withoutTrend(values)
    let quartiles = Statistics.quantiles(remainder, [0.25, 0.75])
    let margin = reach * (quartiles[1] - quartiles[0])
    var holes = zip(values, seasonal).map { $0 - $1 }
    let size = values.reduce(0) { max($0, abs($1)) }
    let places = remainder.indices.filter {
      margin > 1e-14 * size
        && (remainder[$0] < quartiles[0] - margin || remainder[$0] > quartiles[1] + margin)
    }
    for t in places { holes[t] = .nan }
    let filled = zip(Stationarity.interpolated(holes), seasonal).map { $0 + $1 }
    // What would come in its own place does not stand out, whatever its neighbours did to the line.
    let found = places.filter { abs(values[$0] - filled[$0]) > 1e-12 * size }
    all = found.map { Outlier(place: $0, value: values[$0], replacement: filled[$0]) }
    var cleaned = values
    for t in found { cleaned[t] = filled[t] }
    self.cleaned = cleaned
  }

  /// What a robust local line over a third of the values, at least seven, leaves.
  private static func withoutTrend(_ values: [Double]) -> [Double] {
    let loess = Loess(window: max(7, values.count / 3 / 2 * 2 + 1), degree: 1, jump: 1)
    var weights: [Double]?
    var remainder = values
    for _ in 0..<5 {
      remainder = zip(values, loess.smooth(values, weights: weights)).map { $0 - $1 }
      weights = robustnessWeights(remainder)
    }
    return remainder
  }
}
