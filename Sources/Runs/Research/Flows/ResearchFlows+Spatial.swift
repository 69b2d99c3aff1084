import Demography
import Export
import FlowModels

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
    let (design, read) = try seconds {
      var flows = try UserFile.flows(request.flows)
      if let filter = request.filter { flows = try flows.filtered(by: RowFilter.parse(filter)) }
      return try SpatialTables(
        flows: flows, origin: request.origin, destination: request.destination,
        areas: UserFile.flows(request.areas), area: request.area,
        neighbours: UserFile.flows(request.neighbours), isNormalised: true
      ).design(
        response: request.response,
        terms: SpatialTerms(
          destination: request.destinationTerms, origin: request.originTerms,
          inside: request.insideTerms),
        pairVariables: request.pairTerms)
    }
    let (fit, fitting) = try seconds {
      try SpatialFlowModel().fit(design, form: form, level: request.level / 100)
    }
    let attributes = Set(request.destinationTerms + request.originTerms).sorted()
    let impacts = try attributes.map { ($0, try fit.impacts(of: $0)) }
    let effects = Table(
      "impacts",
      [
        .text("attribute", impacts.map(\.0)), .real("origin", impacts.map(\.1.origin)),
        .real("destination", impacts.map(\.1.destination)), .real("intra", impacts.map(\.1.intra)),
        .real("network", impacts.map(\.1.network)), .real("total", impacts.map(\.1.total)),
      ])
    let table = coefficientTable(fit.coefficients, model: "sar\(request.form)")
    return ResearchAnswer(
      impacts.isEmpty ? [table] : [table, effects],
      notes: [
        (
          "flows.fit.spatial",
          [
            "observations": "\(fit.observations)", "iterations": "\(fit.steps)",
            "log_likelihood": fit.logLikelihood.map { rounded($0) } ?? "–",
            "variance": rounded(fit.variance),
          ]
        ), intervals(request.level / 100),
      ],
      json: .members([
        ("schema", .integer(1)), ("coefficients", .array(rowObjects(table))),
        ("impacts", .array(rowObjects(effects))),
        (
          "fit",
          .members([
            ("observations", .integer(fit.observations)),
            ("log_likelihood", .finite(fit.logLikelihood)), ("aic", .finite(fit.aic)),
            ("bic", .finite(fit.bic)), ("variance", .finite(fit.variance)),
            ("iterations", .integer(fit.steps)),
          ])
        ),
        ("timing", .timing(read: read, fit: fitting)),
      ]))
  }
}
