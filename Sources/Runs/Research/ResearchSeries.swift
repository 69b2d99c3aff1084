public import Demography
import Export
import Formats
import SeriesModels

/// The one-shot series commands: long tables `unique_id,ds,y` in, forecasts or scores out.
public enum ResearchSeries {
  /// A result for people and for programs.
  public struct Answer: Sendable {
    public let table: Table
    public let json: String
    /// Series that could not be fitted, with the reason; they are missing from the table.
    public let failures: [Fault]
    /// Columns of the file that were not read.
    public var leftAside: [String] = []
  }

  /// The series models with their cards.
  public static var models: [Card] { SeriesCatalogue.all.map(\.card) }

  /// Forecasts every series of a file.
  /// - Parameters:
  ///   - model: a name of the catalogue, or a given form such as `arima(0,1,1)`.
  ///   - season: periods in a season; `nil` takes the natural one (12 for months, 4 for quarters).
  ///   - levels: coverages in per cent.
  ///   - origins: past forecasts of every series whose errors, pooled over all, widen the intervals;
  ///     0 leaves them as the model has them.
  ///   - drivers: what columns besides `unique_id,ds,y` are for.
  public static func forecast(
    file: String, model: String, season: Int?, horizon: Int, levels: [Double], origins: Int = 0,
    seed: UInt32, drivers request: DriverRequest = DriverRequest(),
    progress: any ProgressListener = SilentProgress()
  ) throws -> Answer {
    let specification = try named(model)
    let (grid, gridSeconds) = try seconds { try UserFile.grid(file) }
    let regression = DriverRegression(specification, plain: Set(request.plain))
    let names = try request.drivers(of: grid, model: model, takes: regression != nil)
    if let regression, !names.isEmpty {
      try [GivenOption("--calibrate", origins > 0 ? origins : nil)].refuse(
        with: names.joined(separator: ", "), for: "unique_id,ds,y")
      return try forecast(
        grid, regression, drivers: names, season: season, horizon: horizon, levels: levels,
        seed: seed, request: request)
    }
    let (all, readSeconds) = try seconds { try readSeries(grid, season: season) }
    let batch = ModelBatch(
      specification, horizon: horizon, levels: levels, calibratedBy: origins, seed: UInt64(seed))
    let (outcomes, fitSeconds) = seconds {
      batch.run(all) {
        progress.report(ProgressEvent("fitting", done: $0, total: all.count))
      }
    }
    var failures: [Fault] = []
    var fitted: [ModelBatch.Fitted] = []
    for outcome in outcomes {
      switch outcome.result {
      case .success(let success): fitted.append(success)
      case .failure(let error): failures.append(error.fault)
      }
    }
    let json = JSON.members([
      ("schema", .integer(1)), ("series", .array(fitted.map { object($0.fit, $0.forecast) })),
      ("failures", failed(failures)),
      (
        "timing",
        .timing(read: gridSeconds + readSeconds, fit: fitSeconds)
      ),
    ])
    return Answer(
      table: table(fitted.map(\.forecast), levels: levels), json: json.text(isPretty: true),
      failures: failures)
  }

