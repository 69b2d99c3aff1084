import Demography
import Export
import FlowModels
import Kernel

extension ResearchFlows {
  /// True flows behind two reports of each, then the parameters of the model.
  static func fromReports(_ request: FlowEstimateRequest) throws -> ResearchAnswer {
    guard let path = request.reports else {
      throw Fault(.usage, "option.needed", ["option": "--reports", "method": request.method])
    }
    let plan = try request.sampling.plan()
    let (reports, read) = try seconds {
      var columns = DoubleReportColumns(
        covariates: request.covariates, reference: Set(request.reference))
      if let durations = request.durations {
        columns.durations = try DurationFactors(grid: UserFile.grid(durations))
      }
      return try DoubleReports(UserFile.flows(path), columns)
    }
    let (posterior, fit) = try seconds {
      try DoubleReportModel(reports).sample(
        plan, key: StreamKey(seed: request.randomSeed ?? 1, stream: "flows.reports"),
        targetAcceptance: 0.9)
    }
    let summaries = posterior.draws.summaries
    let report = SamplingReport(
      summaries, chains: plan.chains, draws: plan.draws, divergences: [posterior.divergences],
      saturated: posterior.saturated)
    let flows = flowTable(reports, Array(summaries.dropFirst(posterior.parameterCount)))
    let parameters = parameterTable(Array(summaries.prefix(posterior.parameterCount)))
    let cells = reports.corridors.count * reports.periods.count
    let stays = stayTable(reports)
    let imputed = reports.reportCounts.count { $0 == 0 }
    return ResearchAnswer(
      [flows, parameters, stays],
      notes: [
        (
          "flows.estimate.reports",
          [
            "count": "\(reports.reports.count)", "cells": "\(cells)",
            "corridors": "\(reports.corridors.count)", "imputed": "\(imputed)",
            "source": reports.durations.source,
          ]
        ), ("flows.stop.sampled", ["chains": "\(plan.chains)", "draws": "\(plan.draws)"]),
        report.note,
      ],
      json: .members([
        ("schema", .integer(1)), ("method", .string(request.method)),
        ("duration_source", .string(reports.durations.source)), ("convergence", report.json),
        ("flows", .array(rowObjects(flows))), ("parameters", .array(rowObjects(parameters))),
        ("durations", .array(rowObjects(stays))),
        ("timing", .timing(read: read, fit: fit)),
      ]), isDoubtful: !report.hasMixed)
  }

  private static func flowTable(_ reports: DoubleReports, _ flows: [PosteriorSummary]) -> Table {
    let corridors = flows.indices.map { reports.corridors[$0 % reports.corridors.count] }
    func quantile(_ level: Int) -> [Double?] { flows.map { $0.quantiles[level] } }
    return Table(
      "flows",
      [
        .text("origin", corridors.map(\.origin)),
        .text("destination", corridors.map(\.destination)),
        .text("period", flows.indices.map { reports.periods[$0 / reports.corridors.count] }),
        .real("value", unit: "PS", quantile(2)), .real("mean", unit: "PS", flows.map(\.mean)),
        .real("lower_95", quantile(0)), .real("lower_80", quantile(1)),
        .real("upper_80", quantile(3)), .real("upper_95", quantile(4)),
        .integer("reports", reports.reportCounts),
        .text("kind", flows.map { _ in "modelled" }),
      ])
  }

  /// By which factors counts by other criteria of stay were brought to twelve months.
  private static func stayTable(_ reports: DoubleReports) -> Table {
    let counts = reports.durationCounts
    return Table(
      "durations",
      [
        .text("criterion", counts.map(\.criterion.rawValue)),
        .integer("reports", counts.map(\.reports)), .real("factor", counts.map(\.factor)),
      ])
  }

  private static func parameterTable(_ parameters: [PosteriorSummary]) -> Table {
    Table(
      "flow_report_parameters",
      [
        .text("parameter", parameters.map(\.name)), .real("mean", parameters.map(\.mean)),
        .real("deviation", parameters.map(\.standardDeviation)),
        .real("lower_95", parameters.map { $0.quantiles[0] }),
        .real("upper_95", parameters.map { $0.quantiles[4] }),
        .real("r_hat", parameters.map(\.rHat)),
        .real("effective_bulk", parameters.map(\.bulkEffectiveCount)),
        .real("effective_tail", parameters.map(\.tailEffectiveCount)),
      ])
  }
}
