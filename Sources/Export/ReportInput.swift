public import Demography
public import Words

/// What the first screen asks about; whatever is `nil` is chosen from the tables.
public struct Focus: Hashable, Sendable {
  /// Region code; the whole country when `nil`.
  public var area: String?
  /// Year on whose first day people are counted; the last projected one when `nil`.
  public var year: Int?
  /// Scenario that answers; `baseline` when `nil`, or else the first.
  public var scenario: String?
  /// Scenario it is set against; the first other one when `nil`.
  public var against: String?

  public init(
    area: String? = nil, year: Int? = nil, scenario: String? = nil, against: String? = nil
  ) {
    self.area = area
    self.year = year
    self.scenario = scenario
    self.against = against
  }
}

/// The tables of a run and what is needed to show them to a person.
public struct ReportInput: Sendable {
  public var run: RunCard
  /// By name. A table that is absent or empty leaves out what would be drawn from it.
  public var tables: [String: Table]
  public var language: Language
  /// Title of the workspace, which is also the name under which the whole country is shown.
  public var title: Names
  /// Code of the whole country in the tables.
  public var country: String
  public var focus: Focus
  /// Code list, code, names: lists `agency`, `indicator`, `scenario`, `variant`, `series`,
  /// `programme`, `source`, `measure`, `lever`, `parameter`, `area`, `unit`. Regions come from the table `regions`; a code
  /// without names shows as it is.
  public var labels: [String: [String: Names]]
  /// The scenario that the page explains; `nil` for the report of a run.
  public var question: ScenarioQuestion?
  /// What the reader should know before using the numbers, one sentence each.
  public var warnings: [String]

  public init(
    run: RunCard, tables: [String: Table], language: Language, title: Names, country: String,
    focus: Focus = Focus(), labels: [String: [String: Names]] = [:],
    question: ScenarioQuestion? = nil, warnings: [String] = []
  ) {
    self.run = run
    self.tables = tables
    self.language = language
    self.title = title
    self.country = country
    self.focus = focus
    self.labels = labels
    self.question = question
    self.warnings = warnings
  }
}
