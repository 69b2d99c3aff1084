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
  /// The level follows the coverage that was reached, for series that drift; γ is its step.
  case adaptive(rate: Double)

  public static let names = ["split", "signed", "pooled", "adaptive"]
  /// γ where nobody says another: a middle of those of Gibbs and Candès.
  public static let standardRate = 0.02

  /// - Returns: `nil` for another name.
  public init?(_ name: String, rate: Double = standardRate) {
    switch name {
    case "split": self = .split
    case "signed": self = .signed
    case "pooled": self = .pooled
    case "adaptive": self = .adaptive(rate: rate)
    default: return nil
    }
  }

  /// The forecast with these intervals; those of a later step or a higher level are never the narrower ones.
  ///
  /// - Parameters:
  ///   - own: forecasts of the series from earlier ends, the earliest first.
  ///   - all: those of all series of the batch.
  /// - Throws: `.unreachable`: too few errors for a level, of the series, or where they are pooled of all.
  func forecast(
    _ forecast: Forecast, levels: [Double], own: [OriginResult], all: [OriginResult]
  ) throws(ConformalError) -> Forecast {
    let order = levels.indices.sorted { levels[$0] < levels[$1] }
    var intervals = forecast.steps.map { _ in [Interval?](repeating: nil, count: levels.count) }
    var lower: [Double] = forecast.steps.map { _ in 0 }
    var upper = lower
    for index in order {
      var (below, above) = (0.0, 0.0)
      for (h, step) in forecast.steps.enumerated() {
        let found = try reach(levels[index], h, step, own: own, all: all)
        below = max(below, found.below, lower[h])
        above = max(above, found.above, upper[h])
        (lower[h], upper[h]) = (below, above)
        intervals[h][index] = Interval(
          level: levels[index], lower: step.median - below, upper: step.median + above)
      }
    }
    let steps = forecast.steps.indices.map { h in
      Forecast.Step(
        period: forecast.steps[h].period, mean: forecast.steps[h].mean,
        median: forecast.steps[h].median, intervals: intervals[h].compactMap { $0 })
    }
    return Forecast(
      seriesID: forecast.seriesID, model: forecast.model, basis: .conformal, steps: steps)
  }

  /// Distances below and above the median of a step.
  private func reach(
    _ level: Double, _ h: Int, _ step: Forecast.Step, own: [OriginResult], all: [OriginResult]
  ) throws(ConformalError) -> (below: Double, above: Double) {
    func errors(_ results: [OriginResult]) -> [Double] {
      results.map { $0.actual[h] - $0.median[h] }.filter { !$0.isNaN }
    }
    switch self {
    case .split:
      let width = try SplitConformal.halfWidth(errors(own), level: level)
      return (width, width)
    case .signed: return try SplitConformal.signed(errors(own), level: level)
    case .pooled:
      // Errors in half-widths of the model's own 80 per cent interval on their side.
      let scores = all.map { $0.reach80[h] }.filter { !$0.isNaN }
      let factor = try SplitConformal.halfWidth(scores, level: level)
      guard let band = step.interval(80) else {
        throw .unreachable(
          level: level, errors: 0, needed: SplitConformal.needed(tail: 1 - level / 100))
      }
      return (factor * (step.median - band.lower), factor * (band.upper - step.median))
    case .adaptive(let rate):
      let seen = errors(own)
      var adaptive = AdaptiveConformal(level: level, rate: rate)
      for error in seen { adaptive.observe(error: error) }
      guard adaptive.halfWidth < .infinity else {
        throw .unreachable(
          level: 100 * min(1, 1 - adaptive.current), errors: seen.count,
          needed: adaptive.current > 0 ? SplitConformal.needed(tail: adaptive.current) : .max)
      }
      return (adaptive.halfWidth, adaptive.halfWidth)
    }
  }
}
