import Demography
import Export
import FlowModels
import Kernel

/// A spatial model of flows: three tables and what depends on what.
public struct SpatialModelRequest: Sendable {
  public var flows: String
  public var filter: String?
  public var origin: String
  public var destination: String
  /// As in a formula, such as `log(flow + 1)`.
  public var response: String
  /// Attributes of areas and the column of their names.
  public var areas: String
  public var area: String
  public var neighbours: String
  /// Areas that flows run to and their links, where they are others than those that flows leave.
  public var destinationAreas: String?
  public var destinationNeighbours: String?
  /// Draws of the coefficients for the errors of the impacts; 0 for none, `nil` for as many as is usual.
  public var impactDraws: Int?
  /// Of those draws.
  public var impactSeed: UInt32 = 1
  /// Attributes of destinations, of origins, and of flows inside an area.
  public var destinationTerms: [String]
  public var originTerms: [String]
  public var insideTerms: [String]
  /// Of pairs, such as `log(distance + 1)`.
  public var pairTerms: [String]
  /// 1 to 9.
  public var form: Int
  /// Coverage of the confidence intervals, per cent.
  public var level: Double
  /// `ml` or `s2sls`.
  public var estimator = "ml"
  /// `signal`, `trend` or `best`: predictions of every pair; none where `nil`.
  public var predictor: String?
  /// Draws from the posterior that are kept, those left out before, and their seed; none where `nil`.
  public var posterior: (draws: Int, before: Int, seed: UInt32)?

  public init(
    flows: String, filter: String?, origin: String, destination: String, response: String,
    areas: String, area: String, neighbours: String, destinationTerms: [String],
    originTerms: [String], insideTerms: [String], pairTerms: [String], form: Int, level: Double
  ) {
    self.flows = flows
    self.filter = filter
    self.origin = origin
    self.destination = destination
    self.response = response
    self.areas = areas
    self.area = area
    self.neighbours = neighbours
    self.destinationTerms = destinationTerms
    self.originTerms = originTerms
    self.insideTerms = insideTerms
    self.pairTerms = pairTerms
    self.form = form
    self.level = level
  }
}

