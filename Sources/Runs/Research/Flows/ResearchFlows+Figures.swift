import Demography
import Export
import FlowModels

extension LabelledMatrix {
  /// The table as figures draw it.
  /// - Throws: `chart.too-many` for more cells than a picture shows.
  var drawn: PairsMatrix {
    get throws {
      guard values.count <= PairsMatrix.limit else {
        throw Fault(
          .usage, "chart.too-many",
          ["found": "\(origins.count) × \(destinations.count)", "limit": "\(PairsMatrix.limit)"])
      }
      return PairsMatrix(origins: origins, destinations: destinations, values: values)
    }
  }
}

extension ResearchFlows {
  /// Kinds of figures of a table of flows.
  public static let figures = ["heatmap", "chord"]

  /// A table of flows as a heat map or a chord diagram.
  ///
  /// - Parameters:
  ///   - least: areas with less departures and arrivals together are joined into one.
  ///   - name: of the joined areas.
  public static func chart(
    flows: String, kind: String, least: Double?, name: String
  ) throws -> ResearchAnswer {
    guard figures.contains(kind) else {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--kind", "value": kind, "known": figures.joined(separator: ", ")])
    }
    var matrix = try LabelledMatrix(grid: UserFile.grid(flows))
    if let least { matrix = try matrix.lumped(below: least, into: name) }
    let areas = matrix.origins + matrix.destinations.filter { !matrix.origins.contains($0) }
    guard kind == "chord" else {
      let drawn = try matrix.drawn
      return ResearchAnswer(
        [matrix.tidy(named: "flows")],
        figure: { .heatMap(drawn, source: flows, language: $0) }, json: .null)
    }
    guard areas.count <= FlowFigure.largestChord else {
      throw Fault(
        .usage, "chart.too-many",
        ["found": "\(areas.count)", "limit": "\(FlowFigure.largestChord)"])
    }
    let square = try matrix.expanded(to: areas, fill: 0).drawn
    return ResearchAnswer(
      [matrix.tidy(named: "flows")],
      figure: { .chord(square, source: flows, language: $0) }, json: .null)
  }

  /// Rows of a fit as its figure draws them, named by their fixed effects, or else by their line.
  static func points(of fit: any FlowFit, formula: String) throws -> FitPoints {
    let (lines, response) = fit.sample
    let labels = fit.labels
    let names = fit.rows.indices.map { k in
      let parts = labels.compactMap { column -> String? in
        guard case .text(let values) = column.values else { return nil }
        return values[k]
      }
      return parts.isEmpty ? "\(lines[k])" : parts.joined(separator: " → ")
    }
    return FitPoints(
      names: names, observed: response, fitted: fit.fitted,
      residuals: try fit.residuals(.pearson, seed: 0),
      bins: fit.countBins()?.bins.map {
        .init(lower: $0.lower, upper: $0.upper, observed: $0.observed, expected: $0.expected)
      }, formula: formula, family: fit.model)
  }

  /// The largest pairs of a panel with their forecasts for every period up to the horizon.
  static func fans(
    _ panel: FlowPanel, _ model: any FlowForecaster, beside: [any FlowForecaster], horizon: Int
  ) throws -> [PairForecast] {
    let last = panel.flows(in: panel.last)
    let largest = panel.pairs.indices.filter { !last[$0].isNaN }
      .sorted { (last[$0], $1) > (last[$1], $0) }.prefix(9)
    let ahead = try (1...horizon).map { h in
      try ([model] + beside).map { try FlowForecast($0, panel, horizon: h) }
    }
    let names = following(panel.periods, horizon)
    return largest.map { pair in
      let ends = panel.pairs[pair]
      return PairForecast(
        name: "\(panel.areas[ends.origin]) → \(panel.areas[ends.destination])",
        history: panel.periods.indices.map { (panel.periods[$0], panel.flows(in: $0)[pair]) },
        steps: ahead.indices.map { h in
          PairForecast.Step(
            period: names[h], median: ahead[h][0].medians[pair],
            interval80: ahead[h][0].interval(pair: pair, coverage: 0.8),
            interval95: ahead[h][0].interval(pair: pair, coverage: 0.95),
            beside: ahead[h].dropFirst().map { $0.medians[pair] })
        })
    }
  }

  /// Names of the periods after the last: years go on in their step, others are counted.
  private static func following(_ periods: [String], _ horizon: Int) -> [String] {
    if let last = periods.last.flatMap({ Int($0) }),
      let before = periods.dropLast().last.flatMap({ Int($0) })
    {
      return (1...horizon).map { "\(last + $0 * (last - before))" }
    }
    return (1...horizon).map { "+\($0)" }
  }
}
