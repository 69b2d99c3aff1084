import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Flows after changes, under every closure asked for, beside those of the fit.
  ///
  /// Intervals come from draws of the coefficients about their estimates, each through the closure: they
  /// hold what the fit does not know of the answer to the changes, not the scatter of single flows.
  public static func scenario(_ request: FlowScenarioRequest) throws -> ResearchAnswer {
    let closures = try request.chosenClosures()
    _ = try coverage(request.level)
    let (fitted, fitting) = try seconds { try fittedBaseline(request) }
    let baseline = fitted.baseline
    let scenario = try FlowScenario(baseline, shocks: request.shocks(on: baseline))
    let (parts, drawing) = try seconds {
      try closures.map { try ScenarioTables(scenario, $0, request) }
    }
    var tables = [ScenarioTables.pairs(parts), ScenarioTables.areas(parts)]
    if scenario.shocks.count > 1 { tables.append(ScenarioTables.shocks(parts)) }
    let summary: (key: String, arguments: [String: String]) = (
      "flows.scenario.intervals",
      [
        "draws": "\(request.draws)", "level": text(request.level),
        "coefficients": baseline.terms.joined(separator: ", "),
      ]
    )
    var json: [(String, JSON)] = [("schema", .integer(1)), ("level", .finite(request.level))]
    for table in tables { json.append((table.name, .array(rowObjects(table)))) }
    json.append(("timing", .timing(read: fitting, fit: drawing)))
    return ResearchAnswer(tables, notes: fitted.notes + [summary], json: .members(json))
  }

  private static func fittedBaseline(
    _ request: FlowScenarioRequest
  ) throws -> (baseline: ScenarioBaseline, notes: [(key: String, arguments: [String: String])]) {
    switch request.model {
    case .regression(let model):
      let fitted = try model.fitted()
      return (
        try ScenarioBaseline(
          fitted.fit, data: fitted.data, origin: request.origin,
          destination: request.destination), notes(fitted.fit)
      )
    case .interaction(let model):
      let fit = try interactionFit(model, model.pairs())
      return (try ScenarioBaseline(fit), notes(fit))
    }
  }
}

/// One closure of a scenario as rows of tables.
struct ScenarioTables {
  private let closure: String
  private let baseline: ScenarioBaseline
  private let flows: [Double]
  private let draws: ScenarioDraws
  private let contributions: [FlowScenario.Contribution]
  private let coverage: Double

  init(
    _ scenario: FlowScenario, _ closure: ScenarioClosure, _ request: FlowScenarioRequest
  ) throws {
    self.closure = closure.rawValue
    baseline = scenario.baseline
    draws = try scenario.draws(closure, count: request.draws, seed: request.seed)
    flows = try scenario.flows(closure)
    contributions = scenario.shocks.count > 1 ? try scenario.contributions(closure) : []
    coverage = request.level / 100
  }

  /// One figure before and after, with the interval of the difference.
  private struct Row {
    let closure: String
    let names: [String]
    let before: Double
    let after: Double
    let lower: Double
    let upper: Double

    /// Totals that a closure holds come back to rounding, so a difference below 1e-9 of what it is of
    /// is none.
    init(
      closure: String, names: [String], before: Double, after: Double,
      interval: (lower: Double, upper: Double), size: Double
    ) {
      func settled(_ value: Double) -> Double {
        ScenarioTables.settled(value - before, of: size) + before
      }
      self.closure = closure
      self.names = names
      self.before = before
      self.after = settled(after)
      lower = ScenarioTables.settled(interval.lower - before, of: size)
      upper = ScenarioTables.settled(interval.upper - before, of: size)
    }
  }

  private static func settled(_ difference: Double, of size: Double) -> Double {
    abs(difference) <= 1e-9 * size ? 0 : difference
  }

  /// Every pair with a flow, origin by origin.
  private var pairRows: [Row] {
    let n = baseline.origins.count
    let interval = draws.interval(coverage: coverage)
    let cells = flows.indices.filter { baseline.flows[$0] > 0 || flows[$0] > 0 }
      .sorted { ($0 % n, $0 / n) < ($1 % n, $1 / n) }
    return cells.map { cell in
      let before = baseline.flows[cell]
      return Row(
        closure: closure, names: [baseline.origins[cell % n], baseline.destinations[cell / n]],
        before: before, after: flows[cell],
        interval: (interval.lower[cell], interval.upper[cell]), size: before)
    }
  }

