import Demography
import Export
import FlowModels

/// What becomes of a table of flows, in this order: groups, small areas, whole numbers, areas, shape.
public struct FlowReshapeRequest: Sendable {
  public var flows: String
  /// `wide`, `long`, or as it was read where `nil`.
  public var shape: String?
  /// File `area,group`.
  public var groups: String?
  /// Areas with less departures and arrivals together are joined.
  public var least: Double?
  /// Name of the joined areas.
  public var name: String
  public var isRounded: Bool
  /// Whether the totals of areas are given in place of the pairs.
  public var isSummed: Bool
  /// File whose first column names the areas the table is brought to, in their order.
  public var areas: String?
  /// `0` or `missing`: what pairs have that the table does not.
  public var fill = "0"

  public init(
    flows: String, shape: String?, groups: String?, least: Double?, name: String, isRounded: Bool,
    isSummed: Bool
  ) {
    self.flows = flows
    self.shape = shape
    self.groups = groups
    self.least = least
    self.name = name
    self.isRounded = isRounded
    self.isSummed = isSummed
  }
}

extension ResearchFlows {
  /// Brings a table of flows into another shape: wide or long, areas joined, whole numbers, totals.
  public static func reshape(_ request: FlowReshapeRequest) throws -> ResearchAnswer {
    let shapes = ["wide", "long"]
    if let shape = request.shape, !shapes.contains(shape) {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--to", "value": shape, "known": shapes.joined(separator: ", ")])
    }
    let input = try LabelledMatrix(grid: UserFile.grid(request.flows))
    var matrix = input
    if let groups = request.groups { matrix = try matrix.grouped(by: UserFile.grid(groups)) }
    if let least = request.least { matrix = try matrix.lumped(below: least, into: request.name) }
    if request.isRounded { matrix = matrix.rounded().matrix }
    if let areas = request.areas { matrix = try expanded(matrix, to: areas, request.fill) }
    let shaped = LabelledMatrix(
      origins: matrix.origins, destinations: matrix.destinations, values: matrix.values,
      isLong: request.shape.map { $0 == "long" } ?? matrix.isLong)
    let table = request.isSummed ? sums(of: matrix) : shaped.table(named: "flows")
    return ResearchAnswer(
      [table],
      notes: [
        (
          "flows.reshape.summary",
          [
            "before": "\(input.origins.count) × \(input.destinations.count)",
            "after": "\(matrix.origins.count) × \(matrix.destinations.count)",
            "total": text(matrix.values.filter { !$0.isNaN }.reduce(0, +)),
          ]
        )
      ],
      json: .members([
        ("schema", .integer(1)), ("flows", .array(rowObjects(matrix.tidy(named: "flows")))),
        ("areas", .array(rowObjects(sums(of: matrix)))),
      ]))
  }

  /// - Throws: `Faults` for areas of the table that the file does not have, and areas it names twice.
  private static func expanded(
    _ matrix: LabelledMatrix, to file: String, _ fill: String
  ) throws -> LabelledMatrix {
    let fills = ["0": 0.0, "missing": Double.nan]
    guard let value = fills[fill] else {
      throw Fault(
        .usage, "option.unknown",
        ["option": "--fill", "value": fill, "known": fills.keys.sorted().joined(separator: ", ")])
    }
    return try matrix.expanded(to: UserFile.grid(file), fill: value)
  }

  /// Departures, arrivals, net and turnover of every area, moves within it left out.
  private static func sums(of matrix: LabelledMatrix) -> Table {
    let sums = matrix.sums()
    return Table(
      "areas",
      [
        .text("area", sums.areas), .real("departures", unit: "PS", sums.departures),
        .real("arrivals", unit: "PS", sums.arrivals),
        .real("net", unit: "PS", zip(sums.arrivals, sums.departures).map { $0 - $1 }),
        .real("turnover", unit: "PS", zip(sums.arrivals, sums.departures).map { $0 + $1 }),
      ])
  }
}
