public import Demography

extension Crosswalk {
  /// Which weight divides a measure.
  public static let standardWeights: [String: Weight] = [
    "POP": .population, "BIRTHS": .population, "DEATHS": .population, "NATINC": .population,
    "UNEMP": .population, "LABFORCE": .population, "EMPLOYED": .population,
    "PERMIT_STOCK": .population, "QUOTA": .population, "FLOW_OUT": .origin,
    "FLOW_IN": .destination,
  ]

  /// Moves observations of totals to new areas; those of areas that no row names pass unchanged.
  ///
  /// The parts of a divided area are ADJUSTED with status E, merged areas DERIVED. What has a missing
  /// part is missing, with status O. Each result names its lineage.
  /// - Parameters:
  ///   - weights: by measure.
  ///   - geoVintage: of the results.
  /// - Throws: `crosswalk.measure` for measures without a weight: means and balances cannot be divided.
  public func apply(
    _ observations: [Observation], weights: [String: Weight] = standardWeights,
    to geoVintage: String, toolVersion: String
  ) throws(Faults) -> (observations: [Observation], lineage: [Lineage]) {
    let touched = Set(rows.map(\.from))
    let moving = observations.filter { touched.contains($0.referenceArea) }
    let lost = Set(moving.map(\.measure)).filter { weights[$0] == nil }.sorted()
    if !lost.isEmpty {
      throw Faults(lost.map { Fault(.badData, "crosswalk.measure", ["measure": $0]) })
    }
    var results = observations.filter { !touched.contains($0.referenceArea) }
    var lineages: [Lineage] = []
    // Areas that become the same one are added up; everything else keeps them apart.
    let columns =
      Observation.Column.key(without: [.referenceArea, .geoVintage])
      + [.unit, .multiplier, .vintage]
    for group in Group.groups(moving, by: columns) {
      guard let weight = weights[group.rows[0].measure] else { continue }
      let made = apply(group, weight, geoVintage, toolVersion)
      results += made.observations
      lineages.append(made.lineage)
    }
    return (results.sorted { ($0.key, $0.vintage) < ($1.key, $1.vintage) }, lineages)
  }

  private func apply(
    _ group: Group, _ weight: Weight, _ geoVintage: String, _ toolVersion: String
  ) -> (observations: [Observation], lineage: Lineage) {
    let areas = group.rows.map(\.referenceArea)
    var parameters = weightParameters(of: areas, [weight])
    parameters["to"] = geoVintage
    let lineage = Lineage(
      step: "crosswalk", parameters: parameters, inputs: group.rows.map(\.key),
      toolVersion: toolVersion)
    let values = Dictionary(
      group.rows.map { ($0.referenceArea, $0.value ?? .nan) }, uniquingKeysWith: { a, _ in a })
    let spread = totals(values, by: weight)
    let sources = Dictionary(grouping: group.rows) { $0.referenceArea }
    var made: [Observation] = []
    for target in targets(of: areas) {
      let parts = areas.filter { area in rows.contains { $0.from == area && $0.to == target } }
      guard var row = parts.first.flatMap({ sources[$0]?.first }) else { continue }
      let isDivided = parts.contains { part in rows.count { $0.from == part } > 1 }
      row.referenceArea = target
      row.geoVintage = geoVintage
      row.value = spread.values[target]
      row.lower = nil
      row.upper = nil
      row.kind = max(
        group.rows.map(\.kind).max() ?? .derived, isDivided ? .adjusted : .derived)
      row.status = row.value == nil ? .missing : (isDivided ? .estimated : row.status)
      row.roundBase = parts.compactMap { sources[$0]?.first?.roundBase }.reduce(0, +)
      row.lineage = lineage.id
      made.append(row)
    }
    return (made, lineage)
  }
}
