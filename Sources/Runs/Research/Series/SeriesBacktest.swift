import Demography
import Export
import Formats
import SeriesModels
import Words

/// From where and how far ahead the past is forecast.
public struct RollingRequest: Sendable {
  let horizon: Int
  let origins: Int
  let minimumTrain: Int
  let reselectEvery: Int

  /// - Parameters:
  ///   - horizon: steps each origin forecasts.
  ///   - origins: most origins of a series, one step apart, the last of them `horizon` steps before its end.
  ///   - minimumTrain: fewest values a model is shown.
  ///   - reselectEvery: origins between two choices of an automatic model's structure; parameters are fitted
  ///     anew at each.
  public init(horizon: Int, origins: Int, minimumTrain: Int, reselectEvery: Int) {
    self.horizon = horizon
    self.origins = origins
    self.minimumTrain = minimumTrain
    self.reselectEvery = reselectEvery
  }
}

/// `series backtest`.
extension ResearchSeries {
  private typealias Row = (series: String, score: ModelScore)

  /// Scores models on every series of a file by rolling origins, the naive lines always among them.
  ///
  /// - Parameters:
  ///   - isSummary: whether only the scores over all series are told.
  ///   - drivers: what columns besides `unique_id,ds,y` are for. Models that take them are scored twice, without
  ///     them and, ex post, with what they were after each origin; the second are never chosen.
  /// - Throws: what `DriverRequest` and reading throw.
  public static func backtest(
    _ input: SeriesInput, models: [String], season: Int?, rolling: RollingRequest, isSummary: Bool,
    seed: UInt32, drivers request: DriverRequest = DriverRequest(),
    progress: any ProgressListener = SilentProgress()
  ) throws -> Answer {
    let asked = try models.map(named)
    let ((all, data), readSeconds) = try seconds {
      let grid = try input.grid()
      let takes = asked.contains { DriverRegression($0) != nil }
      let names = try request.drivers(
        of: grid, model: models.joined(separator: ", "), takes: takes)
      let data =
        request.hasDrivers(names)
        ? try DrivenSeries(grid, names, season: season, request) : nil
      return (try data?.series ?? readSeries(grid, season: season), data)
    }
    let (found, fitSeconds) = seconds {
      SeriesModels.backtest(
        all,
        models: { series in
          withNaiveLines(
            asked.flatMap { [$0] + known($0, data, of: series, request, rolling.horizon) },
            season: series.season)
        }, horizon: rolling.horizon,
        origins: rolling.origins, minimumTrain: rolling.minimumTrain,
        reselectEvery: rolling.reselectEvery, seed: UInt64(seed)
      ) {
        progress.report(ProgressEvent("scoring", done: $0, total: all.count))
      }
    }
    let rows: [Row] = zip(all, found).flatMap { series, scores in scores.map { (series.id, $0) } }
    let pooled = PooledScores(found)
    let json = JSON.members([
      ("schema", .integer(2)),
      ("known_drivers", .array((data?.names ?? []).map { .string($0) })),
      ("scores", .array(rows.map(object))),
      ("summary", .array(pooled.models.map(object))),
      ("timing", .timing(read: readSeconds, fit: fitSeconds)),
    ])
    let scores = table(rows)
    let names = asked.flatMap {
      [$0.name, KnownDriversModel.name(of: $0), KnownDriversModel.calendarName(of: $0)]
    }
    let notes = found.flatMap { scores -> [Fault] in
      // A series without an origin is told once, and what nobody asked for not at all.
      let failed = scores.filter { $0.failure != nil }
      let told =
        failed.count == scores.count
        ? failed.prefix(1) : failed.filter { names.contains($0.model) }[...]
      return told.compactMap { $0.failure.map { fault($0, rolling) } }
    }
    var answer =
      isSummary || all.count == 1
      ? Answer(isSummary ? table(pooled) : scores, json: json, failures: notes, gapsOf: all)
      : Answer(scores, table(pooled), json: json, failures: notes, gapsOf: all)
    if !isSummary { answer.shownColumns = shown }
    answer.knownDrivers = data?.names ?? []
    guard found.contains(where: { $0.contains { $0.failure == nil } }) else { return answer }
    answer.figure = { figure(pooled, rolling, source: input.name, language: $0) }
    return answer
  }

  /// A series without any origin lacks values for the windows, not for a model.
  private static func fault(_ error: SeriesError, _ rolling: RollingRequest) -> Fault {
    guard case .tooShort(let series, _, let observed, let needed) = error, observed > 0,
      needed == rolling.minimumTrain + rolling.horizon
    else { return error.fault }
    return Fault(
      .badData, "series.backtest.short",
      [
        "series": series, "observed": "\(observed)", "needed": "\(needed)",
        "train": "\(rolling.minimumTrain)", "horizon": "\(rolling.horizon)",
      ])
  }

  /// The model with its drivers known after every origin; none where it takes none.
  private static func known(
    _ model: any SeriesModel, _ data: DrivenSeries?, of series: TimeSeries,
    _ request: DriverRequest, _ horizon: Int
  ) -> [any SeriesModel] {
    guard let data, let regression = DriverRegression(model, plain: request.plainNames) else {
      return []
    }
    // What is scored begins with the first value.
    let drivers = data.drivers(of: series.trimmed, scenario: "")
    return [
      KnownDriversModel(
        regression, drivers: drivers, horizon: horizon, isForeseen: data.names.isEmpty)
    ]
  }

