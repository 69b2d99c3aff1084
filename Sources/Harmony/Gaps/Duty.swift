public import Demography

/// What an agency is expected to state: an indicator with its frequency, areas and dimensions.
public struct Duty: Sendable, Hashable {
  /// Whether the agency holds the data. Never guessed: `unknown` is an answer.
  public enum Holding: String, Sendable, Hashable, CaseIterable {
    case yes, no, unknown
  }

  /// `KZ:BNS`.
  public let agency: String
  /// `internal_margins`.
  public let indicator: String
  public let title: Names
  public let holds: Holding
  public let measures: [String]
  /// Narrows the observations beyond measure and agency.
  public let condition: Predicate
  /// The periods expected, from the first to the last; the last may be open.
  public let from: Period
  public let to: Period?
  /// How many areas each measure is expected for.
  public let areas: Int
  /// Columns that must be broken down.
  public let dimensions: [Observation.Column]
  /// The definition that is asked for, by axis.
  public let target: [Axis: String]
  /// Days from the end of a period to the release.
  public let lagDays: Int
  /// The models and scenarios that stop working without the indicator.
  public let neededBy: [String]
  public let place: Place
}

/// From which value on an axis of the gap matrix counts as met.
public struct GapThresholds: Sendable, Hashable {
  public var availability = 1.0
  public var completeness = 0.95
  public var granularity = 1.0
  public var definition = 1.0
  public var consistency = 0.95
  /// At most this.
  public var revision = 0.05

  public static let standard = GapThresholds()
}
