import Glibc
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

  /// Chance of any outlier in a series of normal noise without one.
  public static let size = 0.05
  /// What the test is asked for so that memory and spread, which are estimated too, leave that chance.
  private static let nominal = 0.04

  /// Values beyond what the levels of the series, its season where that is strong, its memory and normal noise bring
  /// (`PulseSearch`).
  ///
  /// - Parameters:
  ///   - values: none missing.
  ///   - season: 1 for none.
  ///   - breaks: last values before the breaks of the level, ascending.
  ///   - hasTrend: whether a straight line runs through the levels.
  /// - Throws: `.tooShort` for fewer than eight values; `.missing`; `.constant`.
  public init(
    _ values: [Double], season m: Int, breaks: [Int] = [], hasTrend: Bool = false
  ) throws(BreakError) {
    try BreakError.check(values, least: 8)
    let seasonal = SeasonalPart(values, season: m)
    let size = values.reduce(0) { max($0, abs($1)) }
    let stretches = Stretches(breaks, count: values.count)
    let course = stretches.columns(hasTrend: hasTrend)
    let search = PulseSearch(
      values,
      course: course + (seasonal.isStrong ? Self.season(values, of: m, beside: course) : []),
      size: Self.nominal, scale: 1e-14 * size)
    var level = zip(values, seasonal.values).map { $0 - $1 }
    for t in search.places { level[t] = .nan }
    // Beside a break the values of its own side alone tell what would fit.
    let filled = zip(
      stretches.ranges.flatMap { Stationarity.interpolated(Array(level[$0])) }, seasonal.values
    ).map { $0 + $1 }
    let found = search.places.sorted().filter { abs(values[$0] - filled[$0]) > 1e-12 * size }
    all = found.map { Outlier(place: $0, value: values[$0], replacement: filled[$0]) }
    var cleaned = values
    for t in found { cleaned[t] = filled[t] }
    self.cleaned = cleaned
  }

  /// Columns of a season by its first twelve harmonics, which for months or quarters are all, and those of one that
  /// changes with time where the Bayesian criterion asks for it.
  private static func season(
    _ values: [Double], of m: Int, beside course: [[Double]]
  ) -> [[Double]] {
    let n = values.count
    var fixed: [[Double]] = []
    for k in 1..<(min(m / 2, 12) + 1) {
      let turn = 2 * Double.pi * Double(k) / Double(m)
      fixed.append((0..<n).map { Glibc.cos(turn * Double($0 % m)) })
      if 2 * k < m { fixed.append((0..<n).map { Glibc.sin(turn * Double($0 % m)) }) }
    }
    let changing =
      fixed
      + fixed.map { column in
        column.enumerated().map { $1 * (2 * Double($0) / Double(n - 1) - 1) }
      }
    // Each value more in the course takes a degree of freedom, of which two seasons alone leave too few.
    guard n > course.count + changing.count + m else { return fixed }
    func criterion(_ columns: [[Double]]) -> Double {
      WhitenedCourse(values, course: course + columns).criterion(parameters: columns.count)
    }
    return criterion(changing) < criterion(fixed) ? changing : fixed
  }
}
