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
    let tables: @Sendable () -> [Table]
    let json: @Sendable () -> String
    /// Series that could not be fitted, with the reason; they are missing from the table.
    public let failures: [Fault]
    /// Columns of the file that were not read.
    var leftAside: [String] = []
    /// Columns that models of the answer knew beyond the origins of their forecasts.
    var knownDrivers: [String] = []
    /// Series whose sample paths go below zero although no observed value does.
    var below: [String] = []
    /// Series whose adaptive intervals are as wide as their largest error, for want of wider ones.
    var widest: [String] = []
    /// What forecasts from saved fits rest on.
    var kept: [(key: String, arguments: [String: String])] = []
    /// Series that do not vary, of which there is nothing to find.
    var constant: [String] = []
    /// Series searched in which nothing was found; `nil` where something was.
    var searched: Int?
    /// Series with values missing between their first and last, which models pass over.
    var gaps: [TimeSeries] = []
    /// Columns of the first table that people are shown; all where `nil`.
    var shownColumns: [String]?
    /// What `--chart` draws.
    var figure: (@Sendable (Language) throws -> FlowFigure)?
    /// Whether there is something to draw; without, failures tell why.
    public var isDrawable: Bool { figure != nil }

    init(
      _ tables: Table..., json: JSON, failures: [Fault], leftAside: [String] = [],
      gapsOf series: [TimeSeries] = []
    ) {
      self.init(
        { tables }, json: { json.text(isPretty: true) }, failures: failures, leftAside: leftAside,
        gapsOf: series)
    }

    /// An answer of which only what is asked for is made.
    init(
      _ tables: @escaping @Sendable () -> [Table], json: @escaping @Sendable () -> String,
      failures: [Fault], leftAside: [String] = [], gapsOf series: [TimeSeries] = []
    ) {
      self.tables = tables
      self.json = json
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
      notes += kept
      if !knownDrivers.isEmpty {
        notes.append(("series.known", ["columns": knownDrivers.joined(separator: ", ")]))
      }
      if !below.isEmpty {
        notes.append(
          (
            "series.paths.below",
            [
              "count": "\(below.count)",
              "series": below.prefix(5).joined(separator: ", ") + (below.count > 5 ? ", …" : ""),
            ]
          ))
      }
      if !widest.isEmpty {
        notes.append(
          (
            "series.conformal.widest",
            [
              "count": "\(widest.count)",
              "series": widest.prefix(5).joined(separator: ", ") + (widest.count > 5 ? ", …" : ""),
            ]
          ))
      }
      if !constant.isEmpty {
        notes.append(
          (
            "series.detect.constant",
            [
              "count": "\(constant.count)",
              "series": constant.prefix(5).joined(separator: ", ")
                + (constant.count > 5 ? ", …" : ""),
            ]
          ))
      }
      if let searched, searched > 0 {
        notes.append(("series.detect.nothing", ["count": "\(searched)"]))
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
  ///   - conformal: intervals from the errors of these past forecasts alone; `nil` for none.
  ///   - saved: fits of an earlier `fit`, whose parameters and seasons are taken in place of `model` and `season`.
  ///   - drivers: what columns besides `unique_id,ds,y` are for.
  ///   - paths: where sample paths go; `nil` makes none.
  public static func forecast(
    _ input: SeriesInput, model: String, season: Int?, horizon: Int, levels: [Double],
    origins: Int = 0,
    conformal asked: ConformalRequest? = nil, saved path: String? = nil, seed: UInt32,
    drivers request: DriverRequest = DriverRequest(), paths: PathRequest? = nil,
    progress: any ProgressListener = SilentProgress()
  ) throws -> Answer {
    let saved = try path.map { try SavedFits.read($0) }
    let specification: any SeriesModel =
      try saved.map { KeptModel($0.fits) } ?? named(model)
    let conformal = try asked?.intervals(origins: origins)
    // Calibration widens intervals, not paths.
    try paths?.refuse([
      GivenOption("--calibrate", origins > 0 ? origins : nil),
      GivenOption("--scenario", request.scenario),
    ])
    try paths?.refuse(reading: [input.file, request.future, path])
    func answer(_ all: [TimeSeries], _ seconds: Double) throws -> Answer {
      var answer = try forecast(
        all, specification, input: input, horizon: horizon, levels: levels, origins: origins,
        conformal: conformal, seed: seed, paths: paths, readSeconds: seconds, progress: progress)
      if let path, let saved { answer.kept = saved.told(all, path: path) }
      return answer
    }
    let (plain, plainSeconds) = seconds {
      request.isEmpty ? input.plainSeries(season: season) : nil
    }
    if let plain { return try answer(plain, plainSeconds) }
    let (grid, gridSeconds) = try seconds { try input.grid() }
    let regression = DriverRegression(specification, plain: request.plainNames)
    let names = try request.drivers(
      of: grid, model: path ?? model, takes: regression != nil)
    if let regression, request.hasDrivers(names) {
      try [
        GivenOption("--calibrate", origins > 0 ? origins : nil),
        GivenOption("--conformal", asked?.name),
      ].refuse(
        with: (names + (request.calendar?.columns ?? [])).joined(separator: ", "),
        for: "unique_id,ds,y")
      return try forecast(
        grid, regression, drivers: names, season: season, horizon: horizon, levels: levels,
        seed: seed, request: request, paths: paths)
    }
    let (all, readSeconds) = try seconds { try readSeries(grid, season: season) }
    return try answer(all, gridSeconds + readSeconds)
  }

  private static func forecast(
    _ all: [TimeSeries], _ specification: any SeriesModel, input: SeriesInput, horizon: Int,
    levels: [Double], origins: Int, conformal: ConformalIntervals?, seed: UInt32,
    paths: PathRequest?, readSeconds: Double,
    progress: any ProgressListener
  ) throws -> Answer {
    let batch = ModelBatch(
      specification, horizon: horizon, levels: levels, calibratedBy: origins, conformal: conformal,
      seed: UInt64(seed))
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
    let written = try paths?.write(fitted.map(\.fit), horizon: horizon, seed: seed)
    failures += written?.failures ?? []
    let (found, rest) = (
      fitted,
      [
        ("failures", failed(failures)), ("timing", .timing(read: readSeconds, fit: fitSeconds)),
      ] as [(String, JSON)]
    )
    var answer = Answer(
      { [table(found.map(\.forecast), levels: levels)] },
      json: {
        SeriesForecastText.text(found, then: rest) { one, text in
          text.object { $0.members(one.fit, one.forecast) }
        }
      }, failures: failures, gapsOf: all)
    answer.below = written?.below ?? []
    answer.widest = found.filter(\.isWidest).map(\.forecast.seriesID)
    guard !found.isEmpty else { return answer }
    answer.figure = { language in
      let fans = found.map { (series: $0.fit.series, forecast: $0.forecast) }
      return try figure(fans, seed: UInt64(seed), source: input.name, language: language)
    }
    return answer
  }

  static func named(_ model: String) throws -> any SeriesModel {
    do { return try SeriesCatalogue.model(named: model) } catch { throw error.fault }
  }

  static func table(_ forecasts: [Forecast], levels: [Double]) -> Table {
    func each<Value>(_ value: (Forecast, Forecast.Step) -> Value) -> [Value] {
      var all: [Value] = []
      all.reserveCapacity(forecasts.reduce(0) { $0 + $1.steps.count })
      for forecast in forecasts { for step in forecast.steps { all.append(value(forecast, step)) } }
      return all
    }
    var columns: [Table.Column] = [
      .text("unique_id", each { forecast, _ in forecast.seriesID }),
      .text("model", each { forecast, _ in forecast.model }),
      .text("ds", each { _, step in step.period.description }),
      .real("mean", each { _, step in step.mean }),
    ]
    for level in levels.sorted() {
      columns.append(
        .real("lower_\(text(level))", each { _, step in step.interval(level)?.lower }))
      columns.append(
        .real("upper_\(text(level))", each { _, step in step.interval(level)?.upper }))
    }
    return Table("forecast", columns)
  }
}
