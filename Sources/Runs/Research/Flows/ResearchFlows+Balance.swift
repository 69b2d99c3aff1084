import Demography
import Export
import FlowModels

/// What `agyn flows balance` is asked for.
public struct FlowBalanceRequest: Sendable {
  public var seed: String
  /// Files of the totals of origins and of destinations.
  public var rows: String?
  public var columns: String?
  /// Files of totals of any axes, blocks or stripes, in place of both.
  public var margins: [String]
  /// File of the levels that make up a block, for `margins`.
  public var groups: String?
  /// File of lower and upper bounds of cells.
  public var bounds: String?
  /// Largest error of a total, relative to it; with `margins`, to the whole table.
  public var tolerance: Double
  /// Whether the balanced table is made whole, every total kept to its floor or ceiling.
  public var isRounded: Bool

  public init(
    seed: String, rows: String?, columns: String?, margins: [String], groups: String?,
    bounds: String?, tolerance: Double, isRounded: Bool
  ) {
    self.seed = seed
    self.rows = rows
    self.columns = columns
    self.margins = margins
    self.groups = groups
    self.bounds = bounds
    self.tolerance = tolerance
    self.isRounded = isRounded
  }

  /// - Throws: `Faults`: a tolerance that is none, neither kind of totals or both, options without effect.
  fileprivate func check() throws {
    guard tolerance > 0, tolerance < 1 else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--tolerance", "value": text(tolerance), "form": "1e-9, 1e-11"])
    }
    if margins.isEmpty {
      try [GivenOption("--groups", groups)].refuse(without: "--margin")
      guard rows != nil, columns != nil else { throw Fault(.usage, "flows.balance-totals") }
    } else {
      try [
        GivenOption("--rows", rows), GivenOption("--columns", columns),
      ].refuse(with: "--margin", for: "--rows --columns")
    }
  }
}

