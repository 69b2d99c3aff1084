import Glibc
public import Kernel

/// Shifts of a series' level beyond what its own memory and season bring.
///
/// A series that remembers wanders, and tests for independent values take its waves for breaks: of series of 60
/// values with φ = 0.8 and no break they find one in 85 of 100; these in about 20, and in 5 to 9 where φ is 0. Here the statistics are held against series made
/// from the autoregression that the values leave about their levels (the sieve of Bühlmann 1997, Bernoulli 3;
/// Diebold and Chen 1996, Journal of Econometrics 70, for breaks). One break more is taken as long as the test of
/// l against l + 1 (Bai and Perron 1998, Econometrica 66) stays below the size.
///
/// A straight line looks like steps to such tests. Where they find breaks, a line, with steps beyond it that the same
/// kind of test asks for, is tried as well, and taken where its Bayesian criterion is smaller by 2, which is positive
/// evidence (Raftery 1995, Sociological Methodology 25): `−2 ln L` of the course with errors of its own
/// autoregression, and ln n for each level, slope and place.
public struct LevelShifts: Hashable, Sendable {
  public struct Shift: Hashable, Sendable {
    /// The last value before it, from 0.
    public let place: Int
    /// Means of the stretches on its two sides, without the season.
    /// With a trend, the course at the last value before it and at the first after it.
    public let before: Double
    public let after: Double
    /// Of the test that asked for as many shifts as there are: at least `1 / (draws + 1)`.
    public let pValue: Double
  }

  /// A straight line that explains a series better than steps do.
  public struct Trend: Hashable, Sendable {
    /// Per step of the series.
    public let slope: Double
    /// Of the slope beside the steps, against series without either: at least `1 / (draws + 1)`.
    public let pValue: Double
  }

  /// A test of a level that never changes.
  public struct Test: Hashable, Sendable {
    public let statistic: Double
    /// The last value before the most likely break, or of the largest partial sum, from 0.
    public let place: Int
    /// At least `1 / (draws + 1)`.
    public let pValue: Double
  }

  /// In order of time; with a trend, steps beyond it.
  public let shifts: [Shift]
  public let trend: Trend?
  /// Levels, or line and steps, at every value, without the season.
  public let course: [Double]
  public let supremum: Test
  public let partialSums: Test
  /// Lags of the autoregression about a constant level.
  public let order: Int
  public let isDeseasonalised: Bool

  /// Nominal chance of a shift where there is none; in series of 8 to 12 values it is some 0.15, of 20 some 0.1.
  public static let size = 0.05
  private static let evidence = 2.0

  /// - Parameters:
  ///   - values: none missing.
  ///   - season: 1 for none; taken out where it is strong, as `SeasonalPart` says.
  ///   - draws: series made for each test.
  ///   - key: of the draws; one unit a series.
  /// - Throws: `.tooShort` for fewer than eight values; `.missing`; `.constant`.
  /// - Complexity: O(draws · n) for each number of breaks tested
  public init(
    _ values: [Double], season: Int, draws: Int = 999, key: StreamKey, unit: UnitKey
  ) throws(BreakError) {
    try BreakError.check(values, least: 8)
    let seasonal = SeasonalPart(values, season: season)
    isDeseasonalised = seasonal.isStrong
    let level = zip(values, seasonal.values).map { $0 - $1 }
    let search = try LevelBreaks(level)
    let observed = SupremumTest.largest(level, first: SupremumTest.first(level.count))
    let sums = try CumulativeSumTest(level)
    let sieve = Sieve(level, key: key, unit: unit) { made in
      let places = (try? LevelBreaks(made).chosen) ?? []
      return Stretches(places, count: made.count).residuals(made)
    }
    order = sieve.autoregression.order
    let made = (0..<draws).map { sieve.series($0) }
    func pValue(_ statistic: Double, _ of: ([Double]) -> Double) -> Double {
      Double(made.count { of($0) >= statistic } + 1) / Double(draws + 1)
    }
    let whole = Stretches([], count: level.count)
    supremum = Test(
      statistic: observed.statistic, place: observed.place,
      pValue: pValue(observed.statistic, whole.supremum))
    partialSums = Test(
      statistic: sums.statistic, place: Self.largestSum(level).place,
      pValue: pValue(sums.statistic) { Self.largestSum($0).value })

    var found: (places: [Int], pValue: Double) = ([], 1)
    var next = supremum.pValue
    while next < Self.size, found.places.count + 1 < search.places.count {
      found = (search.places[found.places.count + 1], next)
      let stretches = Stretches(found.places, count: level.count)
      let statistic = stretches.supremum(level)
      next = statistic > 0 ? pValue(statistic, stretches.supremum) : 1
    }
    let size = values.reduce(0) { max($0, abs($1)) }
    let steps = Course(level, breaks: found.places, hasTrend: false, scale: 1e-14 * size)
    guard !found.places.isEmpty,
      let line = Line(level, shortest: search.shortest, draws: draws, key: key, unit: unit)
    else {
      (shifts, trend, course) = (steps.shifts(found.pValue), nil, steps.values)
      return
    }
    let rising = Course(level, breaks: line.places, hasTrend: true, scale: 1e-14 * size)
    if rising.criterion + Self.evidence < steps.criterion {
      shifts = rising.shifts(line.stepValue)
      trend = Trend(slope: rising.slope, pValue: line.slopeValue)
      course = rising.values
    } else {
      (shifts, trend, course) = (steps.shifts(found.pValue), nil, steps.values)
    }
  }

