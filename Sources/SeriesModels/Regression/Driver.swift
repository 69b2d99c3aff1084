/// A driver of a series: its path, and the lags at which it acts.
public struct Driver: Hashable, Sendable {
  public let name: String
  /// From the first step of the series, as far ahead as it shall be forecast.
  public let values: [Double]
  public let lags: ClosedRange<Int>

  /// - Precondition: lags are not negative.
  public init(_ name: String, _ values: [Double], lags: ClosedRange<Int> = 0...0) {
    precondition(lags.lowerBound >= 0, "a lead of \(name)")
    self.name = name
    self.values = values
    self.lags = lags
  }
}
