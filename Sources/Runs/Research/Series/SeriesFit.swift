import Demography
import Export
import Formats
import Kernel
import SeriesModels
import Words

/// `series fit`, and forecasts of models with drivers.
extension ResearchSeries {
  /// Fits a model to every series of a file.
  ///
  /// - Parameters:
  ///   - drivers: what columns besides `unique_id,ds,y` are for.
  ///   - saved: where the fits go for forecasts of later values; `nil` keeps none.
  ///   - others: what else is written, so that nothing is written over.
  /// - Throws: what `DriverRequest` and reading throw; `paths.input`, `option.unused`, `file.cannotWrite`.
  public static func fit(
    _ input: SeriesInput, model: String, season: Int?, drivers request: DriverRequest,
    saved path: String? = nil, beside others: [String?] = []
  ) throws -> Answer {
    try UserFile.refuse(writing: [("--save", path)], reading: [input.file] + others)
    let specification = try named(model)
    let grid = try input.grid()
    let regression = DriverRegression(specification, plain: request.plainNames)
    let names = try request.drivers(of: grid, model: model, takes: regression != nil)
    var failures: [Fault] = []
    var fits: [(any FittedSeries, [DriverRegression.Response])] = []
    var read: [TimeSeries] = []
    if let regression, request.hasDrivers(names) {
      try [GivenOption("--save", path)].refuse(
        with: (names + (request.calendar?.columns ?? [])).joined(separator: ", "),
        for: "unique_id,ds,y")
      let data = try DrivenSeries(grid, names, season: season, request)
      let found = regression.fits(data)
      failures = found.failures
      fits = found.fits.map { ($0.fit.fit, $0.fit.responses) }
    } else {
      read = try readSeries(grid, season: season)
      for outcome in ModelBatch(specification, horizon: 1, levels: [], seed: 1).run(read) {
        switch outcome.result {
        case .success(let success): fits.append((success.fit, []))
        case .failure(let error): failures.append(error.fault)
        }
      }
    }
    if let path {
      let (saved, notKept) = SavedFits.keeping(fits.map(\.0), of: input.name)
      failures += notKept
      if !saved.fits.isEmpty { try saved.write(to: path) }
    }
    let json = JSON.members([
      ("schema", .integer(1)),
      ("series", .array(fits.map { .members(summary($0.0, $0.1) + [("drivers", array($0.1))]) })),
      ("failures", failed(failures)),
    ])
    var answer = Answer(terms(fits), json: json, failures: failures, gapsOf: read)
    guard !fits.isEmpty else { return answer }
    let (drawn, count) = (fits.prefix(3).map(\.0), fits.count)
    answer.figure = { diagnostics(drawn, count: count, source: input.name, language: $0) }
    return answer
  }

  /// Values and fits of the first series, residuals and their autocorrelations.
  private static func diagnostics(
    _ fits: [any FittedSeries], count: Int, source: String, language: Language
  ) -> FlowFigure {
    .diagnostics(
      fits.map { fit in
        SeriesLines(
          name: fit.series.id, periods: fit.series.periods.map(\.description),
          lines: [
            ("observed", fit.series.values), ("fitted", fit.fittedValues),
            ("residual", fit.residuals),
          ])
      },
      autocorrelations: fits.map { fit in
        let known = fit.residuals.filter { !$0.isNaN }
        let lags = max(1, min(24, known.count / 4))
        return (
          known.count > 4
            ? Array(Autocorrelation.whole(fit.residuals, lags: lags).dropFirst()) : [],
          1.96 / Double(max(known.count, 1)).squareRoot()
        )
      }, count: count, source: source, language: language)
  }

  /// One row a parameter, with the long-run coefficient and the elasticity of each driver.
  private static func terms(
    _ fits: [(any FittedSeries, [DriverRegression.Response])]
  ) -> Table {
    let rows = fits.flatMap { fit, responses in
      (parameters(of: fit, responses)
        + responses.flatMap { response in
          [
            SeriesParameter(
              "long_run(\(response.driver))", response.longRun.value,
              standardError: response.longRun.standardError),
            SeriesParameter(
              "\(response.isConstant ? "elasticity" : "elasticity_at_means")(\(response.driver))",
              response.elasticity.value, standardError: response.elasticity.standardError),
          ]
        }).map { (fit, $0) }
    }
    return Table(
      "parameters",
      [
        .text("unique_id", rows.map(\.0.series.id)), .text("model", rows.map(\.0.label)),
        .text("term", rows.map(\.1.name)), .real("estimate", rows.map(\.1.value)),
        .real("std_error", rows.map(\.1.standardError)),
      ])
  }

