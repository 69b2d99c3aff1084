import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// Balances a seed matrix to row and column totals.
  /// - Returns: the balanced matrix in the form of the seed, wide or long, and lines about the fit.
  /// - Throws: `Faults` of the files, or what makes the margins infeasible.
  /// - Parameters:
  ///   - tolerance: largest error of a total, relative to it.
  ///   - bounds: file of lower and upper bounds of cells.
  ///   - isRounded: whether the balanced table is made whole, every total kept to its floor or ceiling.
  public static func balance(
    seed: String, rows: String, columns: String, bounds: String?, tolerance: Double, isRounded: Bool
  ) throws -> ResearchAnswer {
    guard tolerance > 0, tolerance < 1 else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--tolerance", "value": text(tolerance), "form": "1e-9, 1e-11"])
    }
    let (input, readSeconds) = try seconds {
      (
        try LabelledMatrix(grid: UserFile.grid(seed)),
        try LabelledMargin(grid: UserFile.grid(rows)),
        try LabelledMargin(grid: UserFile.grid(columns)),
        try bounds.map { try LabelledBounds(grid: UserFile.grid($0)) }
      )
    }
    guard !isRounded || input.3?.areWhole ?? true else {
      throw Fault(.usage, "flows.bounds-round", ["file": bounds ?? ""])
    }
    let ((found, balanced), fitSeconds) = try seconds {
      try FlowModels.balance(
        seed: input.0, rows: input.1, columns: input.2, bounds: input.3, tolerance: tolerance)
    }
    let matrix = isRounded ? found.rounded() : found
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
      figure: {
        .balance(
          before: try input.0.drawn, after: try matrix.drawn, source: seed, language: $0)
      },
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