extension ResearchFlows {
  /// Fits a spatial autoregression of flows by its exact likelihood, with the impacts of every
  /// attribute.
  public static func fit(_ request: SpatialModelRequest) throws -> ResearchAnswer {
    guard let form = SpatialForm(rawValue: request.form) else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--form", "value": "\(request.form)", "form": "1 … 9"])
    }
    let estimator = try request.chosen(
      SpatialFlowFit.Estimator.self, request.estimator, "--estimator")
    let predictor = try request.predictor.map {
      try request.chosen(SpatialFlowFit.Predictor.self, $0, "--predict")
    }
    try request.requireDraws()
    let level = try coverage(request.level)
    if estimator == .twoStage, form == .separable {
      throw Fault(.usage, "spatial.two-stage-form", ["form": "\(request.form)"])
    }
    let (design, read) = try seconds {
      var flows = try UserFile.flows(request.flows)
      if let filter = request.filter { flows = try flows.filtered(by: RowFilter.parse(filter)) }
      var tables = try SpatialTables(
        flows: flows, origin: request.origin, destination: request.destination,
        areas: UserFile.flows(request.areas), area: request.area,
        neighbours: UserFile.flows(request.neighbours), isNormalised: true)
      tables.destinationSide = try request.destinationSide()
      return try tables.design(
        response: request.response,
        terms: SpatialTerms(
          destination: request.destinationTerms, origin: request.originTerms,
          inside: request.insideTerms),
        pairVariables: request.pairTerms)
    }
    let (fit, fitting) = try seconds {
      switch estimator {
      case .maximumLikelihood:
        try SpatialFlowModel().fit(design, form: form, level: level)
      case .twoStage:
        try SpatialFlowModel().fitTwoStage(design, form: form, level: level)
      }
    }
    let predictions = try predictor.map { predictionTable(try fit.predictions($0), design) }
    let posterior = try request.posterior.map {
      try SpatialFlowModel().sample(
        design, form: form, seed: $0.seed, draws: $0.draws, burnIn: $0.before)
    }
    let drawn = posterior.map { posteriorTable($0, level) }
    let attributes = Set(request.destinationTerms + request.originTerms).sorted()
    let impacts = try impacts(fit, attributes, request, level)
    let table = coefficientTable(fit.coefficients, model: "sar\(request.form)")
    var answer = ResearchAnswer(
      (predictions.map { [$0] } ?? []) + [table] + impacts.shown + (drawn.map { [$0] } ?? []),
      notes: [
        (
          "flows.fit.spatial",
          [
            "observations": "\(fit.observations)", "iterations": "\(fit.steps)",
            "log_likelihood": fit.logLikelihood.map { rounded($0) } ?? "–",
            "variance": rounded(fit.variance),
          ]
        ),
        (
          "flows.stop.spatial.\(fit.stop.rawValue)",
          ["steps": "\(fit.steps)", "gain": text(0.5 * fit.decrement)]
        ), intervals(level),
      ] + impacts.notes
        + (posterior.map { [note($0, draws: request.posterior?.draws ?? 0)] } ?? []),
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(table))),
        ("impacts", impacts.effects.map { .array(rowObjects($0)) } ?? .null),
        ("impact_errors", impacts.errors.map { .array(rowObjects($0.table)) } ?? .null),
        ("predictions", predictions.map { .array(rowObjects($0)) } ?? .null),
        ("posterior", drawn.map { .array(rowObjects($0)) } ?? .null),
        ("acceptance", posterior.map { .finite($0.acceptance) } ?? .null),
        (
          "fit",
          .members([
            ("estimator", .string(fit.estimator.rawValue)),
            ("observations", .integer(fit.observations)),
            ("log_likelihood", .finite(fit.logLikelihood)), ("aic", .finite(fit.aic)),
            ("bic", .finite(fit.bic)), ("variance", .finite(fit.variance)),
            ("iterations", .integer(fit.steps)), ("stop_reason", .string(fit.stop.rawValue)),
            ("decrement", .finite(fit.decrement)),
          ])
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
    answer.failures = impacts.failures
    return answer
  }

  /// What is said of impacts.
  private struct ImpactAnswer {
    /// One row for each attribute; `nil` where there is no answer.
    var effects: Table?
    var errors: SpatialImpactErrors?
    var notes: [(key: String, arguments: [String: String])] = []
    /// Why there are none: the coefficients are shown all the same.
    var failures: [Fault] = []

    /// With their errors where these are known.
    var shown: [Table] { (errors?.table ?? effects).map { [$0] } ?? [] }
  }

  private static func impacts(
    _ fit: SpatialFlowFit, _ attributes: [String], _ request: SpatialModelRequest, _ level: Double
  ) throws -> ImpactAnswer {
    var answer = ImpactAnswer()
    guard !attributes.isEmpty else { return answer }
    do {
      let impacts = try attributes.map { ($0, try fit.impacts(of: $0)) }
      answer.effects = Table(
        "impacts",
        [
          .text("attribute", impacts.map(\.0)), .real("origin", impacts.map(\.1.origin)),
          .real("destination", impacts.map(\.1.destination)),
          .real("intra", impacts.map(\.1.intra)),
          .real("network", impacts.map(\.1.network)), .real("total", impacts.map(\.1.total)),
        ])
      let draws = request.impactDraws ?? fit.standardImpactDraws
      guard draws > 0 else { return answer }
      let errors = try fit.impactErrors(
        of: attributes, draws: draws, seed: request.impactSeed, level: level)
      answer.errors = errors
      answer.notes.append(
        (
          "flows.spatial.impacts",
          ["draws": "\(errors.draws)", "outside": "\(errors.outside)"]
        ))
    } catch let fault as Fault {
      answer.failures.append(fault)
    } catch let faults as Faults {
      answer.failures += faults.all
    }
    return answer
  }
}

