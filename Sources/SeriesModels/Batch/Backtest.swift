/// Forecasts of the past from rolling origins.
///
/// The last origin leaves `horizon` values to compare with, each earlier one starts one step sooner.
/// A model sees nothing beyond its origin, its structure included: automatic models choose theirs at
/// the first origin and again every `reselectEvery` origins, and between refit their parameters.
struct Backtest: Sendable {
  let horizon: Int
  let origins: Int
  let minimumTrain: Int
  let reselectEvery: Int
  let seed: UInt64

  /// Numbers of values seen, ascending; empty when the series is too short.
  func origins(_ count: Int) -> [Int] {
    let last = count - horizon
    guard origins > 0, last >= minimumTrain else { return [] }
    return Array(max(minimumTrain, last - origins + 1)...last)
  }

  /// - Returns: one result an origin, or none when the model fails at one of them.
  func run(_ model: any SeriesModel, on series: TimeSeries) -> [OriginResult] {
    var results: [OriginResult] = []
    var structure: any SeriesModel = model
    for (index, origin) in origins(series.count).enumerated() {
      let seen = series.prefix(origin)
      if index % reselectEvery == 0 { structure = model }
      guard let fit = (try? structure.fit(seen)) ?? (try? model.fit(seen)) else { return [] }
      structure = fit.structure
      let predictive = fit.predictive(horizon, seed: seed)
      guard predictive.medians.allSatisfy(\.isFinite) else { return [] }
      results.append(Self.result(predictive, series: series, origin: origin))
    }
    return results
  }

  private static func result(
    _ predictive: Predictive, series: TimeSeries, origin: Int
  ) -> OriginResult {
    let actual = Array(series.values[origin..<(origin + predictive.horizon)])
    let medians = predictive.medians
    let narrow = predictive.reaches(80)
    let wide = predictive.reaches(95)
    func reach(_ step: Int, _ reaches: [(below: Double, above: Double)]) -> Double {
      let y = actual[step]
      guard !predictive.isLogarithmic || y > 0 else { return .infinity }
      let error = predictive.scaled(y) - predictive.centre(step)
      if error == 0 { return 0 }
      return error < 0 ? -error / reaches[step].below : error / reaches[step].above
    }
    return OriginResult(
      origin: origin, actual: actual, median: medians, scale: scale(series, origin),
      reach80: actual.indices.map { reach($0, narrow) },
      reach95: actual.indices.map { reach($0, wide) },
      crps: crps(predictive, actual))
  }

  /// Mean absolute step of one season, or of one step where that cannot be had.
  private static func scale(_ series: TimeSeries, _ origin: Int) -> Double {
    for lag in [series.season, 1] where origin > lag {
      let steps = (lag..<origin).map { abs(series.values[$0] - series.values[$0 - lag]) }
        .filter { !$0.isNaN }
      let mean = steps.reduce(0, +) / Double(steps.count)
      if mean > 0 { return mean }
    }
    return .nan
  }

  /// Twice the mean pinball loss over the quantiles at .025, .075, …, .975.
  private static func crps(_ predictive: Predictive, _ actual: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: actual.count)
    for k in 0..<10 {
      let tail = (Double(k) + 0.5) / 20
      let reaches = predictive.reaches(100 * (1 - 2 * tail))
      for step in actual.indices {
        let centre = predictive.centre(step)
        for (q, tau) in [
          (centre - reaches[step].below, tail), (centre + reaches[step].above, 1 - tail),
        ] {
          let error = actual[step] - predictive.back(q)
          sums[step] += error >= 0 ? tau * error : (tau - 1) * error
        }
      }
    }
    return sums.map { $0 / 10 }
  }
}

/// Scores of models at the rolling origins of one series, in the order of the models.
///
/// - Parameters:
///   - horizon: steps each origin forecasts.
///   - origins: most origins; fewer where the series is shorter.
///   - minimumTrain: fewest values a model is shown.
///   - reselectEvery: origins between two choices of an automatic model's structure.
/// - Returns: scores; one is `chosen`, unless no model could be scored.
public func backtest(
  _ series: TimeSeries, models: [any SeriesModel], horizon: Int, origins: Int, minimumTrain: Int,
  reselectEvery: Int, seed: UInt64
) -> [ModelScore] {
  let backtest = Backtest(
    horizon: horizon, origins: origins, minimumTrain: minimumTrain, reselectEvery: reselectEvery,
    seed: seed)
  let series = series.trimmed
  return scored(models.map { ($0, backtest.run($0, on: series)) }, horizon: horizon, seed: seed) {
    backtest.run(NaiveModel(), on: series)
  }
}

/// - Parameter naive: results of the naive model, asked for when it is not among the models.
func scored(
  _ results: [(model: any SeriesModel, results: [OriginResult])], horizon: Int, seed: UInt64,
  naive: () -> [OriginResult]
) -> [ModelScore] {
  let line = results.first { $0.model.name == "naive" }?.results ?? naive()
  let base = ModelScore(model: "naive", horizon: horizon, results: line, naive: nil)
  var scores = results.map {
    ModelScore(
      model: $0.model.name, horizon: horizon, results: $0.results,
      naive: base.mae.isNaN ? nil : base.mae)
  }
  let ranked = scores.indices.filter { !scores[$0].mae.isNaN }
    .sorted { (scores[$0].mae, $0) < (scores[$1].mae, $1) }
  if let winner = ranked.first {
    scores[winner].chosen = true
    scores[winner].reason = scores[winner].relativeToNaive < 1 ? "best" : "naive-not-beaten"
  }
  return scores
}