  /// Scores models on every series of a file by rolling origins.
  ///
  /// - Parameter dropsDrivers: whether columns besides `unique_id,ds,y`, which no model takes here, are left aside.
  /// - Throws: `series.x` for such columns that are not; what reading throws.
  public static func backtest(
    file: String, models: [String], season: Int?, horizon: Int, origins: Int, minimumTrain: Int,
    seed: UInt32, dropsDrivers: Bool = false
  ) throws -> Answer {
    let specifications = try models.map(named)
    let (all, readSeconds) = try seconds {
      let grid = try UserFile.grid(file)
      _ = try DriverRequest(isDropped: dropsDrivers).drivers(
        of: grid, model: models.joined(separator: ", "), takes: false)
      return try readSeries(grid, season: season)
    }
    var rows: [(series: String, score: ModelScore)] = []
    let (_, fitSeconds) = seconds {
      for series in all {
        rows += SeriesModels.backtest(
          series, models: specifications, horizon: horizon, origins: origins,
          minimumTrain: minimumTrain, reselectEvery: 1, seed: UInt64(seed)
        ).map { (series.id, $0) }
      }
    }
    let table = Table(
      "backtest",
      [
        .text("unique_id", rows.map(\.series)), .text("model", rows.map(\.score.model)),
        .integer("origins", rows.map(\.score.origins)),
        .integer("horizon", rows.map(\.score.horizon)), .real("mae", rows.map(\.score.mae)),
        .real("rmse", rows.map(\.score.rmse)), .real("mase", rows.map(\.score.mase)),
        .real("relative_to_naive", rows.map(\.score.relativeToNaive)),
        .real("coverage_80", rows.map(\.score.coverage80)),
        .real("coverage_95", rows.map(\.score.coverage95)),
        .boolean("chosen", rows.map(\.score.chosen)),
      ])
    let json = JSON.members([
      ("schema", .integer(1)),
      (
        "scores",
        .array(
          rows.map { row in
            .members([
              ("unique_id", .string(row.series)), ("model", .string(row.score.model)),
              ("origins", .integer(row.score.origins)), ("horizon", .integer(row.score.horizon)),
              ("mae", .finite(row.score.mae)), ("rmse", .finite(row.score.rmse)),
              ("mase", .finite(row.score.mase)),
              ("relative_to_naive", .finite(row.score.relativeToNaive)),
              ("coverage_80", .finite(row.score.coverage80)),
              ("coverage_95", .finite(row.score.coverage95)), ("chosen", .bool(row.score.chosen)),
            ])
          })
      ),
      (
        "timing",
        .members([("read_seconds", .finite(readSeconds)), ("fit_seconds", .finite(fitSeconds))])
      ),
    ])
    return Answer(table: table, json: json.text(isPretty: true), failures: [])
  }

  static func named(_ model: String) throws -> any SeriesModel {
    do { return try SeriesCatalogue.model(named: model) } catch { throw error.fault }
  }

  static func object(_ fit: any FittedSeries, _ forecast: Forecast) -> JSON {
    .members([
      ("unique_id", .string(forecast.seriesID)), ("model", .string(fit.label)),
      ("intervals", .string(forecast.basis.rawValue)),
      (
        "parameters",
        .members(fit.parameters.map { ($0.name, JSON.finite($0.value)) })
      ),
      ("log_likelihood", fit.logLikelihood.map { .finite($0) } ?? .null),
      ("aicc", fit.aicc.map { .finite($0) } ?? .null),
      ("forecast", steps(forecast)),
    ])
  }

  static func steps(_ forecast: Forecast) -> JSON {
    .array(
      forecast.steps.map { step in
        .members([
          ("ds", .string(step.period.description)), ("mean", .finite(step.mean)),
          (
            "lower",
            .members(step.intervals.map { (text($0.level), JSON.finite($0.lower)) })
          ),
          (
            "upper",
            .members(step.intervals.map { (text($0.level), JSON.finite($0.upper)) })
          ),
        ])
      })
  }

  static func table(_ forecasts: [Forecast], levels: [Double]) -> Table {
    let steps = forecasts.flatMap { forecast in forecast.steps.map { (forecast, $0) } }
    var columns: [Table.Column] = [
      .text("unique_id", steps.map(\.0.seriesID)), .text("model", steps.map(\.0.model)),
      .text("ds", steps.map(\.1.period.description)), .real("mean", steps.map(\.1.mean)),
    ]
    for level in levels.sorted() {
      func bound(_ pick: @escaping (SeriesModels.Interval) -> Double) -> [Double?] {
        steps.map { _, step in step.intervals.first { $0.level == level }.map(pick) }
      }
      columns.append(.real("lower_\(text(level))", bound(\.lower)))
      columns.append(.real("upper_\(text(level))", bound(\.upper)))
    }
    return Table("forecast", columns)
  }
}