extension SpatialModelRequest {
  fileprivate func chosen<Choice: RawRepresentable<String> & CaseIterable>(
    _: Choice.Type, _ name: String, _ option: String
  ) throws -> Choice {
    guard let found = Choice(rawValue: name) else {
      throw Fault(
        .usage, "option.unknown",
        [
          "option": option, "value": name,
          "known": Choice.allCases.map(\.rawValue).joined(separator: ", "),
        ])
    }
    return found
  }

  /// Areas of destinations that are not those of origins.
  fileprivate func destinationSide() throws -> (areas: FlowData, neighbours: FlowData)? {
    try [GivenOption("--destination-areas", destinationNeighbours == nil ? destinationAreas : nil)]
      .refuse(without: "--destination-neighbours")
    try [
      GivenOption("--destination-neighbours", destinationAreas == nil ? destinationNeighbours : nil)
    ]
    .refuse(without: "--destination-areas")
    guard let destinationAreas, let destinationNeighbours else { return nil }
    return (try UserFile.flows(destinationAreas), try UserFile.flows(destinationNeighbours))
  }

  /// - Throws: `Faults` for numbers of draws that say nothing, or take all memory.
  fileprivate func requireDraws() throws {
    if let impactDraws, impactDraws != 0, !(2...100_000).contains(impactDraws) {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--impact-draws", "value": "\(impactDraws)", "form": "0, 2 … 100000"])
    }
    guard let posterior else { return }
    let faults = [
      ("--samples", posterior.draws, 100...1_000_000),
      ("--warmup", posterior.before, 0...1_000_000),
    ].compactMap { option, value, range -> Fault? in
      guard !range.contains(value) else { return nil }
      return Fault(
        .usage, "option.wrong",
        [
          "option": option, "value": "\(value)",
          "form": "\(range.lowerBound) … \(range.upperBound)",
        ])
    }
    guard faults.isEmpty else { throw Faults(faults) }
  }
}

extension ResearchFlows {
  /// Every pair with its response and what is expected of it, on the scale of the response.
  fileprivate static func predictionTable(
    _ predicted: [Double], _ design: SpatialFlowDesign
  ) -> Table {
    let pairs = design.pairs
    return Table(
      "predictions",
      [
        .text("origin", pairs.map(\.origin)),
        .text("destination", pairs.map(\.destination)),
        .real("observed", design.response), .real("predicted", predicted),
      ])
  }

  /// Means, spreads and central intervals of the draws.
  fileprivate static func posteriorTable(_ posterior: SpatialPosterior, _ level: Double) -> Table {
    let found = posterior.summaries
    let sorted = found.indices.map { posterior.draws.column($0).sorted() }
    func bound(_ p: Double) -> [Double] { sorted.map { Statistics.quantile(sorted: $0, p) } }
    return Table(
      "posterior",
      [
        .text("term", found.map(\.term)), .real("mean", found.map(\.mean)),
        .real("std_error", found.map(\.standardDeviation)),
        .real("conf_low", bound(0.5 * (1 - level))), .real("conf_high", bound(0.5 * (1 + level))),
        .real("effective", found.map(\.effectiveCount)),
        .real("error_of_mean", found.map(\.monteCarloError)),
      ])
  }

  fileprivate static func note(
    _ posterior: SpatialPosterior, draws: Int
  ) -> (key: String, arguments: [String: String]) {
    let least = posterior.summaries.min { $0.effectiveCount < $1.effectiveCount }
    return (
      "flows.spatial.posterior",
      [
        "draws": "\(draws)", "acceptance": rounded(posterior.acceptance),
        "effective": text((least?.effectiveCount ?? 0).rounded()), "term": least?.term ?? "–",
      ]
    )
  }
}
