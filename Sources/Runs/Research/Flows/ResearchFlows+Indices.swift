public import Demography
import Export
import FlowModels

extension ResearchFlows {
  /// The indices of migration systems with their cards.
  public static var indices: [Card] { FlowIndexCatalogue.all.map(\.card) }

  /// Every index of a table of flows that its populations and distances allow.
  ///
  /// - Parameters:
  ///   - flows: origins down and destinations across, or one row for each pair.
  ///   - population: persons by area; without it no index of intensity is given.
  ///   - distance: in the shape of the flows; without it no index of distance is given.
  public static func indices(
    flows: String, population: String?, distance: String?
  ) throws -> ResearchAnswer {
    let (system, read) = try seconds {
      let table = try LabelledMatrix(grid: UserFile.grid(flows))
      let areas = table.origins
      return try MigrationSystem(
        areas: areas, flows: try table.square(areas: areas, named: flows),
        population: try population.map {
          try LabelledMargin(grid: UserFile.grid($0)).ordered(as: areas)
        },
        distance: try distance.map {
          try LabelledMatrix(grid: UserFile.grid($0)).square(areas: areas, named: $0)
        })
    }
    let (values, fit) = try seconds { try FlowIndexCatalogue.values(of: system) }
    let left = FlowIndexCatalogue.all.filter { !$0.applies(to: system) }.map(\.card.id)
    let table = Table(
      "indices",
      [.text("index", values.map(\.id)), .real("value", values.map(\.value))])
    let areas = FlowIndexCatalogue.areas(of: system)
    return ResearchAnswer(
      [table, areas],
      notes: left.isEmpty
        ? [] : [("flows.indices.left", ["indices": left.joined(separator: ", ")])],
      json: .members([
        ("schema", .integer(1)), ("indices", .array(rowObjects(table))),
        ("areas", .array(rowObjects(areas))), ("left_out", .array(left.map { .string($0) })),
        ("timing", .timing(read: read, fit: fit)),
      ]))
  }
}