  /// The models asked for after the lines that every score is read against.
  private static func withNaiveLines(
    _ models: [any SeriesModel], season: Int
  ) -> [any SeriesModel] {
    let lines: [any SeriesModel] =
      [NaiveModel()] + (season > 1 ? [SeasonalNaiveModel()] as [any SeriesModel] : [])
    return lines.filter { line in !models.contains { $0.name == line.name } } + models
  }

  /// Columns that a terminal has room for.
  private static let shown = [
    "unique_id", "model", "origins", "mae", "mase", "ranked_probability", "coverage_80",
    "coverage_95", "relative_to_naive", "dm_p_value", "mcs_p_value", "chosen",
  ]

  private static func table(_ rows: [Row]) -> Table {
    func real(_ name: String, _ value: (ModelScore) -> Double?) -> Table.Column {
      .real(name, rows.map { value($0.score) })
    }
    return Table(
      "backtest",
      [
        .text("unique_id", rows.map(\.series)), .text("model", rows.map(\.score.model)),
        .integer("origins", rows.map(\.score.origins)),
        .integer("horizon", rows.map(\.score.horizon)), real("mae", \.mae), real("rmse", \.rmse),
        real("mase", \.mase), real("rmsse", \.rmsse), real("smape", \.smape),
        real("ranked_probability", \.crps), real("log_score", \.logScore),
        real("energy_score", \.energy), real("interval_score_80", \.intervalScore80),
        real("interval_score_95", \.intervalScore95), real("coverage_80", \.coverage80),
        real("coverage_95", \.coverage95), real("relative_to_naive", \.relativeToNaive),
        real("dm_p_value", \.dieboldMariano), real("mcs_p_value", \.confidence),
        .boolean("chosen", rows.map(\.score.chosen)),
      ])
  }

  private static func object(_ row: Row) -> JSON {
    let score = row.score
    return .members([
      ("unique_id", .string(row.series)), ("model", .string(score.model)),
      ("origins", .integer(score.origins)), ("horizon", .integer(score.horizon)),
      ("mae", .finite(score.mae)), ("rmse", .finite(score.rmse)), ("mase", .finite(score.mase)),
      ("rmsse", .finite(score.rmsse)), ("smape", .finite(score.smape)),
      ("crps", .finite(score.crps)), ("pinball", .finite(score.crps / 2)),
      ("log_score", .finite(score.logScore)), ("energy_score", .finite(score.energy)),
      ("interval_score_80", .finite(score.intervalScore80)),
      ("interval_score_95", .finite(score.intervalScore95)),
      ("coverage_80", .finite(score.coverage80)), ("coverage_95", .finite(score.coverage95)),
      ("pit_tenths", .array(score.tenths.map { .finite($0) })),
      ("relative_to_naive", .finite(score.relativeToNaive)),
      ("dm_p_value", .finite(score.dieboldMariano)),
      ("mcs_p_value", .finite(score.confidence)), ("chosen", .bool(score.chosen)),
      ("reason", .string(score.reason)),
    ])
  }

  private static func table(_ pooled: PooledScores) -> Table {
    let models = pooled.models
    func real(_ name: String, _ value: (PooledScores.Model) -> Double) -> Table.Column {
      .real(name, models.map(value))
    }
    return Table(
      "summary",
      [
        .text("model", models.map(\.name)), .integer("series", models.map(\.series)),
        real("mase", \.mase), real("rmsse", \.rmsse), real("smape", \.smape),
        real("relative_ranked_probability", \.relativeRanked),
        real("relative_to_naive", \.relativeError), real("coverage_80", \.coverage80),
        real("coverage_95", \.coverage95), .integer("chosen_count", models.map(\.chosen)),
      ])
  }

  private static func object(_ model: PooledScores.Model) -> JSON {
    .members([
      ("model", .string(model.name)), ("series", .integer(model.series)),
      ("mase", .finite(model.mase)), ("rmsse", .finite(model.rmsse)),
      ("smape", .finite(model.smape)), ("relative_crps", .finite(model.relativeRanked)),
      ("relative_to_naive", .finite(model.relativeError)),
      ("coverage_80", .finite(model.coverage80)), ("coverage_95", .finite(model.coverage95)),
      ("chosen", .integer(model.chosen)),
    ])
  }

  private static func figure(
    _ pooled: PooledScores, _ rolling: RollingRequest, source: String, language: Language
  ) -> FlowFigure {
    let lines = ["naive", "seasonal-naive", "drift", "mean"]
    return .seriesScores(
      pooled.models.map { model in
        ForecasterScores(
          model: model.name, isMandatory: lines.contains(model.name),
          values: [
            model.mase, model.relativeRanked, model.smape, model.coverage80, model.coverage95,
          ].map { $0.isFinite ? $0 : nil })
      }, horizon: rolling.horizon, origins: rolling.origins, source: source, language: language)
  }
}
