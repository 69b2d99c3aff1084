public import Demography

/// Every index of migration systems Agyn has. A new index is one entry of a family's list.
///
/// Bell, Blake, Boyle, Duke-Williams, Rees, Stillwell & Hugo, Journal of the Royal Statistical Society A 165
/// (2002), if no other publication is named.
public enum FlowIndexCatalogue {
  public static let all: [FlowIndex] =
    IntensityIndices.all + ImpactIndices.all + ConcentrationIndices.all + DistanceIndices.all

  public static func index(named id: String) -> FlowIndex? { all.first { $0.card.id == id } }

  /// Every index that the data allow, in the order of the catalogue.
  ///
  /// - Throws: as `FlowIndex.value(of:)`.
  public static func values(of system: MigrationSystem) throws -> [(id: String, value: Double)] {
    try all.filter { $0.applies(to: system) }.map { ($0.card.id, try $0.value(of: system)) }
  }

  /// Departures, arrivals, turnover and net migration of every area, with its own indices: effectiveness, the
  /// net as a part of the turnover, in per cent; the Gini index and coefficient of variation of its flows to,
  /// and from, the others; and with populations its rates per 1000 of them.
  public static func areas(of system: MigrationSystem) -> Table {
    let departures = system.departures
    let arrivals = system.arrivals
    let indices = departures.indices
    let turnover = zip(departures, arrivals).map { $0 + $1 }
    let effectiveness = zip(system.net, turnover).map { 100 * $0 / $1 }
    let columns: [Table.Column] = [
      .text("area", system.areas), .real("departures", unit: "PS", departures),
      .real("arrivals", unit: "PS", arrivals), .real("turnover", unit: "PS", turnover),
      .real("net", unit: "PS", system.net), .real("effectiveness", unit: "1", effectiveness),
      .real("gini_out", unit: "1", indices.map { ConcentrationIndices.gini(system.out(of: $0)) }),
      .real("gini_in", unit: "1", indices.map { ConcentrationIndices.gini(system.into($0)) }),
      .real(
        "cv_out", unit: "1", indices.map { ConcentrationIndices.variation(system.out(of: $0)) }),
      .real("cv_in", unit: "1", indices.map { ConcentrationIndices.variation(system.into($0)) }),
    ]
    return Table("area_indices", columns + rates(of: system, departures, arrivals))
  }

  /// Departures, arrivals and net migration per 1000 of the population; none without it.
  private static func rates(
    of system: MigrationSystem, _ departures: [Double], _ arrivals: [Double]
  ) -> [Table.Column] {
    guard let population = system.population else { return [] }
    func rate(_ name: String, _ moves: [Double]) -> Table.Column {
      .real(name, zip(moves, population).map { 1000 * $0 / $1 })
    }
    return [
      rate("out_rate", departures), rate("in_rate", arrivals), rate("net_rate", system.net),
    ]
  }
}
