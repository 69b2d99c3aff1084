/// Decomposition with several seasons at once.
public struct MultipleSTL: Hashable, Sendable {
  /// One a season, in the order of the seasons.
  public let seasonal: [[Double]]
  public let trend: [Double]
  public let remainder: [Double]

  /// Seasons in rising order, each found in what the others leave, over and over (Bandara, Hyndman and
  /// Bergmeir 2021).
  ///
  /// - Parameters:
  ///   - values: at least two of the longest season, none missing.
  ///   - seasons: rising, each above 1.
  ///   - windows: odd spans in cycles, one a season; 11, 15, 19, … where absent.
  ///   - rounds: one is enough for one season.
  public init(
    _ values: [Double], seasons: [Int], windows: [Int]? = nil, isRobust: Bool = false,
    rounds: Int = 2
  ) {
    precondition(
      !seasons.isEmpty && zip(seasons, seasons.dropFirst()).allSatisfy { $0 < $1 },
      "seasons \(seasons)")
    let spans = windows ?? seasons.indices.map { 11 + 4 * $0 }
    precondition(spans.count == seasons.count, "\(spans.count) windows, \(seasons.count) seasons")
    var parts = seasons.map { _ in [Double](repeating: 0, count: values.count) }
    var adjusted = values
    var trend = values
    for _ in 0..<(seasons.count == 1 ? 1 : max(rounds, 1)) {
      for (k, m) in seasons.enumerated() {
        for t in values.indices { adjusted[t] += parts[k][t] }
        let fit = STL(
          adjusted, season: m,
          STLSettings(season: m, seasonalWindow: spans[k], isRobust: isRobust))
        parts[k] = fit.seasonal
        trend = fit.trend
        for t in values.indices { adjusted[t] -= parts[k][t] }
      }
    }
    seasonal = parts
    self.trend = trend
    remainder = values.indices.map { adjusted[$0] - trend[$0] }
  }
}
