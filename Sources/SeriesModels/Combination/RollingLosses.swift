/// Mean ranked probability scores of models over forecasts of a series' own past.
///
/// Each is shown the series up to six earlier ends, one step apart, and forecasts a season ahead, eight steps at
/// most and four where there is none; automatic ones choose their structure at the first and refit at the others.
///
/// - Returns: one a model, infinite where it could not be scored; `nil` where fewer than three ends leave enough
///   values.
func rollingLosses(of models: [any SeriesModel], on series: TimeSeries) -> [Double]? {
  let m = series.season
  let rolling = Backtest(
    horizon: m > 1 ? min(m, 8) : 4, origins: 6, minimumTrain: max(10, 2 * m + 5),
    reselectEvery: 6, seed: 1)
  guard rolling.origins(series.count).count >= 3 else { return nil }
  return models.map { model in
    let results = RollingModel(model, rolling, on: series).results
    let loss = ModelScore(
      model: model.name, horizon: rolling.horizon, results: results, naive: nil
    ).crps
    return loss.isNaN ? Double.infinity : loss
  }
}
