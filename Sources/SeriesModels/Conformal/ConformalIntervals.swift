import Kernel

/// Which intervals from past errors alone a forecast has in place of the model's own.
public enum ConformalIntervals: Hashable, Sendable {
  /// As wide as the series' own past errors were, as much below as above.
  case split
  /// Below and above apart, for errors that lean to a side, such as those of net flows.
  case signed
  /// The model's own widths times what the errors of all series were of them: for many series too short to reach the
  /// level alone.
  case pooled
  /// The level follows the coverage that was reached, for series that drift; γ is its step. Where it would take in
  /// all values, the interval is as wide as the largest error.
  case adaptive(rate: Double)
  /// From errors of past values by the parts of an ensemble that had not seen them, the shortest interval of all
  /// splits between below and above: no past forecast has to be made (EnbPI; Xu and Xie 2021, ICML).
  case ensemble

  public static let names = ["split", "signed", "pooled", "adaptive", "enbpi"]
  /// γ where nobody says another: a middle of those of Gibbs and Candès.
  public static let standardRate = 0.02

  /// - Returns: `nil` for another name.
  public init?(_ name: String, rate: Double = standardRate) {
    switch name {
    case "split": self = .split
    case "signed": self = .signed
    case "pooled": self = .pooled
    case "adaptive": self = .adaptive(rate: rate)
    case "enbpi": self = .ensemble
    default: return nil
    }
  }

  /// A forecast with these intervals; those of a later step or a higher level are never the narrower ones.
  struct Found: Sendable {
    let forecast: Forecast
    /// Whether some interval should have been all values, so that it is as wide as the largest error seen.
    let isWidest: Bool
  }

  /// Errors count on the scale that the model works on, where they are most alike, and intervals are taken back from
  /// it.
  ///
  /// - Parameters:
  ///   - ahead: what the model says of the steps ahead of the series.
  ///   - own: forecasts of the series from earlier ends, the earliest first; one error a step ahead. With
  ///     `ensemble` its values by parts that had not seen them.
  ///   - all: those of all series of the batch.
  ///   - least: what no value of the series can be below, such as 0 for counts.
  /// - Throws: `.unreachable`: too few errors for a level, of the series, or where they are pooled of all;
  ///   `.unbounded`.
  func found(
    _ ahead: Predictive, of series: TimeSeries, label: String, levels: [Double],
    own: [PastErrors], all: [PastErrors], least: Double?
  ) throws(ConformalError) -> Found {
    let bands = ahead.reaches(80)
    var lower = bands.map { _ in 0.0 }
    var upper = lower
    var isWidest = false
    var intervals = bands.map { _ in [Interval?](repeating: nil, count: levels.count) }
    for index in levels.indices.sorted(by: { levels[$0] < levels[$1] }) {
      var (below, above) = (0.0, 0.0)
      for step in bands.indices {
        let reach = try reach(levels[index], step, bands[step], own: own, all: all)
        guard reach.below.isFinite, reach.above.isFinite else {
          throw .unbounded(level: levels[index])
        }
        isWidest = isWidest || reach.isWidest
        below = max(below, reach.below, lower[step])
        above = max(above, reach.above, upper[step])
        (lower[step], upper[step]) = (below, above)
        let middle = ahead.centre(step)
        intervals[step][index] = Interval(
          level: levels[index], lower: max(ahead.back(middle - below), least ?? -.infinity),
          upper: ahead.back(middle + above))
      }
    }
    let (means, medians) = (ahead.means, ahead.medians)
    let steps = bands.indices.map { step in
      Forecast.Step(
        period: series.period(series.count + step), mean: means[step], median: medians[step],
        intervals: intervals[step].compactMap { $0 })
    }
    return Found(
      forecast: Forecast(seriesID: series.id, model: label, basis: .conformal, steps: steps),
      isWidest: isWidest)
  }

  /// Distances below and above the centre of a step.
  private func reach(
    _ level: Double, _ step: Int, _ band: (below: Double, above: Double), own: [PastErrors],
    all: [PastErrors]
  ) throws(ConformalError) -> (below: Double, above: Double, isWidest: Bool) {
    func errors(_ past: [PastErrors]) -> [Double] {
      past.map { $0.errors[step] }.filter { !$0.isNaN }
    }
    switch self {
    case .split:
      let width = try SplitConformal.halfWidth(errors(own), level: level)
      return (width, width, false)
    case .signed:
      let (below, above) = try SplitConformal.signed(errors(own), level: level)
      return (below, above, false)
    case .ensemble:
      let (below, above) = try EnsembleConformal(errors: errors(own)).reach(level)
      return (below, above, false)
    case .pooled:
      // Errors in half-widths of the model's own 80 per cent interval on their side.
      let scores = all.map { $0.reaches[step] }.filter { !$0.isNaN }
      let factor = try SplitConformal.halfWidth(scores, level: level)
      guard !band.below.isNaN, factor.isFinite else { throw .unbounded(level: level) }
      return (factor * band.below, factor * band.above, false)
    case .adaptive(let rate):
      let seen = errors(own)
      var adaptive = AdaptiveConformal(level: level, rate: rate)
      for error in seen { adaptive.observe(error: error) }
      guard adaptive.canPromise else {
        throw .unreachable(
          level: level, errors: seen.count,
          needed: SplitConformal.needed(tail: adaptive.target))
      }
      let isWidest = adaptive.halfWidth == .infinity
      let width = isWidest ? adaptive.errors.max() ?? .infinity : adaptive.halfWidth
      return (width, width, isWidest)
    }
  }
}

/// Errors of a forecast from an earlier end of a series, for the steps ahead.
struct PastErrors: Sendable {
  /// On the scale the model works on; NaN where nothing came.
  let errors: [Double]
  /// In half-widths of the model's own 80 per cent interval on their side.
  let reaches: [Double]

  init(errors: [Double]) {
    self.errors = errors
    reaches = errors.map { _ in .nan }
  }

  /// - Parameters:
  ///   - passed: steps that the forecasts ahead skip, for the last values of the series are missing.
  ///   - ahead: of the whole series; errors of all origins count on its scale, whichever the model chose at them.
  init(_ result: OriginResult, passed: Int, ahead: Predictive) {
    errors = zip(result.actual, result.median).dropFirst(passed).map { actual, median in
      if actual.isNaN { return .nan }
      if ahead.scale.excludes(actual) { return -.infinity }
      return ahead.scale.excludes(median) ? .infinity : ahead.scaled(actual) - ahead.scaled(median)
    }
    // A forecast of no width that came true says nothing of widths.
    reaches = zip(result.reach80, result.interval80).dropFirst(passed).map { $1 == 0 ? .nan : $0 }
  }
}
