import Demography
import Export
import FlowModels
import Foundation

/// A model of pairs with roles instead of a formula: interaction with margins, or opportunities.
public struct PairModelRequest: Sendable {
  public var file: String
  public var filter: String?
  public var origin: String
  public var destination: String
  public var flow: String
  /// Column of the cost or distance.
  public var cost: String
  /// Column of the mass of the origin; needed where its totals are not held.
  public var originMass: String?
  public var destinationMass: String?
  /// `unconstrained`, `production`, `attraction` or `doubly`; a law of opportunities by itself where `nil`.
  public var constraint: String?
  /// `power`, `exponential`, `tanner`, `lognormal`, `spline`, functions of `cost` with commas between, or a file of
  /// costs and values.
  public var deterrence: String
  /// Columns of pairs that multiply the flow by `e^{θx}`.
  public var covariates: [String] = []
  /// Whether the logarithm of how near a destination lies to others is a covariate (competing destinations).
  public var isCompeting = false
  /// `schneider`, `stouffer`, `radiation` or a law without a parameter; under a constraint where both are given.
  public var law: String?
  /// Whether every pair with its flow and what the model makes of it is given.
  public var isFitted = false
  /// `origin`, `destination` or `nil`: whose parameters are estimated.
  public var local: String?
  /// `poisson`, `quasi` or `robust`.
  public var errors: String
  /// Coverage of the confidence intervals, per cent.
  public var level: Double

  public init(
    file: String, filter: String?, origin: String, destination: String, flow: String, cost: String,
    originMass: String?, destinationMass: String?, constraint: String?, deterrence: String,
    law: String?, local: String?, errors: String, level: Double
  ) {
    self.file = file
    self.filter = filter
    self.origin = origin
    self.destination = destination
    self.flow = flow
    self.cost = cost
    self.originMass = originMass
    self.destinationMass = destinationMass
    self.constraint = constraint
    self.deterrence = deterrence
    self.law = law
    self.local = local
    self.errors = errors
    self.level = level
  }

  func pairs() throws -> PairTable {
    var data = try UserFile.flows(file)
    if let filter { data = try data.filtered(by: RowFilter.parse(filter)) }
    return try PairTable(
      data, PairColumns(origin: origin, destination: destination, flow: flow))
  }
}

extension ResearchFlows {
  /// Fits a model of pairs: an interaction model with margins, or a law of opportunities.
  public static func fit(_ request: PairModelRequest) throws -> ResearchAnswer {
    let (pairs, read) = try seconds { try request.pairs() }
    if let law = request.law { return try opportunities(law, request, pairs, read: read) }
    return try interaction(request, pairs, read: read)
  }

  private static func interaction(
    _ request: PairModelRequest, _ pairs: PairTable, read: Double
  ) throws -> ResearchAnswer {
    let (fit, fitting) = try seconds { try interactionFit(request, pairs) }
    return answer(
      fit, read: read, fit: fitting, level: request.level / 100, isFitted: request.isFitted)
  }

  /// The model of interaction a request asks for.
  static func interactionFit(
    _ request: PairModelRequest, _ pairs: PairTable
  ) throws -> InteractionFit {
    let (specification, table, masses) = try interactionParts(
      request, pairs, try pairs.values(request.cost))
    let options = InteractionOptions(
      errors: try errors(request.errors), level: try coverage(request.level))
    return try InteractionModel.fit(
      specification, table, flows: pairs.flows, masses: masses, options: options)
  }

  /// What a model of interaction is made of; pairs without a flow are closed.
  static func interactionParts(
    _ request: PairModelRequest, _ pairs: PairTable, _ costs: [Double]
  ) throws -> (InteractionSpecification, InteractionTable, InteractionMasses) {
    let constraint = try constraint(request.constraint ?? "")
    let absent = Set(pairs.flows.indices.filter { pairs.flows[$0].isNaN })
    let table = try InteractionTable(
      origins: pairs.origins, destinations: pairs.destinations, costs: costs, diagonal: .closed,
      closed: absent)
    let masses = InteractionMasses(
      origins: try request.originMass.map { try pairs.ofOrigins($0) },
      destinations: try request.destinationMass.map { try pairs.ofDestinations($0) })
    let specification = InteractionSpecification(
      constraint, try deterrence(request.deterrence, costs.filter { $0 > 0 }),
      covariates: try covariates(request, pairs, costs),
      locality: try locality(request.local))
    return (specification, table, masses)
  }

