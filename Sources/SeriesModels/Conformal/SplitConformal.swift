/// Intervals from past errors alone, which hold the next value with the promised probability whatever the
/// model, as long as errors are exchangeable (Vovk, Gammerman and Shafer 2005; Lei et al. 2018, JASA 113).
///
/// The half-width is the ⌈(n + 1)(1 − α)⌉-th smallest of n absolute errors. Where that is more than n the level
/// is refused: n errors promise at most n / (n + 1).
public enum SplitConformal {
  /// Half-width around the forecast.
  ///
  /// - Parameters:
  ///   - errors: out-of-sample errors of one horizon; missing ones are left out.
  ///   - level: per cent, in (0, 100).
  /// - Throws: `.unreachable`.
  public static func halfWidth(
    _ errors: [Double], level: Double
  ) throws(ConformalError) -> Double {
    try upper(errors.map { abs($0) }, tail: 1 - level / 100, level: level)
  }

  /// Distances below and above the forecast, each tail with half of the risk: for errors that lean to a
  /// side, as those of net flows.
  ///
  /// - Throws: `.unreachable`; the tails need some twice as many errors as `halfWidth`.
  public static func signed(
    _ errors: [Double], level: Double
  ) throws(ConformalError) -> (below: Double, above: Double) {
    let tail = (1 - level / 100) / 2
    return (
      try upper(errors.map { -$0 }, tail: tail, level: level),
      try upper(errors, tail: tail, level: level)
    )
  }

  /// Half-widths of several series from all their errors together, each in units of its own forecast
  /// deviation: for sibling series too short to reach the level alone.
  ///
  /// - Parameters:
  ///   - errors: by series; one deviation an error.
  ///   - ahead: deviations of the forecasts the widths are for.
  /// - Returns: one half-width for each of `ahead`.
  /// - Throws: `.unreachable`.
  public static func pooled(
    errors: [[Double]], deviations: [[Double]], ahead: [Double], level: Double
  ) throws(ConformalError) -> [Double] {
    var scores: [Double] = []
    for (e, s) in zip(errors, deviations) {
      precondition(e.count == s.count, "\(e.count) errors, \(s.count) deviations")
      for (error, deviation) in zip(e, s) where deviation > 0 { scores.append(error / deviation) }
    }
    let factor = try halfWidth(scores, level: level)
    return ahead.map { factor * $0 }
  }

  /// Errors needed for a level: the smallest n with `⌈(n + 1)(1 − α)⌉ ≤ n`.
  public static func needed(tail: Double) -> Int {
    Int((1 / tail - 1 - 1e-9).rounded(.up))
  }

  static func upper(
    _ scores: [Double], tail: Double, level: Double
  ) throws(ConformalError) -> Double {
    precondition(tail > 0 && tail < 1, "level \(level)")
    let sorted = scores.filter { !$0.isNaN }.sorted()
    let n = sorted.count
    // Rounding of the product must not ask for one error more.
    let rank = Int((Double(n + 1) * (1 - tail) - 1e-9).rounded(.up))
    guard rank <= n else {
      throw .unreachable(level: level, errors: n, needed: needed(tail: tail))
    }
    return sorted[max(rank, 1) - 1]
  }
}
