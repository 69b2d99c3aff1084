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
    let beside: [any SeriesModel] =
      [NaiveModel()] + (isSeasonal ? [SeasonalNaiveModel()] as [any SeriesModel] : [])
    let drawn = fans.prefix(9).map { series, forecast in
      let lines = beside.map { model -> [Double] in
        (try? model.fit(series))?.predictive(forecast.steps.count, seed: seed).medians ?? []
      }
      return PairForecast(
        name: series.id, history: history(series, ahead: forecast.steps.count),
        steps: forecast.steps.enumerated().map { k, step in
          PairForecast.Step(
            period: step.period.description, median: step.median,
            interval80: step.interval(80).map { $0.lower...$0.upper },
            interval95: step.interval(95).map { $0.lower...$0.upper },
            beside: lines.map { k < $0.count ? $0[k] : .nan })
        })
    }
    let labels = fans.map(\.forecast.model)
    let model = labels.dropFirst().allSatisfy { $0 == labels[0] } ? labels.first ?? "" : ""
    return .series(
      Array(drawn), model: model, beside: beside.map(\.name), count: fans.count, source: source,
      language: language)
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