  /// Departures, arrivals and net of every area, and the total; moves within an area left out.
  private var areaRows: [Row] {
    let areas = Array(Set(baseline.origins).union(baseline.destinations)).sorted()
    var figures: [(area: String, measure: String, weights: [(cell: Int, weight: Double)])] = []
    for area in areas {
      let own: Set<String> = [area]
      figures.append((area, "departures", weights(leaving: own, entering: [], isNet: false)))
      figures.append((area, "arrivals", weights(leaving: [], entering: own, isNet: false)))
      figures.append((area, "net", weights(leaving: own, entering: own, isNet: true)))
    }
    let all = weights(leaving: Set(baseline.origins), entering: [], isNet: false)
    figures.append(("", "total", all))
    return figures.map { area, measure, weights in
      func figure(_ table: [Double]) -> Double {
        weights.reduce(0) { $0 + $1.weight * table[$1.cell] }
      }
      let before = figure(baseline.flows)
      let size = weights.reduce(0) { $0 + abs($1.weight) * baseline.flows[$1.cell] }
      let ends = draws.interval(coverage: coverage, of: figure)
      return Row(
        closure: closure, names: [area, measure], before: before, after: figure(flows),
        interval: ends, size: size)
    }
  }

  /// Cells that a figure adds up, with their signs.
  private func weights(
    leaving: Set<String>, entering: Set<String>, isNet: Bool
  ) -> [(cell: Int, weight: Double)] {
    let n = baseline.origins.count
    return baseline.flows.indices.compactMap { cell in
      let (from, to) = (baseline.origins[cell % n], baseline.destinations[cell / n])
      guard from != to else { return nil }
      if entering.contains(to) { return (cell, 1) }
      return leaving.contains(from) ? (cell, isNet ? -1 : 1) : nil
    }
  }

  private static func table(_ name: String, _ names: [String], _ rows: [Row]) -> Table {
    Table(
      name,
      [.text("closure", rows.map(\.closure))]
        + names.indices.map { k in .text(names[k], rows.map { $0.names[k] }) }
        + [
          .real("baseline", unit: "PS", rows.map(\.before)),
          .real("scenario", unit: "PS", rows.map(\.after)),
          .real("difference", unit: "PS", rows.map { $0.after - $0.before }),
          .real("lower", unit: "PS", rows.map(\.lower)),
          .real("upper", unit: "PS", rows.map(\.upper)),
          .real(
            "relative", rows.map { $0.before == 0 ? nil : $0.after / $0.before - 1 }),
        ])
  }

  static func pairs(_ parts: [ScenarioTables]) -> Table {
    table("pairs", ["origin", "destination"], parts.flatMap(\.pairRows))
  }

  static func areas(_ parts: [ScenarioTables]) -> Table {
    table("areas", ["area", "measure"], parts.flatMap(\.areaRows))
  }

  /// What each change does alone to the arrivals of every destination, and what only all together do.
  static func shocks(_ parts: [ScenarioTables]) -> Table {
    let rows = parts.flatMap { part in
      part.contributions.flatMap { contribution in
        part.baseline.destinations.indices.map { j in
          let n = part.baseline.origins.count
          let cells = (0..<n).filter { part.baseline.origins[$0] != part.baseline.destinations[j] }
          let size = cells.reduce(0) { $0 + part.baseline.flows[j * n + $1] }
          let change = cells.reduce(0) { $0 + contribution.change[j * n + $1] }
          return (
            part.closure, contribution.shock ?? "together", part.baseline.destinations[j],
            settled(change, of: size)
          )
        }
      }
    }
    return Table(
      "changes",
      [
        .text("closure", rows.map(\.0)), .text("change", rows.map(\.1)),
        .text("area", rows.map(\.2)), .real("arrivals", unit: "PS", rows.map(\.3)),
      ])
  }
}
