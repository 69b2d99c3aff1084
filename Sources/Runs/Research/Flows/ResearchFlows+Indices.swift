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
  ///   - divisions: the larger areas that areas belong to, a column for each division; with it Courgeau's k comes
  ///     from the intensities of all of them.
  /// - Throws: `Faults` of the files; `option.without` for divisions without populations.
  public static func indices(
    flows: String, population: String?, distance: String?, divisions: String? = nil
  ) throws -> ResearchAnswer {
    if population == nil {
      try [GivenOption("--divisions", divisions)].refuse(without: "--population")
    }
    let (coarser, readDivisions) = try seconds {
      try divisions.map { try LabelledDivisions(grid: UserFile.grid($0)) }
    }
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
    let courgeau = try coarser.map {
      try CourgeauIntensity(system, coarser: $0.ordered(as: system.areas), finest: "areas")
    }
    // One name has one number: k of all divisions takes the place of that of one.
    let table = Table(
      "indices",
      [
        .text("index", values.map(\.id)),
        .real("value", values.map { $0.id == "courgeau_k" ? courgeau?.k ?? $0.value : $0.value }),
      ])
    let areas = FlowIndexCatalogue.areas(of: system)
    let tables = courgeau.map { [courgeauTable($0), divisionTable($0)] } ?? []
    return ResearchAnswer(
      [table] + tables + [areas],
      notes: (left.isEmpty
        ? [] : [("flows.indices.left", ["indices": left.joined(separator: ", ")])])
        + (courgeau.map { [("flows.indices.courgeau", ["count": "\($0.divisions.count)"])] } ?? []),
      json: .members([
        ("schema", .integer(1)), ("indices", .array(rowObjects(table))),
        ("areas", .array(rowObjects(areas))), ("left_out", .array(left.map { .string($0) })),
        ("courgeau", courgeau.map { .array(rowObjects(courgeauTable($0))) } ?? .null),
        ("divisions", courgeau.map { .array(rowObjects(divisionTable($0))) } ?? .null),
        ("timing", .timing(read: read + readDivisions, fit: fit)),
      ]))
  }

  /// k by itself, and the line with a constant where there are divisions enough.
  private static func courgeauTable(_ found: CourgeauIntensity) -> Table {
    Table(
      "courgeau",
      [
        .real("courgeau_k", [found.k]), .real("std_error", [found.standardError]),
        .real("r2", [found.explained]), .real("line_constant", [found.constant]),
        .real("line_slope", [found.slope]),
      ])
  }

  private static func divisionTable(_ found: CourgeauIntensity) -> Table {
    Table(
      "divisions",
      [
        .text("division", found.divisions.map(\.name)),
        .integer("areas", found.divisions.map(\.areas)),
        .real("moves", unit: "PS", found.divisions.map(\.moves)),
        .real("crude_intensity", found.divisions.map(\.intensity)),
        .real("fitted", found.divisions.map(\.fitted)),
      ])
  }
}
