import Kernel

/// Forecasts every series of a plan; no series stops another.
///
/// Each series stands on the rung its length allows. On the upper rung candidates are judged at rolling
/// origins and the one with the least mean ranked probability score forecasts. Then the errors of the chosen
/// models, pooled over the plan's series, widen the intervals where they proved too narrow.
///
/// - Parameters:
///   - series: siblings, values of one variable with different ids; in any order.
///   - threads: results are the same for every number.
/// - Returns: one outcome a series, sorted by id.
/// - Precondition: the plan's candidates are names of models.
public func forecastBatch(
  _ series: [TimeSeries], plan: SeriesPlan, seed: UInt64, threads: Int
) -> [SeriesOutcome] {
  let sorted = series.sorted { $0.id < $1.id }.map { $0.trimmed }
  let work = SeriesBatch(sorted, plan: plan, seed: seed)
  let drafts = parallelMap(sorted.count, threads: threads) { work.draft(sorted[$0]) }
  let calibration =
    plan.isCalibrated
    ? Calibration(drafts.flatMap(\.results), horizon: plan.horizon) : nil
  return drafts.map { $0.outcome(plan: plan, calibration: calibration) }
}

/// A forecast before calibration.
struct SeriesDraft: Sendable {
  let series: TimeSeries
  let rung: Rung
  let reason: String
  let chosen: String
  let label: String
  let predictive: Predictive
  var scores: [ModelScore] = []
  /// Rolling-origin results of the chosen model.
  var results: [OriginResult] = []
  var fit: (any FittedSeries)?

  func outcome(plan: SeriesPlan, calibration: Calibration?) -> SeriesOutcome {
    SeriesOutcome(
      series: series, plan: plan.id, rung: rung, reason: reason, chosen: chosen,
      forecast: predictive.forecast(
        of: series, label: label, levels: plan.levels,
        calibration: rung == .full ? calibration : nil),
      scores: scores, parameters: fit?.parameters ?? [], logLikelihood: fit?.logLikelihood,
      aicc: fit?.aicc)
  }
}

/// What the drafts of one plan share.
struct SeriesBatch: Sendable {
  private let plan: SeriesPlan
  private let seed: UInt64
  private let candidates: [any SeriesModel]
  private let pooled: PooledScale
  private let backtest: Backtest

  init(_ series: [TimeSeries], plan: SeriesPlan, seed: UInt64) {
    self.plan = plan
    self.seed = seed
    candidates = plan.candidates.map { name in
      guard let model = try? SeriesCatalogue.model(named: name) else {
        preconditionFailure("no model \(name) in plan \(plan.id)")
      }
      return plan.transform == .log ? LogTransformed(model) : model
    }
    let usesLog = plan.transform == .log
    pooled = PooledScale(
      series.compactMap { Self.scaled($0, usesLog) }, isLogarithmic: usesLog)
    backtest = Backtest(
      horizon: plan.horizon, origins: plan.origins, minimumTrain: plan.minimumTrain,
      reselectEvery: plan.reselectEvery, seed: seed)
  }

  /// On the model's scale; `nil` where a value has no logarithm.
  private static func scaled(_ series: TimeSeries, _ usesLog: Bool) -> [Double]? {
    guard usesLog else { return series.values }
    guard !series.values.contains(where: { $0 <= 0 }) else { return nil }
    return Kernel.log(series.values)
  }

  func draft(_ series: TimeSeries) -> SeriesDraft {
    let rung = Rung(
      observed: series.observedCount, season: plan.season, isConstant: series.isConstant)
    switch rung {
    case .none:
      return SeriesDraft(
        series: series, rung: rung, reason: "empty", chosen: rung.rawValue, label: rung.rawValue,
        predictive: Predictive(.bare([])))
    case .lastValue, .pooled: return low(series, rung, reason: nil)
    case .nonSeasonal: return nonSeasonal(series)
    case .full: return full(series)
    }
  }

  private func low(_ series: TimeSeries, _ wanted: Rung, reason: String?) -> SeriesDraft {
    let rung = wanted == .pooled && !pooled.hasReversion ? .lastValue : wanted
    let usesLog = plan.transform == .log
    let values = Self.scaled(series, usesLog)
    let own = values ?? series.values
    let base =
      rung == .pooled
      ? pooled.meanReversion(own, horizon: plan.horizon)
      : pooled.lastValue(own, horizon: plan.horizon)
    let predictive =
      usesLog
      ? (values == nil
        ? Predictive(.bare([Double](repeating: own.last ?? .nan, count: plan.horizon)))
        : base.exponentiated()) : base
    let code =
      !predictive.hasIntervals
      ? "no-scale"
      : reason ?? (series.isConstant && series.observedCount >= 3 ? "constant" : "short")
    return SeriesDraft(
      series: series, rung: rung, reason: code, chosen: rung.rawValue, label: rung.rawValue,
      predictive: predictive)
  }

  /// Models without a season, small for the series' length; the better corrected Akaike criterion.
  private func nonSeasonal(_ series: TimeSeries) -> SeriesDraft {
    let flat = TimeSeries(
      id: series.id, clock: series.clock, values: series.values, season: 1)
    let most = max(1, series.observedCount / 4)
    let plain: [any SeriesModel] = [
      AutoETSModel(largest: most), AutoARIMAModel(largest: most),
    ]
    let models = plan.transform == .log ? plain.map { LogTransformed($0) } : plain
    // ETS likelihoods condition on estimated states and ARIMA's on differenced values, so they do
    // not compare; exponential smoothing goes first, ARIMA where it cannot be fitted.
    for model in models {
      guard let fit = try? model.fit(flat) else { continue }
      let predictive = fit.predictive(plan.horizon, seed: seed)
      guard predictive.medians.allSatisfy(\.isFinite), predictive.hasIntervals else { continue }
      return SeriesDraft(
        series: series, rung: .nonSeasonal, reason: "season-unknown", chosen: model.name,
        label: fit.label, predictive: predictive, fit: fit)
    }
    return low(series, .pooled, reason: "model-failed")
  }

  private func full(_ series: TimeSeries) -> SeriesDraft {
    let results = candidates.map { RollingModel($0, backtest, on: series) }
    let isScored = plan.origins > 0 && results.contains { !$0.results.isEmpty }
    let scores =
      isScored
      ? ScoredModels(
        results, horizon: plan.horizon, naive: RollingModel(NaiveModel(), backtest, on: series)
      ).scores(series.id, seed: seed)
      : []
    let winner = scores.firstIndex { $0.chosen }
    var order = Array(candidates.indices)
    if let winner { order = [winner] + order.filter { $0 != winner } }
    for index in order {
      guard let fit = try? candidates[index].fit(series) else { continue }
      let predictive = fit.predictive(plan.horizon, seed: seed)
      guard predictive.medians.allSatisfy(\.isFinite) else { continue }
      let reason =
        winner == nil ? "no-backtest" : index == winner ? scores[index].reason : "model-failed"
      return SeriesDraft(
        series: series, rung: .full, reason: reason, chosen: candidates[index].name,
        label: fit.label, predictive: predictive, scores: scores, results: results[index].results,
        fit: fit)
    }
    var draft = low(series, .pooled, reason: "model-failed")
    draft.scores = scores
    return draft
  }
}
