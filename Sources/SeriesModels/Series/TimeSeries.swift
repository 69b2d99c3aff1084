public import Demography

/// One variable observed at regular steps.
public struct TimeSeries: Hashable, Sendable {
  /// What the series is of: a region's code, or the `unique_id` of a long table.
  public let id: String
  public let clock: SeriesClock
  /// One value a step; NaN where it is missing.
  public let values: [Double]
  /// Steps after which a season comes back; 1 when there is none.
  public let season: Int

  /// - Precondition: `season` is at least 1 and no value is infinite.
  public init(id: String, clock: SeriesClock, values: [Double], season: Int) {
    precondition(season >= 1, "season \(season) of series \(id)")
    precondition(!values.contains { $0.isInfinite }, "an infinite value in series \(id)")
    self.id = id
    self.clock = clock
    self.values = values
    self.season = season
  }

  /// Puts values with their periods in order; steps without a value become missing.
  ///
  /// - Parameters:
  ///   - frequency: SDMX code of dates that are too few to tell it; `nil` derives it.
  ///   - season: `nil` takes the clock's own (12 for months, 4 for quarters).
  /// - Throws: `.empty`, `.duplicate`, or `.irregular` when no clock fits.
  public init(
    id: String, points: [(period: Period, value: Double?)], frequency: String? = nil, season: Int?
  ) throws(SeriesError) {
    let sorted = points.sorted { $0.period < $1.period }
    guard !sorted.isEmpty else { throw .empty(series: id) }
    for (a, b) in zip(sorted, sorted.dropFirst()) where a.period == b.period {
      throw .duplicate(series: id, period: "\(b.period)")
    }
    let periods = sorted.map(\.period)
    guard let clock = SeriesClock.common(periods, frequency: frequency) else {
      throw .irregular(series: id, first: "\(periods[0])", last: "\(periods[periods.count - 1])")
    }
    let indices = periods.compactMap { clock.index(of: $0) }
    var values = [Double](repeating: .nan, count: (indices.last ?? 0) + 1)
    for (index, point) in zip(indices, sorted) { values[index] = point.value ?? .nan }
    self.init(id: id, clock: clock, values: values, season: season ?? clock.naturalSeason)
  }

  public var count: Int { values.count }

  /// Number of values that are not missing.
  public var observedCount: Int { values.count { !$0.isNaN } }

  /// Whether some value between the first and the last step is missing.
  public var hasGaps: Bool { values.contains { $0.isNaN } }

  /// The period of step `t`, from 0; `count` is the first that would be forecast.
  public func period(_ t: Int) -> Period { clock.period(t) }

  /// The step of a period on the series' clock, also after its end; `nil` before its start and where none of
  /// its steps is that period.
  public func step(of period: Period) -> Int? {
    clock.index(of: period).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// The stretch of time that a step is of; `nil` where dates do not say (`SeriesClock.stretch`).
  public func stretch(_ t: Int) -> Period? { clock.stretch(t) }

  public var periods: [Period] { values.indices.map { clock.period($0) } }

  /// The first `n` steps.
  public func prefix(_ n: Int) -> TimeSeries {
    TimeSeries(id: id, clock: clock, values: Array(values.prefix(n)), season: season)
  }

  /// The step of a period, or of the one date of the series that lies in it: 2020-03 of values on the first
  /// of each month.
  public func step(in period: Period) -> Int? {
    if let step = step(of: period) { return step }
    let inside = values.indices.filter { t in
      let own = clock.period(t)
      return own.unit == .day && own.firstDay >= period.firstDay && own.endDay <= period.endDay
    }
    return inside.count == 1 ? inside[0] : nil
  }

  /// The same steps with other values.
  func replacing(_ values: [Double]) -> TimeSeries {
    TimeSeries(id: id, clock: clock, values: values, season: season)
  }

  /// The series without missing steps at its two ends.
  public var trimmed: TimeSeries {
    guard let first = values.firstIndex(where: { !$0.isNaN }),
      let last = values.lastIndex(where: { !$0.isNaN })
    else { return replacing([]) }
    if first == 0, last == count - 1 { return self }
    return TimeSeries(
      id: id, clock: clock.starting(at: first), values: Array(values[first...last]), season: season)
  }

  /// The steps from `start` on.
  func suffix(from start: Int) -> TimeSeries {
    guard start > 0 else { return self }
    return TimeSeries(
      id: id, clock: clock.starting(at: start), values: Array(values.dropFirst(start)),
      season: season)
  }

  /// Whether all observed values are the same.
  var isConstant: Bool {
    guard let first = values.first(where: { !$0.isNaN }) else { return true }
    return values.allSatisfy { $0.isNaN || $0 == first }
  }
}

extension TimeSeries {
  /// - Throws: `.tooShort` with fewer than `needed` values, `.missingValues` with a gap.
  func requireWhole(_ model: String, needed: Int) throws(SeriesError) {
    guard observedCount >= needed else {
      throw .tooShort(series: id, model: model, observed: observedCount, needed: needed)
    }
    guard !hasGaps else {
      throw .missingValues(series: id, model: model, count: count - observedCount)
    }
  }
}
