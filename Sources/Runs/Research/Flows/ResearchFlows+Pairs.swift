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
  /// `unconstrained`, `production`, `attraction` or `doubly`; a law of opportunities where `nil`.
  public var constraint: String?
  /// `power`, `exponential`, `tanner`, `lognormal` or `spline`.
  public var deterrence: String
  /// Columns of pairs that multiply the flow by `e^{θx}`.
  public var covariates: [String] = []
  /// Whether the logarithm of how near a destination lies to others is a covariate (competing destinations).
  public var isCompeting = false
  /// `schneider`, `stouffer` or `radiation`.
  public var law: String?
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
    if request.constraint != nil { return try interaction(request, pairs, read: read) }
    return try opportunities(request, pairs, read: read)
  }

  private static func interaction(
    _ request: PairModelRequest, _ pairs: PairTable, read: Double
  ) throws -> ResearchAnswer {
    let (fit, fitting) = try seconds { try interactionFit(request, pairs) }
    return answer(fit, read: read, fit: fitting, level: request.level / 100)
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
    guard
      let constraint = request.constraint.flatMap(
        InteractionSpecification.Constraint.init(rawValue:))
    else {
      throw unknown(
        "--constraint", request.constraint ?? "",
        InteractionSpecification.Constraint.allCases.map(\.rawValue))
    }
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
    _ fit: InteractionFit, read: Double, fit fitting: Double, level: Double
  ) -> ResearchAnswer {
    let name = fit.specification.constraint.rawValue
    let table = coefficientTable(fit.coefficients, model: name)
    let (observed, fitted) = fit.compared
    let factors = Table(
      "balancing_factors",
      [
        .text(
          "side",
          fit.table.origins.map { _ in "origin" }
            + fit.table.destinations.map { _ in "destination" }),
        .text("area", fit.table.origins + fit.table.destinations),
        .real("factor", fit.originFactors + fit.destinationFactors),
      ])
    let scores = [
      ("cpc", FlowScores.commonPart(observed, fitted)),
      ("srmse", FlowScores.standardisedRootMeanSquare(observed, fitted)), ("d2", fit.d2),
      ("pseudo_r2", fit.pseudoR2), ("dispersion", fit.dispersion),
    ]
    return ResearchAnswer(
      [table, factors],
      notes: notes(fit) + [intervals(level)],
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(table))),
        ("balancing_factors", .array(rowObjects(factors))),
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

  private static func opportunities(
    _ request: PairModelRequest, _ pairs: PairTable, read: Double
  ) throws -> ResearchAnswer {
    let areas = pairs.origins
    guard areas == pairs.destinations else {
      throw Fault(.badData, "flows.not-square", ["file": request.file])
    }
    guard let column = request.destinationMass else {
      throw Fault(
        .usage, "option.needed", ["option": "--destination-mass", "method": "--law"])
    }
    let table = try OpportunityTable(
      areas: areas, masses: try pairs.ofDestinations(column),
      distances: try pairs.values(request.cost), ties: .half)
    let families: [(String, OpportunityFit.Family)] = [
      ("schneider", .schneider), ("stouffer", .stouffer), ("radiation", .extendedRadiation),
    ]
    guard let family = families.first(where: { $0.0 == request.law }) else {
      throw unknown("--law", request.law ?? "", families.map(\.0))
    }
    let (fit, fitting) = try seconds {
      try OpportunityFit(family.1, table, flows: pairs.flows)
    }
    let n = areas.count
    let off = pairs.flows.indices.filter { $0 % n != $0 / n && !pairs.flows[$0].isNaN }
    let common = FlowScores.commonPart(off.map { pairs.flows[$0] }, off.map { fit.fitted[$0] })
    let shown = Table(
      "coefficients",
      [
        .text("model", [family.0]), .text("term", [fit.law.card.id]),
        .real("estimate", [fit.parameter]), .real("std_error", [fit.standardError]),
      ])
    return ResearchAnswer(
      [shown],
      notes: [
        (
          "flows.fit.opportunities",
          [
            "observations": "\(off.count)", "log_likelihood": rounded(fit.logLikelihood),
            "cpc": rounded(common),
          ]
        )
      ],
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(shown))),
        (
          "fit",
          .members([
            ("observations", .integer(off.count)), ("log_likelihood", .finite(fit.logLikelihood)),
            ("cpc", .finite(common)), ("iterations", .integer(fit.stop.iterations)),
            ("stop", .string(fit.stop.reason.rawValue)),
          ])
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
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

  private static func unknown(_ option: String, _ value: String, _ known: [String]) -> Fault {
    Fault(
      .usage, "option.unknown",
      ["option": option, "value": value, "known": known.joined(separator: ", ")])
  }

  private static func deterrence(_ name: String, _ costs: [Double]) throws -> Deterrence {
    switch name {
    case "power": .power
    case "exponential": .exponential
    case "tanner": .tanner
    case "lognormal": .logNormal
    case "spline": .spline(knots: Deterrence.splineKnots(costs, count: 4))
    default:
      throw unknown(
        "--deterrence", name, ["power", "exponential", "tanner", "lognormal", "spline"])
    }
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
