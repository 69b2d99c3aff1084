import Demography
import Export
import FlowModels

/// A projection by components that `agyn flows components --period` is asked for.
public struct ComponentRequest: Sendable {
  public var flows: String
  /// Column of the periods.
  public var period: String
  public var horizon: Int
  /// `log-trend`, `mean` or `last`: how each kind of component goes on.
  public var total: String
  public var shares: String
  public var ratios: String

  public init(
    flows: String, period: String, horizon: Int, total: String, shares: String, ratios: String
  ) {
    self.flows = flows
    self.period = period
    self.horizon = horizon
    self.total = total
    self.shares = shares
    self.ratios = ratios
  }

  fileprivate func rules() throws -> ComponentProjection {
    func rule(_ name: String, _ option: String) throws -> ComponentProjection.Rule {
      guard let rule = ComponentProjection.Rule(rawValue: name) else {
        throw Fault(
          .usage, "option.unknown",
          [
            "option": option, "value": name,
            "known": ComponentProjection.Rule.allCases.map(\.rawValue).joined(separator: ", "),
          ])
      }
      return rule
    }
    return ComponentProjection(
      total: try rule(total, "--total"), shares: try rule(shares, "--shares"),
      ratios: try rule(ratios, "--ratios"))
  }
}

extension ResearchFlows {
  /// The multiplicative components of a table of flows of two axes or more: its total, the share of every
  /// level of every axis, and how far each cell lies above what they would give alone.
  public static func components(flows: String) throws -> ResearchAnswer {
    let (table, read) = try seconds { try LabelledTable(anyShape: UserFile.grid(flows)) }
    guard table.values.count <= max(100_000, 100 * table.cells.count) else {
      throw Fault(
        .badData, "components.sparse",
        [
          "rows": "\(table.cells.count)", "cells": "\(table.values.count)",
          "axes": table.axes.joined(separator: ", "),
        ])
    }
    let (parts, fit) = try seconds { try LabelledComponents(table) }
    let shown = parts.table
    let pairs = parts.pairs
    let hasMore = parts.axes.count > 2
    return ResearchAnswer(
      [shown] + (hasMore ? [pairs] : []),
      notes: [
        (
          "flows.components.summary",
          [
            "total": text(parts.components.total), "axes": parts.axes.joined(separator: " × "),
            "cells": "\(parts.components.ratios.count)",
          ]
        )
      ],
      json: .members([
        ("schema", .integer(1)), ("total", .finite(parts.components.total)),
        ("axes", .array(parts.axes.map { .string($0) })),
        ("components", .array(rowObjects(shown))),
        ("two_way", hasMore ? .array(rowObjects(pairs)) : .null),
        ("timing", .timing(read: read, fit: fit)),
      ]))
  }

  /// Puts a table together again from a file that `flows components` wrote, changed or not.
  public static func rebuild(components: String) throws -> ResearchAnswer {
    let (parts, read) = try seconds { try LabelledComponents(grid: UserFile.grid(components)) }
    let (rebuilt, fitting) = try seconds { try parts.rebuilt() }
    let table = rebuilt.table.table(named: "flows")
    let notes: [(key: String, arguments: [String: String])] =
      rebuilt.fit.map { fit -> [(key: String, arguments: [String: String])] in
        [
          (
            "flows.components.fitted",
            ["sweeps": "\(fit.sweeps)", "residual": significant(fit.largestResidual)]
          ), ("flows.stop.\(fit.stop.rawValue)", [:]),
        ]
      } ?? [("flows.components.exact", [:])]
    return ResearchAnswer(
      [table], notes: notes,
      json: .members([
        ("schema", .integer(1)), ("flows", .array(rowObjects(table))),
        (
          "fit",
          rebuilt.fit.map { fit in
            .members([
              ("sweeps", .integer(fit.sweeps)), ("stop", .string(fit.stop.rawValue)),
              ("largest_residual", .finite(fit.largestResidual)),
            ])
          } ?? .null
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  /// Carries tables of several periods on, each component by a rule of its own.
  public static func project(_ request: ComponentRequest) throws -> ResearchAnswer {
    let rules = try request.rules()
    let (past, read) = try seconds {
      try LabelledProjection(
        LabelledTable(grid: UserFile.grid(request.flows)), period: request.period)
    }
    let (ahead, fitting) = try seconds { try past.tables(rules, horizon: request.horizon) }
    let tables = ahead.map { $0.table.table(named: "flows") }
    let axes: [Table.Column] = past.axes.map { axis in
      .text(axis, tables.flatMap { $0.texts(axis) })
    }
    let counts = tables.map(\.rowCount)
    let periods: [String] = zip(ahead, counts).flatMap { next, count in
      [String](repeating: next.period, count: count)
    }
    let values: [Double?] = tables.flatMap { $0.numbers("value") }
    let found: [Table.Column] = [
      .text(request.period, periods), .real("value", values),
      .text("kind", periods.map { _ in "projected" }),
    ]
    let table = Table("flows", axes + found)
    let totals = Table(
      "totals",
      [
        .text("period", past.periods + ahead.map(\.period)),
        .real("total", past.totals + ahead.map { $0.table.values.reduce(0, +) }),
        .text("kind", past.periods.map { _ in "observed" } + ahead.map { _ in "projected" }),
      ])
    let newton = ahead.contains { $0.fit.stop == .marginsMetByNewton }
    let stop: ContingencyFit.Stop = newton ? .marginsMetByNewton : .marginsMet
    return ResearchAnswer(
      [table, totals],
      notes: [
        (
          "flows.components.projected",
          [
            "periods": "\(past.periods.count)", "last": past.periods.last ?? "",
            "total": request.total, "shares": request.shares, "ratios": request.ratios,
          ]
        ), ("flows.stop.\(stop.rawValue)", [:]),
      ],
      json: .members([
        ("schema", .integer(1)), ("flows", .array(rowObjects(table))),
        ("totals", .array(rowObjects(totals))), ("stop", .string(stop.rawValue)),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }
}
