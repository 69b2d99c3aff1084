public import Demography

/// The future of one series as a model sees it.
public struct Forecast: Hashable, Sendable {
  /// Where the intervals come from.
  public enum Basis: String, Hashable, Sendable {
    /// From the model's own distribution.
    case analytic
    /// Quantiles of simulated futures.
    case simulated
    /// The model's own, widened by what rolling-origin errors showed.
    case calibrated
    /// From past errors alone, whatever the model.
    case conformal
    /// There are none: nothing in the data tells how far off the value may be.
    case none
  }

  public struct Step: Hashable, Sendable {
    public let period: Period
    public let mean: Double
    public let median: Double
    /// In the order of the levels asked for; empty when there is no honest interval.
    public let intervals: [Interval]

    /// The interval of a level; `nil` when there is none.
    public func interval(_ level: Double) -> Interval? { intervals.first { $0.level == level } }
  }

  public let seriesID: String
  /// Label of the fitted model.
  public let model: String
  public let basis: Basis
  public let steps: [Step]
}

/// The span a value is in with a given probability.
public struct Interval: Hashable, Sendable {
  /// Probability in per cent.
  public let level: Double
  public let lower: Double
  public let upper: Double
}
