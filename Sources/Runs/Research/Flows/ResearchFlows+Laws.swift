import Demography
import Export
import FlowModels

/// A law of opportunities as a command names it.
private enum NamedLaw {
  /// Its parameter is found by maximum likelihood.
  case fitted(OpportunityFit.Family)
  /// Without a parameter.
  case given(OpportunityLaw)

  static let all: [(name: String, law: NamedLaw)] = [
    ("schneider", .fitted(.schneider)), ("stouffer", .fitted(.stouffer)),
    ("radiation", .fitted(.extendedRadiation)), ("radiation-infinite", .given(.radiation)),
    ("radiation-finite", .given(.finiteRadiation)),
    ("population-weighted", .given(.populationWeighted)),
  ]

  init(_ name: String) throws {
    guard let found = Self.all.first(where: { $0.name == name }) else {
      throw ResearchFlows.unknown("--law", name, Self.all.map(\.name))
    }
    self = found.law
  }
}

extension ResearchFlows {
  /// Flows by a law of opportunities: its parameter found where it has one, its flows with the departures of
  /// every origin, or under the totals of a constraint.
  static func opportunities(
    _ name: String, _ request: PairModelRequest, _ pairs: PairTable, read: Double
  ) throws -> ResearchAnswer {
    let named = try NamedLaw(name)
    let constraint = try request.constraint.map { try self.constraint($0) }
    let table = try opportunityTable(request, pairs)
    let outflows = try table.outflows(of: pairs.flows)
    let ((fit, law), fitting) = try seconds { () -> (OpportunityFit?, OpportunityLaw) in
      switch named {
      case .given(let law): return (nil, law)
      case .fitted(let family):
        let fit = try OpportunityFit(family, table, flows: pairs.flows)
        return (fit, fit.law)
      }
    }
    let held = try constraint.map {
      try OpportunityFlows.constrained(law, table, $0, margins: margins(pairs, outflows))
    }
    let fitted =
      held?.values ?? fit?.fitted ?? OpportunityFlows.flows(law, table, outflows: outflows)
    let n = table.areas.count
    let off = pairs.flows.indices.filter { $0 % n != $0 / n }
    let (t, f) = (off.map { pairs.flows[$0] }, off.map { fitted[$0] })
    let scores = [
      ("cpc", FlowScores.commonPart(t, f)), ("ssi", FlowScores.sorensen(t, f)),
      ("srmse", FlowScores.standardisedRootMeanSquare(t, f)),
      ("r2", FlowScores.explainedVariance(t, f)),
    ]
    let shown = Table(
      "coefficients",
      [
        .text("model", [name]), .text("term", [law.card.id]),
        .real("estimate", [fit?.parameter]), .real("std_error", [fit?.standardError]),
      ])
    let factors = held.map {
      factorTable(table.areas, table.areas, $0.originFactors, $0.destinationFactors)
    }
    let cells =
      request.isFitted
      ? pairTable(table.areas, table.areas, off, observed: pairs.flows, fitted: fitted) : nil
    let stops = [fit?.stop, held?.stop].compactMap { $0 }
    let reasons = stops.isEmpty ? ["direct"] : stops.map(\.reason.rawValue)
    let tables = (cells.map { [$0] } ?? []) + [shown] + (factors.map { [$0] } ?? [])
    return ResearchAnswer(
      tables,
      notes: notes(fit, off.count, total: f.reduce(0, +), of: t.reduce(0, +), scores)
        + reasons.map { ("flows.stop.\($0)", [:]) },
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(shown))),
        ("balancing_factors", factors.map { .array(rowObjects($0)) } ?? .null),
        ("pairs", cells.map { .array(rowObjects($0)) } ?? .null),
        (
          "fit",
          .members(
            [
              ("observations", .integer(off.count)),
              ("log_likelihood", .finite(fit?.logLikelihood)),
              ("iterations", .integer(fit?.stop.iterations ?? held?.stop.iterations ?? 1)),
              ("stop", .string(reasons.joined(separator: ", "))),
            ] + scores.map { ($0.0, JSON.finite($0.1)) })
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  private static func opportunityTable(
    _ request: PairModelRequest, _ pairs: PairTable
  ) throws -> OpportunityTable {
    guard pairs.origins == pairs.destinations else {
      throw Fault(.badData, "flows.not-square", ["file": request.file])
    }
    guard let column = request.destinationMass else {
      throw Fault(
        .usage, "option.needed", ["option": "--destination-mass", "method": "--law"])
    }
    return try OpportunityTable(
      areas: pairs.origins, masses: try pairs.ofDestinations(column),
      distances: try pairs.values(request.cost), ties: .half)
  }

  /// The totals of the flows between different areas.
  private static func margins(_ pairs: PairTable, _ outflows: [Double]) -> InteractionMargins {
    let n = pairs.origins.count
    let inflows = (0..<n).map { j in
      (0..<n).filter { $0 != j }.reduce(0.0) { $0 + pairs.flows[j * n + $1] }
    }
    return InteractionMargins(
      origins: outflows, destinations: inflows, total: outflows.reduce(0, +))
  }

  private static func notes(
    _ fit: OpportunityFit?, _ count: Int, total: Double, of observed: Double,
    _ scores: [(String, Double)]
  ) -> [(key: String, arguments: [String: String])] {
    let share = [
      "share": text((1000 * total / observed).rounded() / 10), "cpc": rounded(scores[0].1),
      "srmse": rounded(scores[2].1), "observations": "\(count)",
    ]
    guard let fit else { return [("flows.fit.law", share)] }
    return [
      (
        "flows.fit.opportunities",
        [
          "observations": "\(count)", "log_likelihood": rounded(fit.logLikelihood),
          "cpc": rounded(scores[0].1),
        ]
      )
    ]
  }
}
