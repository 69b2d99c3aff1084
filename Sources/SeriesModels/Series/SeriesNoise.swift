import Kernel

/// Standard normal shocks keyed by series, draw and step, so that neither the number of draws nor
/// of threads changes one.
struct SeriesNoise {
  private let key: StreamKey
  private let unit: UnitKey
  /// `nil` for normal shocks.
  private var shape: ShockQuantiles?

  init(seed: UInt64, series: String, stream: String = "series") {
    let folded = UInt32(truncatingIfNeeded: seed ^ (seed >> 32))
    key = StreamKey(seed: folded, stream: stream)
    unit = UnitKey(series)
  }

  /// Shocks of the shape that is asked for, learnt from the errors of a fit: the normal ones moved to its quantiles.
  init(_ errors: ErrorDraws, of fit: any FittedSeries) {
    self.init(seed: errors.seed, series: fit.series.id)
    shape = ShockQuantiles(errors.shape, fit.standardisedErrors ?? [])
  }

  /// - Returns: `draws` rows of `horizon` shocks.
  func shocks(_ horizon: Int, draws: Int) -> [[Double]] {
    (0..<draws).map { k in
      var row = [Double](repeating: 0, count: horizon)
      for step in 0..<horizon {
        let shock = normalPair(key, unit: unit, draw: k, time: step + 1).0
        row[step] = shape?.moved(shock) ?? shock
      }
      return row
    }
  }

  /// `count` shocks of one step of a draw; step 0 is the state that the future starts from.
  func shocks(_ count: Int, draw: Int, step: Int) -> [Double] {
    var stream = RandomStream(key, unit: unit, draw: draw, time: step)
    return stream.normals(count)
  }

  /// One uniform of a step of a draw.
  func uniform(draw: Int, step: Int) -> Double {
    var stream = RandomStream(key, unit: unit, draw: draw, time: step)
    return stream.uniform()
  }
}
