import Kernel

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
  /// Whether joint futures are scored as well.
  var scoresPaths = false

  /// Numbers of values seen, ascending; empty when the series is too short.
  func origins(_ count: Int) -> [Int] {
    let last = count - horizon
    guard origins > 0, last >= minimumTrain else { return [] }
    return Array(max(minimumTrain, last - origins + 1)...last)
  }

  /// - Returns: one result an origin; none where the series is too short for any.
  /// - Throws: why the model fails at the first origin where it does.
  func run(
    _ model: any SeriesModel, on series: TimeSeries
  ) throws(SeriesError) -> [OriginResult] {
    var results: [OriginResult] = []
    var structure: any SeriesModel = model
    for (index, origin) in origins(series.count).enumerated() {
      if index % reselectEvery == 0 { structure = model }
      results.append(try result(model, &structure, at: origin, of: series))
    }
    return results
  }

  /// The same without the origins at which the model fails.
  func runs(_ model: any SeriesModel, on series: TimeSeries) -> [OriginResult] {
    var structure: any SeriesModel = model
    return origins(series.count).enumerated().compactMap { index, origin in
      if index % reselectEvery == 0 { structure = model }
      return try? result(model, &structure, at: origin, of: series)
    }
  }

  private func result(
    _ model: any SeriesModel, _ structure: inout any SeriesModel, at origin: Int,
    of series: TimeSeries
  ) throws(SeriesError) -> OriginResult {
    let seen = series.prefix(origin)
    let fit: any FittedSeries
    do throws(SeriesError) {
      fit = try structure.fit(seen)
    } catch {
      fit = try model.fit(seen)
    }
    structure = fit.structure
    let predictive = fit.predictive(horizon, seed: seed)
    guard predictive.medians.allSatisfy(\.isFinite) else {
      throw .notFitted(series: series.id, model: model.name)
    }
    return result(fit, predictive, series: series, origin: origin)
  }

  private func result(
    _ fit: any FittedSeries, _ predictive: Predictive, series: TimeSeries, origin: Int
  ) -> OriginResult {
    let actual = Array(series.values[origin..<(origin + predictive.horizon)])
    let narrow = predictive.reaches(80)
    let wide = predictive.reaches(95)
    func reach(_ step: Int, _ reaches: [(below: Double, above: Double)]) -> Double {
      let y = actual[step]
      guard !predictive.scale.excludes(y) else { return .infinity }
      let error = predictive.scaled(y) - predictive.centre(step)
      if error == 0 { return 0 }
      return error < 0 ? -error / reaches[step].below : error / reaches[step].above
    }
    let isWhole = scoresPaths && !actual.contains(where: \.isNaN)
    return OriginResult(
      origin: origin, actual: actual, median: predictive.medians,
      scale: Self.scale(series, origin, PointScores.absoluteScale),
      squaredScale: Self.scale(series, origin, PointScores.squaredScale),
      reach80: actual.indices.map { reach($0, narrow) },
      reach95: actual.indices.map { reach($0, wide) },
      interval80: predictive.intervalScores(actual, level: 80),
      interval95: predictive.intervalScores(actual, level: 95),
      crps: Self.crps(predictive, actual), logScore: predictive.logScores(actual),
      tenth: predictive.tenths(actual),
      energy: isWhole
        ? PathScores.energy(
          observed: actual, draws: fit.paths(horizon, draws: 100, seed: seed)) : .nan)
  }

  /// Of the values seen, over one season, or over one step where that cannot be had.
  private static func scale(
    _ series: TimeSeries, _ origin: Int, _ measure: ([Double], Int) -> Double
  ) -> Double {
    for lag in [series.season, 1] where origin > lag {
      let scale = measure(Array(series.values.prefix(origin)), lag)
      if scale > 0 { return scale }
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
///   - scoresPaths: whether joint futures are scored, too.
/// - Returns: scores; one is `chosen`, unless no model could be scored.
public func backtest(
  _ series: TimeSeries, models: [any SeriesModel], horizon: Int, origins: Int, minimumTrain: Int,
  reselectEvery: Int, seed: UInt64, scoresPaths: Bool = false
) -> [ModelScore] {
  let backtest = Backtest(
    horizon: horizon, origins: origins, minimumTrain: minimumTrain, reselectEvery: reselectEvery,
    seed: seed, scoresPaths: scoresPaths)
  let series = series.trimmed
  return ScoredModels(
    models.map { RollingModel($0, backtest, on: series) }, horizon: horizon,
    naive: RollingModel(NaiveModel(), backtest, on: series)
  ).scores(series.id, seed: seed)
}

/// The same for many series, on all cores; no series stops another.
///
/// - Parameters:
///   - models: of a series.
///   - progress: called after every series with how many are done, from any thread.
/// - Returns: in the order of the series.
public func backtest(
  _ series: [TimeSeries], models: @Sendable (TimeSeries) -> [any SeriesModel], horizon: Int,
  origins: Int, minimumTrain: Int, reselectEvery: Int, seed: UInt64,
  progress: @escaping @Sendable (Int) -> Void = { _ in }
) -> [[ModelScore]] {
  let count = Counter()
  return parallelMap(series.count) { k in
    defer { progress(count.next()) }
    return backtest(
      series[k], models: models(series[k]), horizon: horizon, origins: origins,
      minimumTrain: minimumTrain, reselectEvery: reselectEvery, seed: seed, scoresPaths: true)
  }
}

/// A model's forecasts of the past, or why there are none.
struct RollingModel {
  let name: String
  let results: [OriginResult]
  let failure: SeriesError?
  /// Whether it is given what comes after an origin, and so competes with no forecaster.
  let isExPost: Bool

  init(_ model: any SeriesModel, _ backtest: Backtest, on series: TimeSeries) {
    name = model.name
    isExPost = (model as? KnownDriversModel).map { !$0.isForeseen } ?? false
    do throws(SeriesError) {
      results = try backtest.run(model, on: series)
      failure =
        results.isEmpty && backtest.origins > 0
        ? .tooShort(
          series: series.id, model: model.name, observed: series.observedCount,
          needed: backtest.minimumTrain + backtest.horizon) : nil
    } catch {
      results = []
      failure = error
    }
  }
}

/// Models side by side at the same origins of one series.
struct ScoredModels {
  let models: [RollingModel]
  let horizon: Int
  let naive: RollingModel

  init(_ models: [RollingModel], horizon: Int, naive: @autoclosure () -> RollingModel) {
    self.models = models
    self.horizon = horizon
    self.naive = models.first { $0.name == "naive" } ?? naive()
  }

  /// In the order of the models. The one with the least mean ranked probability score is `chosen`, where none
  /// has one that with the least mean absolute error. Models with known drivers are scored, never chosen, and
  /// stay out of the confidence set.
  func scores(_ series: String, seed: UInt64) -> [ModelScore] {
    let base = ModelScore(model: "naive", horizon: horizon, results: naive.results, naive: nil)
    var scores = models.map { model in
      var score = ModelScore(
        model: model.name, horizon: horizon, results: model.results,
        naive: base.mae.isNaN ? nil : base.mae)
      score.failure = model.failure
      if model.isExPost, model.failure == nil { score.reason = "ex-post" }
      score.dieboldMariano = comparison(model.results)
      return score
    }
    mark(&scores, series, seed: seed)
    choose(&scores, naive: base)
    return scores
  }

  private func choose(_ scores: inout [ModelScore], naive: ModelScore) {
    let candidates = scores.indices.filter { !models[$0].isExPost }
    let hasRanks = candidates.contains { !scores[$0].crps.isNaN }
    let loss = hasRanks ? \ModelScore.crps : \ModelScore.mae
    let ranked = candidates.filter { !scores[$0][keyPath: loss].isNaN }
      .sorted { (scores[$0][keyPath: loss], $0) < (scores[$1][keyPath: loss], $1) }
    guard let winner = ranked.first else { return }
    scores[winner].chosen = true
    let isBetter = scores[winner][keyPath: loss] < naive[keyPath: loss]
    scores[winner].reason = isBetter ? "best" : "naive-not-beaten"
  }

  private func comparison(_ results: [OriginResult]) -> Double? {
    guard results.map(\.origin) == naive.results.map(\.origin) else { return nil }
    let known = zip(results, naive.results).map { ($0.loss, $1.loss) }
      .filter { !$0.0.isNaN && !$0.1.isNaN }
    return DieboldMariano(losses: known.map(\.0), known.map(\.1), horizon: horizon)?.pValue
  }

  /// Puts the p-values of the confidence set beside the models that are scored at every origin, where those are
  /// five times the horizon or more: fewer hold too few blocks.
  private func mark(_ scores: inout [ModelScore], _ series: String, seed: UInt64) {
    let candidates = models.indices.filter { !models[$0].isExPost }
    let most = candidates.map { models[$0].results.count }.max() ?? 0
    let places = candidates.filter { models[$0].results.count == most }
    let losses = places.map { models[$0].results.map(\.loss) }
    let known = (0..<most).filter { k in losses.allSatisfy { !$0[k].isNaN } }
    guard known.count >= 5 * horizon, known.count > 1, places.count > 1 else { return }
    let set = ModelConfidenceSet(
      losses: losses.map { row in known.map { row[$0] } }, block: horizon,
      seed: UInt32(truncatingIfNeeded: seed ^ (seed >> 32)), unit: series)
    for (place, pValue) in zip(places, set.pValues) { scores[place].confidence = pValue }
  }
}
