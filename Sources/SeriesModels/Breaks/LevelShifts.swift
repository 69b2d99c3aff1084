public import Kernel

/// Shifts of a series' level beyond what its own memory and season bring.
///
/// A series that remembers wanders, and tests for independent values take its waves for breaks: of series of 60
/// values with φ = 0.8 and no break they find one in 85 of 100; these in about 20, and in 5 to 9 where φ is 0. Here the statistics are held against series made
/// from the autoregression that the values leave about their levels (the sieve of Bühlmann 1997, Bernoulli 3;
/// Diebold and Chen 1996, Journal of Econometrics 70, for breaks). One break more is taken as long as the test of
/// l against l + 1 (Bai and Perron 1998, Econometrica 66) stays below the size.
public struct LevelShifts: Hashable, Sendable {
  public struct Shift: Hashable, Sendable {
    /// The last value before it, from 0.
    public let place: Int
    /// Means of the stretches on its two sides, without the season.
    public let before: Double
    public let after: Double
    /// Of the test that asked for as many shifts as there are: at least `1 / (draws + 1)`.
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

  /// In order of time.
  public let shifts: [Shift]
  /// Mean after the last of them, or of all values, without the season.
  public let lastLevel: Double
  public let supremum: Test
  public let partialSums: Test
  /// Lags of the autoregression about a constant level.
  public let order: Int
  public let isDeseasonalised: Bool

  /// Nominal chance of a shift where there is none; in series of 8 to 12 values it is some 0.15, of 20 some 0.1.
  public static let size = 0.05

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
    let sieve = Sieve(level, breaks: search.chosen, key: key, unit: unit)
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
    let means = Stretches(found.places, count: level.count).means(level)
    let last = found.pValue
    lastLevel = means[means.count - 1]
    shifts = found.places.enumerated().map { k, place in
      Shift(place: place, before: means[k], after: means[k + 1], pValue: last)
    }
  }

  private static func largestSum(_ values: [Double]) -> (value: Double, place: Int) {
    guard let sums = try? CumulativeSumTest(values) else { return (0, 0) }
    let place = sums.path.indices.max { abs(sums.path[$0]) < abs(sums.path[$1]) } ?? 0
    return (sums.statistic, place)
  }
}

/// What lies between breaks.
private struct Stretches {
  let ranges: [Range<Int>]

  /// - Parameter places: last values before the breaks, ascending.
  init(_ places: [Int], count: Int) {
    let starts = [0] + places.map { $0 + 1 }
    ranges = zip(starts, places.map { $0 + 1 } + [count]).map { $0..<$1 }
  }

  func means(_ values: [Double]) -> [Double] {
    ranges.map { Statistics.mean(Array(values[$0])) }
  }

  func residuals(_ values: [Double]) -> [Double] {
    zip(ranges, means(values)).flatMap { range, mean in values[range].map { $0 - mean } }
  }

  /// The largest F statistic of one break more, in any stretch of at least eight values; 0 without any.
  func supremum(_ values: [Double]) -> Double {
    ranges.filter { $0.count >= 8 }.reduce(0) { most, range in
      let part = Array(values[range])
      // A stretch that does not vary has no break.
      guard part.contains(where: { $0 != part[0] }) else { return most }
      return max(
        most, SupremumTest.largest(part, first: SupremumTest.first(part.count)).statistic)
    }
  }
}

/// Series of no break with the memory of residuals.
private struct Sieve {
  let autoregression: BurgAutoregression
  private let errors: [Double]
  private let count: Int
  private let key: StreamKey
  private let unit: UnitKey

  /// - Parameter breaks: of the partition about whose levels the memory is estimated, as it is in made series, so that
  ///   neither breaks pass for memory nor memory for breaks.
  init(_ level: [Double], breaks: [Int], key: StreamKey, unit: UnitKey) {
    count = level.count
    self.key = key
    self.unit = unit
    let residuals = Stretches(breaks, count: count).residuals(level)
    let plain = BurgAutoregression(residuals, most: max(1, min(4, count / 100)))
    var stream = RandomStream(key, unit: unit, draw: 0, time: 1)
    autoregression = plain.withoutBias(
      count: count, draws: max(20, min(200, 40_000 / count)), stream: &stream
    ) { made in
      let places = (try? LevelBreaks(made).chosen) ?? []
      return Stretches(places, count: made.count).residuals(made)
    }
    let left = plain.errors(residuals)
    let mean = Statistics.mean(left)
    errors = left.map { $0 - mean }
  }

  func series(_ draw: Int) -> [Double] {
    var stream = RandomStream(key, unit: unit, draw: draw, time: 0)
    return autoregression.series(count) { errors[Int(stream.uniform() * Double(errors.count))] }
  }
}
