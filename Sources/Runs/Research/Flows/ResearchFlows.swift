public import Demography
import Export
import FlowModels
import Formats

/// The one-shot flow commands: plain files in, a result out, no workspace.
public enum ResearchFlows {
  /// Families that `fit` knows, with their cards.
  public static var families: [Card] {
    FlowModelCatalogue.regressions.map(\.card) + FlowModelCatalogue.likelihoods.map(\.card)
  }

  /// All flow models with their cards.
  public static var models: [Card] { FlowModelCatalogue.all.map(\.card) }

  /// Fits an origin–destination regression to a delimited file.
  /// - Throws: `Faults` of the file, of the formula, or of the fit.
  public static func fit(_ request: FlowModelRequest) throws -> ResearchAnswer {
    if let model = FlowModelCatalogue.likelihood(named: request.family) {
      try request.requirePlain()
      return try fit(model, request)
    }
    try request.requireRegression()
    let fitted = try request.fitted()
    var notes = notes(fitted.fit)
    let few = try fewClusters(fitted.fit, &notes)
    return ResearchAnswer(
      [fitted.fit.coefficientTable(model: request.family)] + (few.map { [$0.table] } ?? []),
      notes: notes, json: json(fitted, few))
  }

  /// Inference that holds with few clusters, beside the clustered errors wherever fewer than thirty
  /// clusters stand behind them; where it cannot be had, a note says why.
  private static func fewClusters(
    _ fit: RegressionFit, _ notes: inout [(key: String, arguments: [String: String])]
  ) throws -> FewClusters? {
    do {
      guard let few = try fit.fewClusters() else { return nil }
      notes.append(
        (
          "flows.few_clusters",
          [
            "clusters": "\(few.clusters)", "column": few.column,
            "method": few.method.rawValue, "draws": "\(few.draws)",
          ]
        ))
      return few
    } catch let fault as Fault
      where ["fit.few-clusters-too-large", "fit.few-clusters-family"].contains(fault.code)
    {
      notes.append(("flows.few_clusters.none", ["code": fault.code]))
      return nil
    }
  }

  /// Groups of rows left out that are told one by one; JSON has them all.
  private static let mostNotes = 10

  static func notes(_ fit: RegressionFit) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.fit.summary",
        [
          "observations": "\(fit.observations)", "iterations": "\(fit.iterations)",
          "deviance": rounded(fit.deviance), "log_likelihood": rounded(fit.logLikelihood),
          "pseudo_r2": text((fit.pseudoR2 * 10_000).rounded() / 10_000),
        ]
      )
    ]
    notes.append(("flows.stop.\(fit.stopReason.rawValue)", [:]))
    notes += droppedNotes(fit.dropped)
    if !fit.collinear.isEmpty {
      notes.append(("flows.collinear", ["terms": fit.collinear.joined(separator: ", ")]))
    }
    if fit.isCovarianceRepaired { notes.append(("flows.covariance.repaired", [:])) }
    return notes
  }

  static func droppedNotes(
    _ all: [DroppedRows]
  ) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = []
    let dropped = all.filter { $0.count > 0 }
    for part in dropped.prefix(mostNotes) {
      notes.append(
        (
          "flows.dropped.\(part.reason.rawValue)",
          ["count": "\(part.count)", "detail": part.detail]
        ))
    }
    let rest = dropped.dropFirst(mostNotes)
    if !rest.isEmpty {
      notes.append(
        (
          "flows.dropped.further",
          ["count": "\(rest.reduce(0) { $0 + $1.count })", "groups": "\(rest.count)"]
        ))
    }
    return notes
  }

  /// To three places, as a person reads a likelihood; JSON has it in full.
  static func rounded(_ value: Double) -> String { text((value * 1000).rounded() / 1000) }

  static func coefficientObject(_ coefficient: Coefficient) -> JSON {
    .members([
      ("term", .string(coefficient.term)), ("estimate", .finite(coefficient.estimate)),
      ("std_error", .finite(coefficient.standardError)),
      ("statistic", .finite(coefficient.statistic)), ("p_value", .finite(coefficient.pValue)),
      ("conf_low", .finite(coefficient.confidenceLow)),
      ("conf_high", .finite(coefficient.confidenceHigh)),
    ])
  }

  static func droppedArray(_ dropped: [DroppedRows]) -> JSON {
    .array(
      dropped.map { part in
        .members([
          ("reason", .string(part.reason.rawValue)), ("count", .integer(part.count)),
          ("lines", .array(part.lines.map { .integer($0) })), ("detail", .string(part.detail)),
        ])
      })
  }

  private static func json(_ fitted: FittedRequest, _ few: FewClusters?) -> JSON {
    let fit = fitted.fit
    return .members([
      ("schema", .integer(1)),
      ("coefficients", .array(fit.coefficients.map { coefficientObject($0) })),
      ("few_clusters", few.map { .array(rowObjects($0.table)) } ?? .null),
      (
        "fit",
        .members([
          ("observations", .integer(fit.observations)),
          ("dropped", droppedArray(fit.dropped)),
          ("collinear", .array(fit.collinear.map { .string($0) })),
          ("log_likelihood", .finite(fit.logLikelihood)), ("deviance", .finite(fit.deviance)),
          ("aic", .finite(fit.aic)), ("bic", .finite(fit.bic)),
          ("iterations", .integer(fit.iterations)), ("sweeps", .integer(fit.sweeps)),
          ("converged", .bool(fit.converged)),
          ("stop_reason", .string(fit.stopReason.rawValue)),
        ])
      ),
      ("timing", .timing(read: fitted.readSeconds, fit: fitted.fitSeconds)),
    ])
  }

  /// Balances a seed matrix to row and column totals.
  /// - Returns: the balanced matrix in the form of the seed, wide or long, and lines about the fit.
  /// - Throws: `Faults` of the files, or what makes the margins infeasible.
  public static func balance(seed: String, rows: String, columns: String) throws -> ResearchAnswer {
    let (input, readSeconds) = try seconds {
      (
        try LabelledMatrix(grid: UserFile.grid(seed)),
        try LabelledMargin(grid: UserFile.grid(rows)),
        try LabelledMargin(grid: UserFile.grid(columns))
      )
    }
    let ((matrix, balanced), fitSeconds) = try seconds {
      try FlowModels.balance(seed: input.0, rows: input.1, columns: input.2)
    }
    let table = matrix.table(named: "flows")
    let json = JSON.members([
      ("schema", .integer(1)),
      (
        "flows",
        .array(
          matrix.values.indices.map { k in
            .members([
              ("orig", .string(matrix.origins[k % matrix.origins.count])),
              ("dest", .string(matrix.destinations[k / matrix.origins.count])),
              ("value", .finite(matrix.values[k])),
            ])
          })
      ),
      (
        "fit",
        .members([
          ("sweeps", .integer(balanced.sweeps)),
          ("max_relative_margin_error", .finite(balanced.maxRelativeMarginError)),
          ("cells", .integer(matrix.values.count)),
        ])
      ),
      ("timing", .timing(read: readSeconds, fit: fitSeconds)),
    ])
    return ResearchAnswer(
      [table],
      notes: [
        (
          "flows.balance.summary",
          [
            "cells": "\(matrix.values.count)", "sweeps": "\(balanced.sweeps)",
            "error": text(balanced.maxRelativeMarginError),
          ]
        )
      ], json: json)
  }
}
