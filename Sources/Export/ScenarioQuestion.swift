public import Demography

/// The scenario file that a page is about, and what it asks.
public struct ScenarioQuestion: Hashable, Sendable {
  /// Its id, by which rows of tables name it.
  public var scenario: String
  public var title: Names
  /// The variant that the others are compared with; `baseline` where it is none of the file.
  public var against: String
  /// The variants that are compared, in the order of the file.
  public var variants: [String]
  /// Metrics and indicators in the order of the file.
  public var metrics: [String]
  /// The whole country and sets of regions, as far as the file compares them.
  public var areas: [String]
  /// The year whose differences are told first.
  public var year: Int

  public init(
    scenario: String, title: Names, against: String, variants: [String], metrics: [String],
    areas: [String], year: Int
  ) {
    self.scenario = scenario
    self.title = title
    self.against = against
    self.variants = variants
    self.metrics = metrics
    self.areas = areas
    self.year = year
  }

  /// Whether a row of a table is of the question's year.
  func isOfYear(_ row: TableRows.Row) -> Bool { Period(row.text("period"))?.year == year }
}

/// Metrics that count people; ratios and the indicators of a file have units of their own.
enum PeopleMetrics {
  static let all: Set<String> = [
    "population", "workforce_15_64", "children_0_14", "elderly_65_plus", "school_age_6_17",
    "births", "deaths", "net_internal", "net_international", "assisted_moves", "temporary_stock",
    "unmet_permits", "wanted_permits", "temporary_present", "displaced_stock", "moves_in",
    "moves_out", "immigration", "emigration", "retained_5y",
  ]
}
