public import Demography

/// A condition on the columns of an observation.
///
/// Written as text, `MEASURE == POP and SCOPE in (ALL, EXTERNAL) and TIME_PERIOD >= 2018`, or as a map,
/// `{MEASURE: POP, SCOPE: [ALL, EXTERNAL]}`. A code that ends in `*` stands for all that begin so.
public indirect enum Predicate: Hashable, Sendable {
  public enum Comparison: String, Hashable, Sendable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  /// Holds for every observation.
  case always
  /// The column's text is one of these, exactly.
  case isOne(of: [String], Observation.Column)
  /// The column's text begins with one of these.
  case begins(with: [String], Observation.Column)
  /// The period is one of these, exactly.
  case period(isOne: [Period])
  /// The period lies wholly before, up to, after or from another.
  case ordered(Comparison, Period)
  /// A number compared; never holds when the number is absent.
  case number(Observation.Column, Comparison, Double)
  case all([Predicate])
  case any([Predicate])
  case not(Predicate)

  public func holds(for observation: Observation) -> Bool {
    switch self {
    case .always: true
    case .isOne(let values, let column): values.contains(observation[column])
    case .begins(let prefixes, let column):
      prefixes.contains { observation[column].hasPrefix($0) }
    case .period(let periods): periods.contains(observation.period)
    case .ordered(let comparison, let period):
      Self.holds(comparison, observation.period, period)
    case .number(let column, let comparison, let bound):
      observation.number(column).map { Self.holds(comparison, $0, bound) } ?? false
    case .all(let parts): parts.allSatisfy { $0.holds(for: observation) }
    case .any(let parts): parts.contains { $0.holds(for: observation) }
    case .not(let part): !part.holds(for: observation)
    }
  }

  private static func holds(_ comparison: Comparison, _ a: Period, _ b: Period) -> Bool {
    switch comparison {
    case .less: a.endDay <= b.firstDay
    case .atMost: a.endDay <= b.endDay
    case .greater: a.firstDay >= b.endDay
    case .atLeast: a.firstDay >= b.firstDay
    }
  }

  private static func holds(_ comparison: Comparison, _ a: Double, _ b: Double) -> Bool {
    switch comparison {
    case .less: a < b
    case .atMost: a <= b
    case .greater: a > b
    case .atLeast: a >= b
    }
  }

  /// The columns the condition looks at.
  public var columns: Set<Observation.Column> {
    switch self {
    case .always: []
    case .isOne(_, let column), .begins(_, let column), .number(let column, _, _): [column]
    case .period, .ordered: [.period]
    case .all(let parts), .any(let parts):
      parts.reduce(into: []) { $0.formUnion($1.columns) }
    case .not(let part): part.columns
    }
  }
}

extension Observation {
  /// The columns that hold numbers.
  static let numberColumns: Set<Column> = [
    .value, .lower, .upper, .level, .multiplier, .roundBase, .cumulative,
  ]

  /// A column's number; `nil` when it is absent or the column holds codes.
  func number(_ column: Column) -> Double? {
    switch column {
    case .value: value
    case .lower: lower
    case .upper: upper
    case .level: level
    case .multiplier: Double(multiplier)
    case .roundBase: roundBase
    case .cumulative: isCumulative ? 1 : 0
    default: nil
    }
  }
}
