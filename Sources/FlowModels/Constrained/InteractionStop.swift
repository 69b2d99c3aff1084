/// Why a computation of flows ended.
public struct InteractionStop: Hashable, Sendable {
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Scores are zero to rounding: the maximum of the likelihood.
    case scoresVanish
    /// Every margin is met.
    case marginsMet
    /// Nothing had to be iterated.
    case direct
    /// The mean cost is the one asked for.
    case meanMatched
  }

  public let reason: Reason
  public let iterations: Int
  /// What was to become small: the last relative move of a cell, the largest relative error of a margin, or the
  /// relative distance from the mean asked for.
  public let measure: Double

  init(_ reason: Reason, iterations: Int, measure: Double) {
    self.reason = reason
    self.iterations = iterations
    self.measure = measure
  }
}
