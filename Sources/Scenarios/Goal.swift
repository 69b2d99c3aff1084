extension Scenario {
  /// The value of a parameter that is looked for, and what it shall bring about.
  public struct Goal: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
      case value(Double)
      /// What the baseline has in a year, at the same quantile.
      case levelOf(Int)
    }

    public let parameter: String
    /// Id of the variant whose levers are on.
    public let variant: String
    public let metric: Indicator
    public let area: Area
    public let year: Int
    public let target: Target
    /// Which of the draws shall reach the target: 0.5 for the median.
    public let quantile: Double
    /// Where to look.
    public let bounds: ClosedRange<Double>

    public init(
      parameter: String, variant: String, metric: Indicator, area: Area, year: Int, target: Target,
      quantile: Double, bounds: ClosedRange<Double>
    ) {
      self.parameter = parameter
      self.variant = variant
      self.metric = metric
      self.area = area
      self.year = year
      self.target = target
      self.quantile = quantile
      self.bounds = bounds
    }

    /// The same goal with another target.
    public func reaching(_ target: Target) -> Goal {
      Goal(
        parameter: parameter, variant: variant, metric: metric, area: area, year: year,
        target: target, quantile: quantile, bounds: bounds)
    }
  }
}