extension ResearchFlows {
  /// Balances a seed to given totals: a matrix to those of its rows and columns, or a table of any number of
  /// axes to sums over axes, blocks and stripes.
  /// - Returns: the balanced table in the form of the seed, the balancing factors, and lines about the fit.
  /// - Throws: `Faults` of the files, or what makes the margins infeasible.
  public static func balance(_ request: FlowBalanceRequest) throws -> ResearchAnswer {
    try request.check()
    guard request.margins.isEmpty else { return try fitted(request) }
    let (input, readSeconds) = try seconds {
      (
        try LabelledMatrix(grid: UserFile.grid(request.seed)),
        try LabelledMargin(grid: UserFile.grid(request.rows ?? "")),
        try LabelledMargin(grid: UserFile.grid(request.columns ?? "")),
        try request.bounds.map { try LabelledBounds(grid: UserFile.grid($0)) }
      )
    }
    guard !request.isRounded || input.3?.areWhole ?? true else {
      throw Fault(.usage, "flows.bounds-round", ["file": request.bounds ?? ""])
    }
    let ((found, balanced), fitSeconds) = try seconds {
      try FlowModels.balance(
        seed: input.0, rows: input.1, columns: input.2, bounds: input.3,
        tolerance: request.tolerance)
    }
    let whole = request.isRounded ? found.rounded() : nil
    let matrix = whole?.matrix ?? found
    let factors = Table(
      "balancing_factors",
      [
        .text(
          "side",
          matrix.origins.map { _ in "origin" } + matrix.destinations.map { _ in "destination" }),
        .text("area", matrix.origins + matrix.destinations),
        .real("factor", balanced.rowFactors + balanced.columnFactors),
      ])
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
      ("balancing_factors", .array(rowObjects(factors))),
      (
        "fit",
        .members([
          ("sweeps", .integer(balanced.sweeps)), ("stop", .string(balanced.stop.rawValue)),
          ("max_relative_margin_error", .finite(balanced.maxRelativeMarginError)),
          ("cells", .integer(matrix.values.count)),
          ("forced_cells", .integer(balanced.forcedCells.count)),
        ])
      ),
      ("timing", .timing(read: readSeconds, fit: fitSeconds)),
    ])
    return ResearchAnswer(
      [matrix.table(named: "flows"), factors],
      figure: {
        .balance(
          before: try input.0.drawn, after: try matrix.drawn, source: request.seed, language: $0)
      },
      notes: [
        (
          "flows.balance.summary",
          [
            "cells": "\(matrix.values.count)", "sweeps": "\(balanced.sweeps)",
            "error": significant(balanced.maxRelativeMarginError),
          ]
        )
      ] + roundingNotes(whole?.isNearest) + forced(balanced.forcedCells.count)
        + [("flows.stop.\(balanced.stop.rawValue)", [:])],
      json: json)
  }

  /// A table of any number of axes under any number of sets of totals.
  private static func fitted(_ request: FlowBalanceRequest) throws -> ResearchAnswer {
    let (input, readSeconds) = try seconds { try marginProblem(request) }
    guard !request.isRounded || input.bounds.map(areWhole) ?? true else {
      throw Fault(.usage, "flows.bounds-round", ["file": request.bounds ?? ""])
    }
    let (fit, fitSeconds) = try seconds {
      do throws(ContingencyError) {
        return try Contingency.fit(
          seed: input.seed.values, margins: input.totals.map(\.set), lower: input.bounds?.lower,
          upper: input.bounds?.upper, tolerance: request.tolerance)
      } catch {
        throw Faults(error.faults)
      }
    }
    let sets = input.totals.map(\.set)
    let rounded = request.isRounded ? try whole(fit.values, sets) : nil
    let table = input.seed.replacing(rounded?.cells ?? fit.values).table(named: "flows")
    let rows = sets.indices.flatMap { k in sets[k].labels.indices.map { (k, $0) } }
    let factors = Table(
      "balancing_factors",
      [
        .text("margin", rows.map { sets[$0.0].name }),
        .text("group", rows.map { sets[$0.0].labels[$0.1] }),
        .real("total", rows.map { sets[$0.0].totals[$0.1] }),
        .real("factor", rows.map { fit.factors[$0.0][$0.1] }),
      ])
    return ResearchAnswer(
      [table, factors],
      notes: [
        (
          "flows.balance.margins",
          [
            "cells": "\(input.seed.cells.count)", "sets": "\(sets.count)",
            "sweeps": "\(fit.sweeps)", "newton": "\(fit.newtonSteps)",
            "residual": significant(fit.largestResidual),
          ]
        )
      ]
        + input.totals.filter { $0.uncovered > 0 }.map {
          ("flows.balance.uncovered", ["cells": "\($0.uncovered)", "file": $0.set.name])
        } + roundingNotes(rounded?.isNearest) + forced(fit.forcedCells.count) + [
          ("flows.stop.\(fit.stop.rawValue)", [:])
        ],
      json: .members([
        ("schema", .integer(1)), ("flows", .array(rowObjects(table))),
        ("balancing_factors", .array(rowObjects(factors))),
        (
          "fit",
          .members([
            ("sweeps", .integer(fit.sweeps)), ("newton_steps", .integer(fit.newtonSteps)),
            ("stop", .string(fit.stop.rawValue)),
            ("largest_residual", .finite(fit.largestResidual)),
            ("cells", .integer(input.seed.cells.count)),
            ("forced_cells", .integer(fit.forcedCells.count)),
          ])
        ),
        ("timing", .timing(read: readSeconds, fit: fitSeconds)),
      ]))
  }

  private static func areWhole(_ bounds: (lower: [Double], upper: [Double])) -> Bool {
    (bounds.lower + bounds.upper).allSatisfy { $0 == $0.rounded() }
  }

  /// How near whole numbers are; nothing where none were asked for.
  static func roundingNotes(
    _ isNearest: Bool?
  ) -> [(key: String, arguments: [String: String])] {
    isNearest.map { [($0 ? "flows.rounded.nearest" : "flows.rounded.near", [:])] } ?? []
  }

  private static func whole(
    _ values: [Double], _ sets: [MarginSet]
  ) throws -> MarginRounding.Rounded {
    do throws(MarginRounding.Failure) {
      return try MarginRounding.rounded(values, margins: sets)
    } catch {
      switch error {
      case .crossing(let names):
        throw Fault(.usage, "flows.round-crossing", ["files": names.joined(separator: ", ")])
      case .outOfReach(let set, let group):
        throw Fault(.incomplete, "flows.round-reach", ["file": set, "group": group])
      }
    }
  }

  private static func forced(
    _ count: Int
  ) -> [(key: String, arguments: [String: String])] {
    count == 0 ? [] : [("flows.balance.forced", ["cells": "\(count)"])]
  }

  private static func marginProblem(
    _ request: FlowBalanceRequest
  ) throws -> (
    seed: LabelledTable, totals: [LabelledTotals], bounds: (lower: [Double], upper: [Double])?
  ) {
    let grid = try UserFile.grid(request.seed)
    let margins = try request.margins.map { try UserFile.grid($0) }
    let named = Set(margins.flatMap { $0.rows.first?.cells.dropLast() ?? [] })
    let header = grid.rows.first?.cells ?? []
    // A matrix has names of destinations where a long table has the name of their axis.
    let isMatrix =
      named.isSubset(of: ["origin", "destination"]) && !header.contains("destination")
    let seed =
      isMatrix
      ? LabelledTable(try LabelledMatrix(grid: grid), file: grid.file)
      : try LabelledTable(grid: grid)
    let groups = try request.groups.map { try LabelledGroups(grid: UserFile.grid($0)) }
    var faults: [Fault] = []
    var totals: [LabelledTotals] = []
    for margin in margins {
      do {
        totals.append(try seed.totals(grid: margin, groups: groups))
      } catch let found as Faults {
        // What is wrong with the groups is so for every file of totals.
        faults += found.all.filter { !faults.contains($0) }
      }
    }
    guard faults.isEmpty else { throw Faults(faults) }
    let bounds = try request.bounds.map { try seed.bounds(grid: UserFile.grid($0)) }
    return (seed, totals, bounds)
  }
}
