public import Demography

extension FlowDraws {
  /// One row for each draw, period and pair with a forecast: `draw` from 1, `origin`, `destination`,
  /// `period` (empty where periods are no whole numbers), `horizon`, `value` in whole persons, `kind`.
  ///
  /// Draw k of all periods is one path of the system of flows.
  /// - Parameters:
  ///   - paths: one entry for each period, from `first` periods after the last.
  ///   - panel: that they continue.
  public static func table(_ paths: [FlowDraws], after panel: FlowPanel, from first: Int) -> Table {
    let known = panel.pairs.indices.filter { paths[0].quantiles(pair: $0, [0.5]) != nil }
    let values = paths.map { draws in known.map { draws.flows(pair: $0) } }
    let count = paths[0].count
    let rows = count * paths.count * known.count
    var draw: [Int?] = [], horizon: [Int?] = [], value: [Double?] = []
    var origin: [String?] = [], destination: [String?] = [], period: [String?] = []
    draw.reserveCapacity(rows)
    for k in 0..<count {
      for h in paths.indices {
        let name = panel.period(after: first + h)
        for (place, pair) in known.enumerated() {
          draw.append(k + 1)
          origin.append(panel.areas[panel.pairs[pair].origin])
          destination.append(panel.areas[panel.pairs[pair].destination])
          period.append(name)
          horizon.append(first + h)
          value.append(values[h][place][k])
        }
      }
    }
    return Table(
      "flow_draws",
      [
        .integer("draw", draw), .text("origin", origin), .text("destination", destination),
        .text("period", period), .integer("horizon", horizon), .real("value", unit: "PS", value),
        .text("kind", [String?](repeating: "simulated", count: value.count)),
      ])
  }

  /// Departures of every area per person at risk, as a baseline follows them by `uncertainty: paths`:
  /// `unique_id`, `ds`, `draw`, `y`, those observed before without a draw.
  ///
  /// Without exposures, which then stay what they are, departures in persons. Areas with a forecast.
  /// - Returns: `nil` where the periods have no years to follow.
  public static func departurePaths(
    _ paths: [FlowDraws], after panel: FlowPanel, from first: Int, exposure: FlowExposure?
  ) -> Table? {
    let series = panel.areas.indices.compactMap { area -> PathSeries? in
      let own = panel.pairs.indices.filter { panel.pairs[$0].origin == area }
      guard !own.isEmpty, own.allSatisfy({ paths[0].quantiles(pair: $0, [0.5]) != nil }) else {
        return nil
      }
      return (
        panel.areas[area], area,
        panel.periods.indices.map { t in
          own.reduce(0) { $0 + panel.flows(in: t)[$1] }
        }, paths.map { $0.totals(area: area).departures }
      )
    }
    return table(series, paths, after: panel, from: first, exposure: exposure)
  }

  /// The same of every pair with a forecast, under `origin>destination`: flows per person at risk in the origin.
  /// - Returns: `nil` where the periods have no years to follow.
  public static func pairPaths(
    _ paths: [FlowDraws], after panel: FlowPanel, from first: Int, exposure: FlowExposure?
  ) -> Table? {
    let series = panel.pairs.indices.compactMap { pair -> PathSeries? in
      guard paths[0].quantiles(pair: pair, [0.5]) != nil else { return nil }
      let ends = panel.pairs[pair]
      return (
        panel.areas[ends.origin] + ">" + panel.areas[ends.destination], ends.origin,
        panel.periods.indices.map { panel.flows(in: $0)[pair] },
        paths.map { $0.flows(pair: pair) }
      )
    }
    return table(series, paths, after: panel, from: first, exposure: exposure)
  }

  /// Pairs with a forecast that begin from nothing: nobody moved in the last period.
  public static func fromNothing(_ paths: [FlowDraws], after panel: FlowPanel) -> [String] {
    panel.pairs.indices.filter { pair in
      panel.flows(in: panel.last)[pair] == 0
        && paths.contains { $0.flows(pair: pair).contains { $0 > 0 } }
    }.map { panel.areas[panel.pairs[$0].origin] + ">" + panel.areas[panel.pairs[$0].destination] }
  }

  /// A series of paths: its name, the area at risk, what was seen by period, the draws of every period ahead.
  private typealias PathSeries = (id: String, area: Int, seen: [Double], draws: [[Double]])

  private static func table(
    _ series: [PathSeries], _ paths: [FlowDraws], after panel: FlowPanel, from first: Int,
    exposure: FlowExposure?
  ) -> Table? {
    let names = paths.indices.compactMap { panel.period(after: first + $0) }
    guard names.count == paths.count else { return nil }
    var rows: [(id: String, period: String, draw: Int?, value: Double)] = []
    for (id, area, seen, draws) in series {
      func rate(_ persons: Double, _ period: String) -> Double {
        persons / (exposure.map { $0[panel.areas[area], period] ?? .nan } ?? 1)
      }
      for (period, persons) in zip(panel.periods, seen) {
        let seen = rate(persons, period)
        if !seen.isNaN { rows.append((id, period, nil, seen)) }
      }
      for k in 0..<paths[0].count {
        for h in paths.indices { rows.append((id, names[h], k + 1, rate(draws[h][k], names[h]))) }
      }
    }
    return Table(
      "paths",
      [
        .text("unique_id", rows.map(\.id)), .text("ds", rows.map(\.period)),
        .integer("draw", rows.map(\.draw)), .real("y", rows.map(\.value)),
      ])
  }
}
