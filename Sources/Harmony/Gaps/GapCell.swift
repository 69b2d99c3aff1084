/// What is measured of a cell of the gap matrix.
public enum GapAxis: String, Sendable, Hashable, CaseIterable {
  case availability, timeliness, completeness, granularity, definition, consistency, revision
}

/// The state of a cell of the gap matrix; never an average.
public enum GapState: String, Sendable, Hashable, CaseIterable {
  /// All thresholds are met.
  case good = "G"
  /// Some are missed.
  case partial = "A"
  /// Nothing is there.
  case absent = "R"
  /// The agency has not said whether it holds the data, and nothing is there.
  case unknown = "?"
  /// Not this agency's duty.
  case none = "–"
}

/// The four kinds of gaps that the agencies' own reports name.
public enum GapType: String, Sendable, Hashable, CaseIterable {
  case missing
  case incompatibleBreakdown = "incompatible_breakdown"
  case undocumentedMethod = "undocumented_method"
  case periodMismatch = "period_mismatch"
}

/// One agency, one indicator, one period.
public struct GapCell: Sendable, Hashable {
  public let agency: String
  public let indicator: String
  public let period: String
  public let state: GapState
  /// The axis that is missed by most; `nil` when none is.
  public let worstAxis: GapAxis?
  public let gapType: GapType?
  /// Cells present over cells expected.
  public let availability: Double
  /// Median days from the end of the period to the first release.
  public let timelinessDays: Double?
  /// 1 − share of absent values and unknown codes.
  public let completeness: Double?
  /// Dimensions broken down over dimensions required.
  public let granularity: Double?
  /// Axes of definition that equal the target over axes that have one.
  public let definition: Double?
  /// 1 − median relative difference from comparable statements of others.
  public let consistency: Double?
  /// Median relative move from the first to the last release.
  public let revision: Double?
  /// `export`, `internal`, `unknown`; empty when nothing is there.
  public let openness: String
}

/// One line of the to-do list: what to ask of whom.
public struct GapTask: Sendable, Hashable {
  public let agency: String
  public let indicator: String
  /// A `GapType`, or `undeclared` where the agency has not said what it holds.
  public let gapType: String
  public let worstAxis: GapAxis?
  public let periods: [String]
  /// The models and scenarios that stop working without it.
  public let neededBy: [String]
}
