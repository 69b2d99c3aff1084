import Demography
import Export
import FlowModels

/// Which patterns of neighbouring areas are put beside which flows.
public struct FlowFilterRequest: Sendable {
  public var file: String
  public var filter: String?
  /// Area, neighbour and perhaps a weight.
  public var neighbours: String
  public var origin: String
  public var destination: String
  /// Of Moran's I, as a part of the largest.
  public var least: Double

  public init(
    file: String, filter: String?, neighbours: String, origin: String, destination: String,
    least: Double
  ) {
    self.file = file
    self.filter = filter
    self.neighbours = neighbours
    self.origin = origin
    self.destination = destination
    self.least = least
  }
}

extension ResearchFlows {
  /// The flows with a column for each eigenvector of the map, for origins and for destinations.
  public static func filter(_ request: FlowFilterRequest) throws -> ResearchAnswer {
    guard request.least > 0, request.least <= 1 else {
      throw Fault(
        .usage, "option.wrong",
        ["option": "--least", "value": text(request.least), "form": "0.25, 0.5, 1"])
    }
    var data = try UserFile.flows(request.file)
    if let filter = request.filter { data = try data.filtered(by: RowFilter.parse(filter)) }
    let areas = try data.areas(origin: request.origin, destination: request.destination)
    let found = try EigenvectorFilter(
      SpatialTables.weights(try UserFile.flows(request.neighbours), areas, isNormalised: false),
      least: request.least)
    let table = try data.filtered(
      by: found, areas: areas, origin: request.origin, destination: request.destination)
    let patterns = Table(
      "patterns",
      [
        .text("pattern", found.moran.indices.map { "E\($0 + 1)" }), .real("moran", found.moran),
      ])
    let terms = ["origin", "destination"].flatMap { role in
      found.moran.indices.map { "\(role)_E\($0 + 1)" }
    }
    return ResearchAnswer(
      [table, patterns],
      notes: [
        (
          "flows.filter.summary",
          [
            "areas": "\(areas.count)", "count": "\(found.moran.count)",
            "terms": terms.joined(separator: " + "),
          ]
        )
      ],
      json: .members([
        ("schema", .integer(1)), ("patterns", .array(rowObjects(patterns))),
        ("rows", .array(rowObjects(table))),
      ]))
  }
}