  static func constraint(_ name: String) throws -> InteractionSpecification.Constraint {
    guard let constraint = InteractionSpecification.Constraint(rawValue: name) else {
      throw unknown(
        "--constraint", name, InteractionSpecification.Constraint.allCases.map(\.rawValue))
    }
    return constraint
  }

  private static func covariates(
    _ request: PairModelRequest, _ pairs: PairTable, _ costs: [Double]
  ) throws -> [InteractionCovariate] {
    let given = try request.covariates.map { InteractionCovariate($0, try pairs.values($0)) }
    guard request.isCompeting else { return given }
    guard pairs.origins == pairs.destinations else {
      throw Fault(.badData, "flows.not-square", ["file": request.file])
    }
    guard let mass = request.destinationMass else {
      throw Fault(
        .usage, "option.needed", ["option": "--destination-mass", "method": "--competing"])
    }
    try requireCosts(pairs, costs)
    let near = Accessibility.competing(
      masses: try pairs.ofDestinations(mass), distances: costs, massExponent: 1,
      distanceExponent: -1)
    return given + [InteractionCovariate("log(competing)", near.map { log($0) })]
  }

  /// - Throws: `Faults` for all areas between which no cost above 0 is known.
  private static func requireCosts(_ pairs: PairTable, _ costs: [Double]) throws {
    let areas = pairs.origins
    let faults = costs.indices.compactMap { cell -> Fault? in
      let (i, j) = (cell % areas.count, cell / areas.count)
      guard i != j, !(costs[cell] > 0 && costs[cell].isFinite) else { return nil }
      return Fault(
        .badData, "interaction.competing-cost",
        ["origin": areas[i], "destination": areas[j], "found": text(costs[cell])])
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }

  private static func answer(
    _ fit: InteractionFit, read: Double, fit fitting: Double, level: Double, isFitted: Bool
  ) -> ResearchAnswer {
    let name = fit.specification.constraint.rawValue
    let table = coefficientTable(fit.coefficients, model: name)
    let (observed, fitted) = fit.compared
    let factors = factorTable(
      fit.table.origins, fit.table.destinations, fit.originFactors, fit.destinationFactors)
    let pairs = isFitted ? pairTable(of: fit) : nil
    let scores = [
      ("cpc", FlowScores.commonPart(observed, fitted)),
      ("srmse", FlowScores.standardisedRootMeanSquare(observed, fitted)), ("d2", fit.d2),
      ("pseudo_r2", fit.pseudoR2), ("dispersion", fit.dispersion),
    ]
    return ResearchAnswer(
      (pairs.map { [$0] } ?? []) + [table, factors],
      notes: notes(fit) + [("flows.stop.\(fit.stop.reason.rawValue)", [:]), intervals(level)],
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(table))),
        ("balancing_factors", .array(rowObjects(factors))), ("scale", .finite(fit.scale)),
        ("pairs", pairs.map { .array(rowObjects($0)) } ?? .null),
        (
          "fit",
          .members(
            [
              ("observations", .integer(fit.observations)),
              ("log_likelihood", .finite(fit.logLikelihood)), ("deviance", .finite(fit.deviance)),
              ("aic", .finite(fit.aic)), ("bic", .finite(fit.bic)),
              ("iterations", .integer(fit.stop.iterations)),
              ("stop", .string(fit.stop.reason.rawValue)),
            ] + scores.map { ($0.0, JSON.finite($0.1)) })
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }

  /// A and B of every area.
  static func factorTable(
    _ origins: [String], _ destinations: [String], _ ofOrigins: [Double],
    _ ofDestinations: [Double]
  ) -> Table {
    Table(
      "balancing_factors",
      [
        .text("side", origins.map { _ in "origin" } + destinations.map { _ in "destination" }),
        .text("area", origins + destinations), .real("factor", ofOrigins + ofDestinations),
      ])
  }

  private static func pairTable(of fit: InteractionFit) -> Table {
    pairTable(
      fit.table.origins, fit.table.destinations, fit.isUsed.indices.filter { fit.isUsed[$0] },
      observed: fit.observed, fitted: fit.fitted)
  }

  /// Every pair with its flow, what the model makes of it, and the difference by the root of the latter; a
  /// pair without a flow is `modelled` alone, all others are `observed`.
  static func pairTable(
    _ origins: [String], _ destinations: [String], _ cells: [Int], observed: [Double],
    fitted: [Double]
  ) -> Table {
    let n = origins.count
    let order = cells.sorted { ($0 % n, $0 / n) < ($1 % n, $1 / n) }
    let residuals = order.map { (cell: Int) -> Double in
      guard fitted[cell] > 0 else { return .nan }
      return (observed[cell] - fitted[cell]) / fitted[cell].squareRoot()
    }
    return Table(
      "pairs",
      [
        .text("origin", order.map { origins[$0 % n] }),
        .text("destination", order.map { destinations[$0 / n] }),
        .real("observed", unit: "PS", order.map { observed[$0] }),
        .real("fitted", unit: "PS", order.map { fitted[$0] }), .real("residual", residuals),
        .text("kind", order.map { observed[$0].isNaN ? "modelled" : "observed" }),
      ])
  }

  /// Lines about a fit of interaction.
  static func notes(_ fit: InteractionFit) -> [(key: String, arguments: [String: String])] {
    let (observed, fitted) = fit.compared
    return [
      (
        "flows.fit.summary",
        [
          "observations": "\(fit.observations)", "iterations": "\(fit.stop.iterations)",
          "deviance": rounded(fit.deviance), "log_likelihood": rounded(fit.logLikelihood),
          "pseudo_r2": rounded(fit.pseudoR2),
        ]
      ),
      (
        "flows.fit.scores",
        [
          "cpc": rounded(FlowScores.commonPart(observed, fitted)),
          "srmse": rounded(FlowScores.standardisedRootMeanSquare(observed, fitted)),
          "dispersion": rounded(fit.dispersion),
        ]
      ),
    ]
  }

  static func coefficientTable(_ coefficients: [Coefficient], model: String) -> Table {
    Table(
      "coefficients",
      [
        .text("model", coefficients.map { _ in model }), .text("term", coefficients.map(\.term)),
        .real("estimate", coefficients.map(\.estimate)),
        .real("std_error", coefficients.map(\.standardError)),
        .real("statistic", coefficients.map(\.statistic)),
        .real("p_value", coefficients.map(\.pValue)),
        .real("conf_low", coefficients.map(\.confidenceLow)),
        .real("conf_high", coefficients.map(\.confidenceHigh)),
      ])
  }

  static func unknown(_ option: String, _ value: String, _ known: [String]) -> Fault {
    Fault(
      .usage, "option.unknown",
      ["option": option, "value": value, "known": known.joined(separator: ", ")])
  }

  private static func deterrence(_ name: String, _ costs: [Double]) throws -> Deterrence {
    switch name {
    case "power": return .power
    case "exponential": return .exponential
    case "tanner": return .tanner
    case "lognormal": return .logNormal
    case "spline": return .spline(knots: Deterrence.splineKnots(costs, count: 4))
    case let file where isTable(file): return try .table(grid: UserFile.grid(file))
    case let terms where terms.contains("cost"): return try .functions(terms)
    default:
      throw unknown(
        "--deterrence", name,
        ["power", "exponential", "tanner", "lognormal", "spline", "log(cost), cost^2", "F.csv"])
    }
  }

  private static func isTable(_ name: String) -> Bool {
    [".csv", ".tsv", ".txt", ".parquet"].contains { name.lowercased().hasSuffix($0) }
  }

  private static func locality(_ name: String?) throws -> InteractionSpecification.Locality {
    switch name {
    case nil: .global
    case "origin": .byOrigin
    case "destination": .byDestination
    case let name?: throw unknown("--local", name, ["origin", "destination"])
    }
  }

  private static func errors(_ name: String) throws -> InteractionOptions.Errors {
    switch name {
    case "poisson": .poisson
    case "quasi": .quasiPoisson
    case "robust": .robust
    default: throw unknown("--errors", name, ["poisson", "quasi", "robust"])
    }
  }
}