  private static func largestSum(_ values: [Double]) -> (value: Double, place: Int) {
    guard let sums = try? CumulativeSumTest(values) else { return (0, 0) }
    let place = sums.path.indices.max { abs(sums.path[$0]) < abs(sums.path[$1]) } ?? 0
    return (sums.statistic, place)
  }
}

/// A line, the steps that tests ask for beyond it, and how sure both are.
private struct Line {
  let places: [Int]
  let slopeValue: Double
  /// Of the last step taken; 1 without any.
  let stepValue: Double

  /// `nil` where no line is surer than chance beside the steps.
  init?(_ level: [Double], shortest: Int, draws: Int, key: StreamKey, unit: UnitKey) {
    let sieve = Sieve(level, key: key, unit: unit, time: 2) {
      LineSteps.chosen($0, shortest: shortest).residuals
    }
    let made = (0..<draws).map { sieve.series($0) }
    func pValue(_ statistic: Double, _ of: ([Double]) -> Double) -> Double {
      Double(made.count { of($0) >= statistic } + 1) / Double(draws + 1)
    }
    var line = LineSteps(level, shortest: shortest)
    var last = 1.0
    while line.places.count < 5, let next = line.largest() {
      let value = pValue(next.statistic) { series in
        var same = LineSteps(series, shortest: shortest)
        for place in line.places { same.add(place) }
        return same.largest()?.statistic ?? 0
      }
      guard value < LevelShifts.size else { break }
      last = value
      line.add(next.place)
    }
    let breaks = line.places
    slopeValue = pValue(LineSteps.slopeStatistic(level, breaks: breaks)) {
      LineSteps.slopeStatistic($0, breaks: breaks)
    }
    guard slopeValue < LevelShifts.size else { return nil }
    places = breaks
    stepValue = last
  }
}

/// Levels, or a line with steps, by generalised least squares with an autoregression of what they leave.
private struct Course {
  let values: [Double]
  /// 0 without a trend.
  let slope: Double
  let criterion: Double
  private let breaks: [Int]

  init(_ level: [Double], breaks: [Int], hasTrend: Bool, scale: Double) {
    self.breaks = breaks
    let stretches = Stretches(breaks, count: level.count)
    let columns = stretches.columns(hasTrend: hasTrend)
    let fit = WhitenedCourse(level, course: columns)
    // The levels themselves are plain means, as tests take them.
    let plain = zip(level, fit.errors).map { $0 - $1 }
    values =
      hasTrend
      ? plain
      : zip(stretches.ranges, stretches.means(level)).flatMap { range, mean in
        range.map { _ in mean }
      }
    let first = stretches.ranges[0]
    slope = hasTrend && first.count > 1 ? plain[1] - plain[0] : 0
    criterion = fit.criterion(
      parameters: columns.count + breaks.count, floor: Double(level.count) * scale * scale)
  }

  func shifts(_ pValue: Double) -> [LevelShifts.Shift] {
    breaks.map {
      LevelShifts.Shift(place: $0, before: values[$0], after: values[$0 + 1], pValue: pValue)
    }
  }
}
