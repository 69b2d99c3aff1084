public import Demography

/// What a run of scenarios found: tidy tables, warnings, and what rests on assumption.
public struct ScenarioResults: Sendable {
  private let all: [Table]
  /// Plausibility warnings of the scenarios that were run.
  public var warnings: [Fault]
  /// Ids of the scenarios with assumed levers; every page that shows them must say so.
  public let banner: [String]

  init(tables: [Table], warnings: [Fault], banner: [String]) {
    all = tables
    self.warnings = warnings
    self.banner = banner
  }

  /// `population, pyramid, components, od_projection, od_ages, differences, indicators, thresholds, permit_stock, levers,
  /// ledger, attribution`.
  public func tables() -> [Table] { all }

  /// A table by name.
  public subscript(name: String) -> Table? { all.first { $0.name == name } }
}
