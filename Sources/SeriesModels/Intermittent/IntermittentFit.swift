import Kernel

/// An intermittent series with its flat forecast.
struct IntermittentFit: FittedSeries {
  let series: TimeSeries
  private let model: IntermittentModel
  private let level: Double
  private let sizes: [Double]

  /// - Returns: `nil` where the whole series has no finite forecast.
  init?(_ series: TimeSeries, _ model: IntermittentModel) {
    guard let level = model.forecast(series.values), level.isFinite else { return nil }
    self.series = series
    self.model = model
    self.level = level
    sizes = IntermittentDemand(series.values).sizes
  }

  var label: String { model.name }
  var structure: any SeriesModel { model }
  var kept: KeptFit? { KeptFit(model) }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  var parameters: [SeriesParameter] {
    [SeriesParameter("level", level), SeriesParameter("occurrence", occurrence)]
  }

  /// Forecasts from the values before each step; NaN before the first and where they have no forecast.
  /// - Complexity: O(n²).
  var fittedValues: [Double] {
    series.values.indices.map { t in
      t == 0 ? .nan : model.forecast(Array(series.values.prefix(t))) ?? .nan
    }
  }

  /// Probability that something comes in a step: by how often it came; the sizes then average the
  /// forecast over it.
  private var occurrence: Double { Double(sizes.count) / Double(series.count) }

  /// Simulated; without an interval where nothing has come yet.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let means = [Double](repeating: level, count: horizon)
    guard !sizes.isEmpty else { return Predictive(.bare(means)) }
    return Predictive(paths: paths(horizon, draws: 2_000, seed: seed), means: means)
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    guard !sizes.isEmpty else {
      return [[Double]](repeating: [Double](repeating: 0, count: horizon), count: draws)
    }
    let noise = SeriesNoise(seed: errors.seed, series: series.id)
    let scale = level / (occurrence * Statistics.mean(sizes))
    return (0..<draws).map { k in
      (0..<horizon).map { step in
        let place = noise.uniform(draw: k, step: step + 1) / occurrence
        guard place < 1 else { return 0 }
        return scale * sizes[min(sizes.count - 1, Int(place * Double(sizes.count)))]
      }
    }
  }
}
