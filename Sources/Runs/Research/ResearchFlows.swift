public import Demography
import Export
import FlowModels
import Formats

/// The one-shot flow commands: plain files in, a result out, no workspace.
public enum ResearchFlows {
  /// What `agyn flows fit` is asked for.
  public struct FitRequest: Sendable {
    public var file: String
    public var formula: String
    public var family: String
    public var covariance: String
    public var smallSample: String
    public var filter: String?
    /// Coverage of the confidence intervals, per cent.
    public var level: Double

    public init(
      file: String, formula: String, family: String, covariance: String, smallSample: String,
      filter: String?, level: Double
    ) {
      self.file = file
      self.formula = formula
      self.family = family
      self.covariance = covariance
      self.smallSample = smallSample
      self.filter = filter
      self.level = level
    }
  }

  /// A result for people (a table and lines about it) and for programs (JSON).
  public struct Answer: Sendable {
    public let table: Table
    /// Keys of the language files with their arguments.
    public let notes: [(key: String, arguments: [String: String])]
    public let json: String
  }

  /// Families that `fit` knows, with their cards.
  public static var families: [Card] { FlowModelCatalogue.regressions.map(\.card) }

  /// All flow models with their cards.
  public static var models: [Card] { FlowModelCatalogue.all.map(\.card) }

  /// Fits an origin–destination regression to a delimited file.
  /// - Throws: `Faults` of the file, of the formula, or of the fit.
  public static func fit(_ request: FitRequest) throws -> Answer {
    guard let regression = FlowModelCatalogue.regression(named: request.family) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": "--family", "value": request.family,
          "known": families.map(\.id).joined(separator: ", "),
        ])
    }
    guard let smallSample = SmallSample(rawValue: request.smallSample) else {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--ssc", "value": request.smallSample, "known": "fixest, stata, none"])
    }
    guard (1...99.9).contains(request.level) else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--level", "value": text(request.level), "form": "90, 95, 99"])
    }
    let formula = try Formula.parse(request.formula)
    let options = RegressionOptions(
      covariance: try Covariance.parse(request.covariance), smallSample: smallSample,
      level: request.level / 100)
    let (data, readSeconds) = try seconds {
      let data = try FlowData(grid: UserFile.grid(request.file))
      guard let filter = request.filter else { return data }
      return try data.filtered(by: RowFilter.parse(filter))
    }
    let (fit, fitSeconds) = try seconds { try regression.fit(formula, data, options) }
    return Answer(
      table: fit.coefficientTable(model: request.family), notes: notes(fit),
      json: json(fit, read: readSeconds, fit: fitSeconds).text(isPretty: true))
  }

  private static func notes(_ fit: RegressionFit) -> [(key: String, arguments: [String: String])] {
    var notes: [(key: String, arguments: [String: String])] = [
      (
        "flows.fit.summary",
        [
          "observations": "\(fit.observations)", "iterations": "\(fit.iterations)",
          "deviance": text(fit.deviance), "log_likelihood": text(fit.logLikelihood),
          "pseudo_r2": text((fit.pseudoR2 * 10_000).rounded() / 10_000),
        ]
      )
    ]
    for dropped in fit.dropped where dropped.count > 0 {
      notes.append(
        (
          "flows.dropped.\(dropped.reason.rawValue)",
          ["count": "\(dropped.count)", "detail": dropped.detail]
        ))
    }
    if !fit.collinear.isEmpty {
      notes.append(("flows.collinear", ["terms": fit.collinear.joined(separator: ", ")]))
    }
    if fit.isCovarianceRepaired { notes.append(("flows.covariance.repaired", [:])) }
    return notes
  }

  private static func json(_ fit: RegressionFit, read: Double, fit fitSeconds: Double) -> JSON {
    .members([
      ("schema", .integer(1)),
      (
        "coefficients",
        .array(
          fit.coefficients.map { coefficient in
            .members([
              ("term", .string(coefficient.term)), ("estimate", .finite(coefficient.estimate)),
              ("std_error", .finite(coefficient.standardError)),
              ("statistic", .finite(coefficient.statistic)),
              ("p_value", .finite(coefficient.pValue)),
              ("conf_low", .finite(coefficient.confidenceLow)),
              ("conf_high", .finite(coefficient.confidenceHigh)),
            ])
          })
      ),
      (
        "fit",
        .members([
          ("observations", .integer(fit.observations)),
          (
            "dropped",
            .array(
              fit.dropped.map { dropped in
                .members([
                  ("reason", .string(dropped.reason.rawValue)), ("count", .integer(dropped.count)),
                  ("lines", .array(dropped.lines.map { .integer($0) })),
                  ("detail", .string(dropped.detail)),
                ])
              })
          ),
          ("collinear", .array(fit.collinear.map { .string($0) })),
          ("log_likelihood", .finite(fit.logLikelihood)), ("deviance", .finite(fit.deviance)),
          ("aic", .finite(fit.aic)), ("bic", .finite(fit.bic)),
          ("iterations", .integer(fit.iterations)), ("converged", .bool(fit.converged)),
        ])
      ),
      (
        "timing",
        .members([("read_seconds", .finite(read)), ("fit_seconds", .finite(fitSeconds))])
      ),
    ])
  }

  /// Balances a seed matrix to row and column totals.
  /// - Returns: the balanced matrix in the form of the seed, wide or long, and lines about the fit.
  /// - Throws: `Faults` of the files, or what makes the margins infeasible.
  public static func balance(seed: String, rows: String, columns: String) throws -> Answer {
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
      (
        "timing",
        .members([("read_seconds", .finite(readSeconds)), ("fit_seconds", .finite(fitSeconds))])
      ),
    ])
    return Answer(
      table: table,
      notes: [
        (
          "flows.balance.summary",
          [
            "cells": "\(matrix.values.count)", "sweeps": "\(balanced.sweeps)",
            "error": text(balanced.maxRelativeMarginError),
          ]
        )
      ], json: json.text(isPretty: true))
  }
}

extension JSON {
  /// A number; null where it is not finite, because JSON has no other way to say so.
  static func finite(_ number: Double) -> JSON { number.isFinite ? .number(number) : .null }

  /// An object of these names and values, in this order.
  static func members(_ members: [(String, JSON)]) -> JSON {
    .object(members.map { Member($0.0, $0.1) })
  }
}
