import Demography
import Export
import FlowModels
import Kernel

extension ResearchFlows {
  /// A forecast by joint draws: the pairs with their intervals, then what enters and leaves every area.
  static func hierarchicalForecast(
    _ request: FlowPanelRequest, sampling: SamplingRequest, exposure path: String?,
    files: FlowDrawFiles
  ) throws -> ResearchAnswer {
    try files.refuse(reading: [request.file, path])
    let plan = try sampling.plan()
    let ((panel, exposure), read) = try seconds {
      (
        try request.panel(),
        try path.map { try FlowExposure(UserFile.flows($0), period: request.period) }
      )
    }
    try files.check(panel, periods: request.horizon)
    let model = HierarchicalFlows(
      plan: plan, trajectories: files.trajectories ?? FlowDrawFiles.standardTrajectories,
      seed: sampling.seed ?? SamplingRequest.standardSeed, exposure: exposure)
    // Files hold every period on the way, the forecast the last one.
    let first = files.areAsked ? 1 : request.horizon
    let (paths, fit) = try seconds {
      try model.sample(after: panel, horizons: first...request.horizon)
    }
    let draws = paths[paths.count - 1]
    let written = try files.write(paths, after: panel, exposure: exposure)
    let id = model.card.id
    let forecast = FlowForecast(id, horizon: request.horizon, draws: draws)
    let beside = FlowForecasterCatalogue.mandatory
    let others = try beside.map { try FlowForecast($0, panel, horizon: request.horizon).medians }
    let table = forecastTable(
      request, panel, forecast, beside: Array(zip(beside.map(\.card.id), others)))
    let areas = areaTable(panel, draws)
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.forecast.draws",
        [
          "model": id, "last": panel.periods[panel.last], "horizon": "\(request.horizon)",
          "draws": "\(draws.count)",
        ]
      ), draws.report.note,
    ]
    if exposure == nil { notes.append(("flows.forecast.exposure_constant", [:])) }
    notes += written
    return ResearchAnswer(
      [table, areas], notes: notes,
      json: .members([
        ("schema", .integer(1)), ("model", .string(id)),
        ("last_period", .string(panel.periods[panel.last])), ("horizon", .integer(request.horizon)),
        ("constants", .members(draws.constants.map { ($0.name, .finite($0.value)) })),
        ("convergence", draws.report.json), ("flows", .array(rowObjects(table))),
        ("areas", .array(rowObjects(areas))), ("timing", .timing(read: read, fit: fit)),
      ]), isDoubtful: !draws.report.hasMixed)
  }

  /// Medians and 95 per cent intervals of arrivals, departures and their difference.
  private static func areaTable(_ panel: FlowPanel, _ draws: FlowDraws) -> Table {
    let sides = panel.areas.indices.map { area in
      let (arrivals, departures) = draws.totals(area: area)
      let nets = zip(arrivals, departures).map { $0 - $1 }
      return [arrivals, departures, nets].map { Statistics.quantiles($0, [0.025, 0.5, 0.975]) }
    }
    func column(_ name: String, _ side: Int, _ level: Int) -> Table.Column {
      .real(name, unit: "PS", sides.map { $0[side][level] })
    }
    return Table(
      "flow_forecast_areas",
      [
        .text("area", panel.areas),
        column("arrivals", 0, 1), column("arrivals_lower_95", 0, 0),
        column("arrivals_upper_95", 0, 2), column("departures", 1, 1),
        column("departures_lower_95", 1, 0), column("departures_upper_95", 1, 2),
        column("net", 2, 1), column("net_lower_95", 2, 0), column("net_upper_95", 2, 2),
        .text("kind", panel.areas.map { _ in "projected" }),
      ])
  }
}
