import Kernel

/// How near the totals of areas are, whatever becomes of single flows.
extension FlowScores {
  /// Mean absolute errors over areas, in persons.
  public struct MarginErrors: Hashable, Sendable {
    public let departures: Double
    public let arrivals: Double
    /// Of arrivals minus departures.
    public let net: Double
  }

  /// Means of `|Σt − Σf|` over the areas (Welch & Raftery 2022).
  ///
  /// - Parameters:
  ///   - pairs: one for each flow, areas from 0.
  ///   - areas: how many there are; areas without a pair count with 0.
  public static func marginErrors(
    _ observed: [Double], _ fitted: [Double], pairs: [FlowPanel.Pair], areas: Int
  ) -> MarginErrors {
    check(observed, fitted)
    precondition(pairs.count == observed.count, "\(pairs.count) pairs of \(observed.count) flows")
    var departures = [Double](repeating: 0, count: areas)
    var arrivals = departures
    for (k, pair) in pairs.enumerated() {
      let excess = fitted[k] - observed[k]
      departures[pair.origin] += excess
      arrivals[pair.destination] += excess
    }
    func mean(_ errors: [Double]) -> Double { Statistics.mean(errors.map { abs($0) }) }
    return MarginErrors(
      departures: mean(departures), arrivals: mean(arrivals),
      net: mean(zip(arrivals, departures).map { $0 - $1 }))
  }
}
