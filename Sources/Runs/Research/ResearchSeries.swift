public import Demography
import Export
import Formats
import SeriesModels
import Words

/// The one-shot series commands: long tables `unique_id,ds,y` in, forecasts or scores out.
public enum ResearchSeries {
  /// A result for people and for programs.
  public struct Answer: Sendable {
    /// The first is what `--output` writes.
    let tables: [Table]
    let json: String
    /// Series that could not be fitted, with the reason; they are missing from the table.
    public let failures: [Fault]
    /// Columns of the file that were not read.
    var leftAside: [String] = []
    /// Series with values missing between their first and last, which models pass over.
    var gaps: [TimeSeries] = []
    /// Columns of the first table that people are shown; all where `nil`.
    var shownColumns: [String]?
    /// What `--chart` draws.
    var figure: (@Sendable (Language) throws -> FlowFigure)?

    init(
      _ tables: Table..., json: JSON, failures: [Fault], leftAside: [String] = [],
      gapsOf series: [TimeSeries] = []
    ) {
      self.tables = tables
      self.json = json.text(isPretty: true)
      self.failures = failures
      self.leftAside = leftAside
      gaps = series.filter { $0.trimmed.hasGaps }
    }

    /// The answer as it is shown, without the failures.
    public var shown: ResearchAnswer {
      var notes: [(key: String, arguments: [String: String])] = []
      if !leftAside.isEmpty {
        notes.append(("series.aside", ["columns": leftAside.joined(separator: ", ")]))
      }
      if !gaps.isEmpty {
        let named = gaps.prefix(5).map { series in
          let own = series.trimmed
          return "\(own.id) (\(own.count - own.observedCount)/\(own.count))"
        }
        notes.append(
          (
            "series.gaps",
            [
              "count": "\(gaps.count)",
              "series": named.joined(separator: ", ") + (gaps.count > 5 ? ", …" : ""),
            ]
          ))
      }
      var answer = ResearchAnswer(tables, figure: figure, notes: notes, text: json)
      answer.shownColumns = shownColumns
      return answer
    }
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
    var answer = Answer(
      table(fitted.map(\.forecast), levels: levels), json: json, failures: failures, gapsOf: all)
    let fans = fitted.map { (series: $0.fit.series, forecast: $0.forecast) }
    answer.figure = { try figure(fans, seed: UInt64(seed), source: file, language: $0) }
    return answer
  }

  static func named(_ model: String) throws -> any SeriesModel {
    do { return try SeriesCatalogue.model(named: model) } catch { throw error.fault }
  }

  static func object(_ fit: any FittedSeries, _ forecast: Forecast) -> JSON {
    .members([
      ("unique_id", .string(forecast.seriesID)), ("model", .string(fit.label)),
      ("observations", .integer(fit.series.observedCount)),
      ("missing_inside", .integer(missingInside(fit.series))),
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

  /// Values missing between the first and the last known one.
  private static func missingInside(_ series: TimeSeries) -> Int {
    let own = series.trimmed
    return own.count - own.observedCount
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
