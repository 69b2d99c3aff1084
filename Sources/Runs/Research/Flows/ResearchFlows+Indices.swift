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

  /// The multiplicative components of a table of flows: its total, the shares of the origins and of the
  /// destinations, and how far each pair lies above what both would give alone.
  public static func components(flows: String) throws -> ResearchAnswer {
    let (table, read) = try seconds { try LabelledMatrix(grid: UserFile.grid(flows)) }
    let shape = TableShape([table.origins.count, table.destinations.count])
    guard table.values.contains(where: { $0 > 0 }) else {
      throw Fault(.badData, "flows.all-zero", ["column": "value", "file": flows])
    }
    let (parts, fit) = seconds { MultiplicativeComponents(table.values, shape: shape) }
    let n = table.origins.count
    let cells = parts.ratios.indices.sorted { ($0 % n, $0 / n) < ($1 % n, $1 / n) }
    let margins = Table(
      "components",
      [
        .text(
          "component",
          ["total"] + table.origins.map { _ in "origin" }
            + table.destinations.map { _ in "destination" }),
        .text("area", [nil] + table.origins + table.destinations),
        .real("value", [parts.total] + parts.shares[0] + parts.shares[1]),
      ])
    let ratios = Table(
      "interactions",
      [
        .text("origin", cells.map { table.origins[$0 % n] }),
        .text("destination", cells.map { table.destinations[$0 / n] }),
        .real("ratio", cells.map { parts.ratios[$0] }),
      ])
    return ResearchAnswer(
      [margins, ratios],
      json: .members([
        ("schema", .integer(1)), ("total", .finite(parts.total)),
        ("components", .array(rowObjects(margins))),
        ("interactions", .array(rowObjects(ratios))), ("timing", .timing(read: read, fit: fit)),
      ]))
  }
}
