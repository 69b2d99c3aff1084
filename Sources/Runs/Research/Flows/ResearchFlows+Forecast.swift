public import Demography
import Export
import FlowModels

/// A panel of flows over periods, and what is asked of it.
public struct FlowPanelRequest: Sendable {
  public var file: String
  public var filter: String?
  public var origin: String
  public var destination: String
  public var period: String
  public var flow: String
  /// Periods ahead.
  public var horizon: Int

  public init(
    file: String, filter: String?, origin: String, destination: String, period: String,
    flow: String, horizon: Int
  ) {
    self.file = file
    self.filter = filter
    self.origin = origin
    self.destination = destination
    self.period = period
    self.flow = flow
    self.horizon = horizon
  }

  func panel() throws -> FlowPanel {
    var data = try UserFile.flows(file)
    if let filter { data = try data.filtered(by: RowFilter.parse(filter)) }
    return try FlowPanel(
      data, origin: origin, destination: destination, period: period, flow: flow)
  }
}

extension ResearchFlows {
  /// Forecasters of flows with their cards.
  public static var forecasters: [Card] { FlowForecasterCatalogue.all.map(\.card) }

  private static func forecaster(_ id: String) throws -> any FlowForecaster {
    guard let found = FlowForecasterCatalogue.forecaster(named: id) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--model", "value": id,
          "known": forecasters.map(\.id).joined(separator: ", "),
        ])
    }
    return found
  }

  /// Forecasts every pair with intervals from the forecaster's own past errors, beside the lines every
  /// forecast has to be read against.
  ///
  /// - Parameters:
  ///   - sampling: of models that are sampled.
  ///   - exposure: file of persons at risk, for those.
  ///   - files: for the draws of those.
  public static func forecast(
    _ request: FlowPanelRequest, model: String, sampling: SamplingRequest, exposure: String?,
    files: FlowDrawFiles
  ) throws -> ResearchAnswer {
    let chosen = try forecaster(model)
    if chosen is HierarchicalFlows {
      return try hierarchicalForecast(
        request, sampling: sampling, exposure: exposure, files: files)
    }
    try ([GivenOption("--exposure", exposure)] + files.given + sampling.given).refuse(
      with: "--model \(model)", for: "--model \(HierarchicalFlows().card.id)")
    let (panel, read) = try seconds { try request.panel() }
    let beside = FlowForecasterCatalogue.mandatory.filter { $0.card.id != model }
    let (forecasts, fit) = try seconds {
      try ([chosen] + beside).map {
        try FlowForecast($0, panel, horizon: request.horizon)
      }
    }
    let main = forecasts[0]
    let table = forecastTable(
      request, panel, main,
      beside: Array(zip(beside.map(\.card.id), forecasts.dropFirst().map(\.medians))))
    return ResearchAnswer(
      [table],
      figure: {
        .forecast(
          try fans(panel, chosen, beside: beside, horizon: request.horizon), model: model,
          beside: beside.map(\.card.id), count: panel.pairs.count, source: request.file,
          language: $0)
      },
      notes: [
        (
          main.hasIntervals ? "flows.forecast.summary" : "flows.forecast.no_intervals",
          [
            "model": model, "last": panel.periods[panel.last], "horizon": "\(request.horizon)",
            "origins": "\(main.origins)",
          ]
        )
      ],
      json: .members([
        ("schema", .integer(1)), ("model", .string(model)),
        ("last_period", .string(panel.periods[panel.last])),
        ("horizon", .integer(request.horizon)), ("past_origins", .integer(main.origins)),
        ("constants", .members(main.constants.map { ($0.name, .finite($0.value)) })),
        ("flows", .array(rowObjects(table))), ("timing", .timing(read: read, fit: fit)),
      ]))
  }

  /// Every pair with its intervals, and what other forecasters say of it.
  static func forecastTable(
    _ request: FlowPanelRequest, _ panel: FlowPanel, _ forecast: FlowForecast,
    beside: [(id: String, medians: [Double])]
  ) -> Table {
    func bound(_ coverage: Double, _ pick: (ClosedRange<Double>) -> Double) -> [Double?] {
      panel.pairs.indices.map { forecast.interval(pair: $0, coverage: coverage).map(pick) }
    }
    return Table(
      "flow_forecast",
      [
        .text("origin", panel.pairs.map { panel.areas[$0.origin] }),
        .text("destination", panel.pairs.map { panel.areas[$0.destination] }),
        .integer("horizon", panel.pairs.map { _ in request.horizon }),
        .real(forecast.forecaster, unit: "PS", forecast.medians),
        .real("lower_95", bound(0.95) { $0.lowerBound }),
        .real("lower_80", bound(0.8) { $0.lowerBound }),
        .real("upper_80", bound(0.8) { $0.upperBound }),
        .real("upper_95", bound(0.95) { $0.upperBound }),
      ]
        + beside.map { .real($0.id, unit: "PS", $0.medians) }
        + [.text("kind", panel.pairs.map { _ in "projected" })])
  }

  /// Scores forecasters from rolling origins; persistence, the mean and the drift are always among them.
  ///
  /// - Parameters:
  ///   - count: origins.
  ///   - sampling: of models that are sampled.
  ///   - exposure: file of persons at risk, for those.
  /// - Throws: `Faults` of the file, of options that no model knows, or why a model that is sampled has no
  ///   draws at an origin.
  public static func backtest(
    _ request: FlowPanelRequest, models: [String], origins count: Int, sampling: SamplingRequest,
    exposure path: String?
  ) throws -> ResearchAnswer {
    var chosen = try models.map { try forecaster($0) }
    let isSampled = chosen.contains { $0 is HierarchicalFlows }
    let ((panel, exposure), read) = try seconds {
      (
        try request.panel(),
        try path.map { try FlowExposure(UserFile.flows($0), period: request.period) }
      )
    }
    if isSampled {
      let own = HierarchicalFlows(
        plan: try sampling.plan(), seed: sampling.seed ?? SamplingRequest.standardSeed,
        exposure: exposure)
      chosen = chosen.map { $0 is HierarchicalFlows ? own : $0 }
    } else {
      try ([GivenOption("--exposure", path)] + sampling.given).refuse(
        with: "--models \(models.joined(separator: ","))",
        for: "--models \(HierarchicalFlows().card.id)")
    }
    let last = panel.last - request.horizon
    let first = max(1, last - count + 1)
    guard last >= 1 else {
      throw Fault(
        .badData, "forecast.too-short",
        ["periods": "\(panel.periods.count)", "horizon": "\(request.horizon)"])
    }
    let (result, fit) = try seconds {
      try FlowBacktest(horizon: request.horizon, origins: Array(first...last))
        .run(chosen, on: panel)
    }
    func column(_ score: KeyPath<FlowOriginScores, Double>) -> [Double?] {
      result.lines.map { $0.mean(score) }
    }
    // Against persistence, the mean and the drift.
    let compared = FlowForecasterCatalogue.mandatory.map(\.card.id).map { other in
      let column =
        other == "persistence"
        ? "dm_p_value" : "dm_p_" + other.map { $0 == "-" ? "_" : String($0) }.joined()
      return Table.Column.real(
        column,
        result.lines.map {
          $0.forecaster == other
            ? nil : result.comparison(of: $0.forecaster, with: other)?.pValue
        })
    }
    let table = Table(
      "flow_backtest",
      [
        .text("model", result.lines.map(\.forecaster)),
        .integer("origins", result.lines.map(\.origins.count)),
        .integer("horizon", result.lines.map { _ in request.horizon }),
        .real("mae", column(\.meanAbsoluteError)), .real("rmse", column(\.rootMeanSquare)),
        .real("cpc", column(\.commonPart)), .real("srmse", column(\.standardisedRootMeanSquare)),
        .real("relative_bias", column(\.bias)),
        .real("ranked_probability", unit: "PS", column(\.rankedProbability)),
        .real("coverage_80", column(\.coverage80)), .real("coverage_95", column(\.coverage95)),
      ] + compared)
    let mandatory = Set(FlowForecasterCatalogue.mandatory.map(\.card.id))
    let unmixed = result.lines.flatMap { line in
      zip(result.periods, line.origins).filter { !$1.hasMixed }.map { "\(line.forecaster) \($0.0)" }
    }
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.backtest.summary",
        [
          "pairs": "\(panel.pairs.count)", "origins": "\(result.periods.count)",
          "horizon": "\(request.horizon)",
        ]
      )
    ]
    if isSampled, exposure == nil { notes.append(("flows.forecast.exposure_constant", [:])) }
    let bare = result.lines.filter { line in line.origins.contains { $0.coverage80.isNaN } }
    if !bare.isEmpty {
      notes.append(
        ("flows.backtest.bare", ["list": bare.map(\.forecaster).joined(separator: ", ")]))
    }
    if !unmixed.isEmpty {
      notes.append(("flows.backtest.unmixed", ["list": unmixed.joined(separator: ", ")]))
    }
    return ResearchAnswer(
      [table],
      figure: { language in
        let columns = ScoresFigure.scores.map { table.numbers($0) }
        return .scores(
          result.lines.indices.map { k in
            ForecasterScores(
              model: result.lines[k].forecaster,
              isMandatory: mandatory.contains(result.lines[k].forecaster),
              values: columns.map { $0[k] })
          }, horizon: request.horizon, origins: result.periods.count, source: request.file,
          language: language)
      },
      notes: notes,
      json: .members([
        ("schema", .integer(1)), ("scores", .array(rowObjects(table))),
        ("origins", .array(result.periods.map { .string($0) })),
        ("unmixed", .array(unmixed.map { .string($0) })),
        ("timing", .timing(read: read, fit: fit)),
      ]), isDoubtful: !unmixed.isEmpty)
  }
}