  /// Parameters of a fit; coefficients of drivers with the errors that their sums have.
  private static func parameters(
    of fit: any FittedSeries, _ responses: [DriverRegression.Response]
  ) -> [SeriesParameter] {
    let ofDrivers = responses.flatMap(\.lags)
    return fit.parameters.map { own in ofDrivers.first { $0.name == own.name } ?? own }
  }

  private static func summary(
    _ fit: any FittedSeries, _ responses: [DriverRegression.Response]
  ) -> [(String, JSON)] {
    [
      ("unique_id", .string(fit.series.id)), ("model", .string(fit.label)),
      ("observations", .integer(fit.series.observedCount)),
      ("log_likelihood", .finite(fit.logLikelihood)), ("aicc", .finite(fit.aicc)),
      ("parameters", .array(parameters(of: fit, responses).map(parameter))),
    ]
  }

  private static func parameter(_ x: SeriesParameter) -> JSON {
    .members([
      ("term", .string(x.name)), ("estimate", .finite(x.value)),
      ("std_error", .finite(x.standardError)),
    ])
  }

  private static func array(_ responses: [DriverRegression.Response]) -> JSON {
    .array(
      responses.map { response in
        .members([
          ("driver", .string(response.driver)), ("lags", .array(response.lags.map(parameter))),
          ("long_run", parameter(response.longRun)),
          ("elasticity", parameter(response.elasticity)),
          ("elasticity_is_constant", .bool(response.isConstant)),
        ])
      })
  }

  /// Forecasts of every series in every scenario of its drivers.
  ///
  /// - Throws: what reading throws.
  static func forecast(
    _ grid: TextGrid, _ regression: DriverRegression, drivers names: [String], season: Int?,
    horizon: Int, levels: [Double], seed: UInt32, request: DriverRequest, paths: PathRequest?
  ) throws -> Answer {
    let data = try DrivenSeries(grid, names, season: season, request, ahead: horizon)
    var (fits, failures) = regression.fits(data)
    var found: [(fit: DrivenFit, forecast: Forecast)] = []
    for fit in fits {
      do throws(SeriesError) {
        let forecast = try fit.fit.forecast(horizon, levels: levels, seed: UInt64(seed))
        guard forecast.steps.allSatisfy(\.median.isFinite) else {
          throw .notFitted(series: forecast.seriesID, model: forecast.model)
        }
        found.append((fit, forecast))
      } catch {
        failures.append(error.fault)
      }
    }
    fits = []
    let written = try paths?.write(found.map(\.fit.fit.fit), horizon: horizon, seed: seed)
    failures += written?.failures ?? []
    let table = table(found.map(\.forecast), levels: levels)
    let scenarios = found.flatMap { one in one.forecast.steps.map { _ in one.fit.scenario } }
    let isScenario = request.scenario != nil
    let json = SeriesForecastText.text(found, then: [("failures", failed(failures))]) { one, text in
      text.object { text in
        text.member("scenario", isScenario ? .string(one.fit.scenario) : .null)
        text.object("fit") { $0.members(one.fit.fit.fit, one.forecast) }
        text.member("drivers", array(one.fit.fit.responses))
      }
    }
    let shown =
      request.scenario == nil
      ? table
      : Table(table.name, [.text("scenario", scenarios)] + table.columns)
    var answer = Answer({ [shown] }, json: { json }, failures: failures)
    answer.below = written?.below ?? []
    if request.scenario == nil {
      let fans = found.map { (series: $0.fit.fit.fit.series, forecast: $0.forecast) }
      answer.figure = { try figure(fans, seed: UInt64(seed), source: grid.file, language: $0) }
    }
    return answer
  }
}
