public import Demography

/// What is compared between variants: a metric, or a named expression over metrics.
public enum Indicator: Hashable, Sendable {
  case metric(Metric)
  case named(NamedIndicator)

  /// Name in files and tables.
  public var name: String {
    switch self {
    case .metric(let metric): metric.rawValue
    case .named(let indicator): indicator.id
    }
  }

  /// Whether it is counted on 1 January; otherwise it belongs to a whole year.
  public var isStock: Bool {
    switch self {
    case .metric(let metric): metric.isStock
    case .named(let indicator): indicator.isStock
    }
  }

  /// The last 1 January that must be known for its value in a year.
  func lastJanuary(for year: Int, _ stepYears: Int) -> Int {
    switch self {
    case .metric(let metric): metric.isStock ? year : year + stepYears
    case .named(let indicator):
      indicator.expression.references.map {
        ($0.year ?? year) + ($0.metric.isStock ? 0 : stepYears)
      }.max() ?? year
    }
  }
}

extension Indicator {
  /// The period of a year in tables: the 1 January of what is counted then, otherwise the step.
  func period(_ year: Int, _ stepYears: Int) -> String {
    isStock ? "\(year)-01-01" : Period.years(year, stepYears).description
  }
}

extension Period {
  /// A step of a projection.
  static func years(_ first: Int, _ count: Int) -> Period {
    Period(start: first * 12, length: 12 * count, unit: .month)
  }
}

/// An indicator of a scenario file: `indicators: {dependency: (children_0_14 + elderly_65_plus) /
/// workforce_15_64}`.
///
/// The expression is evaluated in every draw, so that its median, its interval and its differences are
/// those of the indicator and not of its parts. Where a metric of a whole year stands in it, it belongs
/// to the year, and what is counted on 1 January is taken at the beginning of that year.
public struct NamedIndicator: Hashable, Sendable {
  public let id: String
  /// `nil` where the file gives none.
  public let title: Names?
  public let expression: Expression

  /// Whether it is counted on 1 January: no metric of a whole year in it goes from year to year.
  var isStock: Bool { expression.references.allSatisfy { $0.metric.isStock || $0.year != nil } }
}

/// Sums, differences, products and quotients of metrics and numbers.
public indirect enum Expression: Hashable, Sendable {
  /// A metric, as a rule of the area and year that the indicator is asked for.
  public struct Reference: Hashable, Sendable {
    public let metric: Metric
    /// `population[KZ]`: always of this area.
    public let area: Scenario.Area?
    /// `population[2025]`: always of this year.
    public let year: Int?
    /// `population[15-64, f]`: of these ages and sexes alone, `2 · ages` values; `nil` for everybody.
    public let cells: [Bool]?
    /// `temporary_stock[permit_employer]`: of this programme alone, by its index.
    public let programme: Int?
  }

  public enum Operation: Character, Hashable, Sendable {
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
  }

  case number(Double)
  case reference(Reference)
  case negative(Expression)
  case operation(Operation, Expression, Expression)
  /// `p(births > deaths)`: the share of the draws in which it holds.
  case probability(Condition)

  /// Metrics in it, from left to right.
  var references: [Reference] {
    switch self {
    case .number: []
    case .reference(let reference): [reference]
    case .negative(let part): part.references
    case .operation(_, let a, let b): a.references + b.references
    case .probability(let condition): condition.references
    }
  }
}
