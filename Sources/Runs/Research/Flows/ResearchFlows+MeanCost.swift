import Demography
import Export
import FlowModels

/// A deterrence from totals and a mean cost.
public struct MeanCost: Sendable {
  /// Of the cost, or of its natural logarithm for the power law.
  public var mean: Double
  /// File of the departures of each origin; those of the flows where `nil`.
  public var rows: String?
  /// File of the arrivals of each destination.
  public var columns: String?

  public init(mean: Double, rows: String?, columns: String?) {
    self.mean = mean
    self.rows = rows
    self.columns = columns
  }
}

extension ResearchFlows {
  /// Calibrates an interaction model without flows between pairs: from the totals of areas and the mean
  /// cost of a move, as a survey gives it (Hyman 1969).
  ///
  /// - Throws: `Faults`: another deterrence than the power or exponential one, totals that are missing, a
  ///   mean that no parameter gives.
  public static func calibrate(
    _ request: PairModelRequest, to known: MeanCost
  ) throws -> ResearchAnswer {
    let wanted = try wanted(request.constraint, known)
    let isBare =
      (known.rows != nil || !wanted.rows) && (known.columns != nil || !wanted.columns)
    let ((pairs, costs), read) = try seconds {
      var asked = request
      // Without flows every pair with a cost is open.
      if isBare { asked.flow = request.cost }
      let pairs = try asked.pairs()
      return (pairs, try pairs.values(request.cost))
    }
    guard !pairs.flows.isEmpty else {
      throw Fault(.badData, "interaction.too-few", ["pairs": "0", "parameters": "1"])
    }
    let n = pairs.origins.count
    let (specification, table, masses) = try interactionParts(request, pairs, costs)
    let (rows, columns) = (
      try totals(known.rows, of: pairs.origins)
        ?? (isBare ? nil : sums(pairs, table, n) { $0 % n }),
      try totals(known.columns, of: pairs.destinations)
        ?? (isBare ? nil : sums(pairs, table, pairs.destinations.count) { $0 / n })
    )
    let (fit, fitting) = try seconds {
      try HymanCalibration.fit(
        specification, table, mean: known.mean,
        margins: InteractionMargins(
          origins: rows, destinations: columns, total: rows.map { $0.reduce(0, +) }),
        masses: masses)
    }
    let cells = table.isOpen.indices.filter { table.isOpen[$0] }
      .sorted { ($0 % n, $0 / n) < ($1 % n, $1 / n) }
    let coefficient = Table(
      "coefficients",
      [
        .text("model", [specification.constraint.rawValue]),
        .text("term", specification.deterrence.terms), .real("estimate", [fit.theta]),
        .real("mean", [fit.mean]),
      ])
    let flows = Table(
      "flows",
      [
        .text("origin", cells.map { table.origins[$0 % n] }),
        .text("destination", cells.map { table.destinations[$0 / n] }),
        .real("value", unit: "PS", cells.map { fit.flows.values[$0] }),
        .text("kind", cells.map { _ in "modelled" }),
      ])
    let factors = factorTable(
      table.origins, table.destinations, fit.flows.originFactors, fit.flows.destinationFactors)
    return ResearchAnswer(
      [coefficient, flows, factors],
      notes: [
        (
          "flows.interact.mean",
          ["term": specification.deterrence.terms[0], "iterations": "\(fit.stop.iterations)"]
        ), ("flows.stop.\(fit.stop.reason.rawValue)", [:]),
      ],
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(coefficient))),
        ("flows", .array(rowObjects(flows))),
        ("balancing_factors", .array(rowObjects(factors))), ("scale", .finite(fit.flows.scale)),
        (
          "fit",
          .members([
            ("iterations", .integer(fit.stop.iterations)),
            ("stop", .string(fit.stop.reason.rawValue)),
          ])
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  /// Which totals a model reads.
  /// - Throws: `option.unused` for a file of the others.
  private static func wanted(
    _ constraint: String?, _ known: MeanCost
  ) throws -> (rows: Bool, columns: Bool) {
    let wanted = (
      rows: constraint != "attraction", columns: ["attraction", "doubly"].contains(constraint)
    )
    try [
      GivenOption("--rows", wanted.rows ? nil : known.rows),
      GivenOption("--columns", wanted.columns ? nil : known.columns),
    ].refuse(with: "--constraint \(constraint ?? "")", for: "--constraint doubly")
    return wanted
  }

  private static func totals(_ file: String?, of areas: [String]) throws -> [Double]? {
    try file.map { try LabelledMargin(grid: UserFile.grid($0)).ordered(as: areas) }
  }

  /// Totals of the flows of open pairs.
  private static func sums(
    _ pairs: PairTable, _ table: InteractionTable, _ count: Int, _ line: (Int) -> Int
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for cell in pairs.flows.indices where table.isOpen[cell] {
      sums[line(cell)] += pairs.flows[cell]
    }
    return sums
  }
}
