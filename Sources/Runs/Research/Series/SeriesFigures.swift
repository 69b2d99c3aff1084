import Demography
import Export
import SeriesModels
import Words

/// Pictures of forecasts of series.
extension ResearchSeries {
  /// Fans of the first series of a file beside the naive lines.
  ///
  /// - Throws: nothing of its own.
  static func figure(
    _ fans: [(series: TimeSeries, forecast: Forecast)], seed: UInt64, source: String,
    language: Language
  ) throws -> FlowFigure {
    let isSeasonal = fans.contains { $0.series.season > 1 }
    let labels = fans.map(\.forecast.model)
    let model = labels.dropFirst().allSatisfy { $0 == labels[0] } ? labels.first ?? "" : ""
    let lines: [any SeriesModel] =
      [NaiveModel()] + (isSeasonal ? [SeasonalNaiveModel()] as [any SeriesModel] : [])
    let beside = lines.filter { $0.name != model }
    let drawn = fans.prefix(9).map { series, forecast in
      let futures = beside.map { model -> [Double] in
        (try? model.fit(series))?.predictive(forecast.steps.count, seed: seed).medians ?? []
      }
      return PairForecast(
        name: series.id, history: history(series, ahead: forecast.steps.count),
        steps: forecast.steps.enumerated().map { k, step in
          PairForecast.Step(
            period: step.period.description, median: step.median,
            interval80: band(step.intervals.min { $0.level < $1.level }),
            interval95: band(step.intervals.max { $0.level < $1.level }),
            beside: futures.map { k < $0.count ? $0[k] : .nan })
        })
    }
    return .series(
      Array(drawn), model: model, beside: beside.map(\.name), count: fans.count, source: source,
      language: language)
  }

  /// Of the lowest level asked for, or of the highest; `nil` without bounds.
  private static func band(_ interval: SeriesModels.Interval?) -> ClosedRange<Double>? {
    interval.flatMap { $0.lower <= $0.upper ? $0.lower...$0.upper : nil }
  }

  /// The last of the known values: three seasons, three times what lies ahead, and 24 at least.
  private static func history(
    _ series: TimeSeries, ahead horizon: Int
  ) -> [(period: String, flow: Double)] {
    let own = series.trimmed
    let count = max(24, 3 * own.season, 3 * horizon)
    return zip(own.periods, own.values).suffix(count).map { ($0.description, $1) }
  }
}
