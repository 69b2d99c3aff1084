import Glibc
import Kernel

/// Scores over many series, each series counting alike.
public struct PooledScores: Hashable, Sendable {
  public struct Model: Hashable, Sendable {
    public let name: String
    /// Series that it was scored on.
    public let series: Int
    public let mase: Double
    public let rmsse: Double
    public let smape: Double
    /// Geometric mean of the ranked probability score over that of the naive line.
    public let relativeRanked: Double
    /// Geometric mean of the absolute error over that of the naive line.
    public let relativeError: Double
    public let coverage80: Double
    public let coverage95: Double
    /// Series for which it was chosen.
    public let chosen: Int
  }

  public let models: [Model]

  /// - Parameter series: scores of each series' models.
  public init(_ series: [[ModelScore]]) {
    var names: [String] = []
    for score in series.joined() where !names.contains(score.model) { names.append(score.model) }
    models = names.map { name in
      let pairs = series.compactMap { scores -> (own: ModelScore, naive: ModelScore)? in
        guard let own = scores.first(where: { $0.model == name && $0.origins > 0 }),
          let naive = scores.first(where: { $0.model == "naive" })
        else { return nil }
        return (own, naive)
      }
      func mean(_ value: (ModelScore) -> Double) -> Double {
        Statistics.mean(pairs.map { value($0.own) }.filter { $0.isFinite })
      }
      func relative(_ value: (ModelScore) -> Double) -> Double {
        let ratios = pairs.map { value($0.own) / value($0.naive) }.filter { $0.isFinite && $0 > 0 }
        return Glibc.exp(Statistics.mean(ratios.map { Glibc.log($0) }))
      }
      return Model(
        name: name, series: pairs.count, mase: mean(\.mase), rmsse: mean(\.rmsse),
        smape: mean(\.smape), relativeRanked: relative(\.crps), relativeError: relative(\.mae),
        coverage80: mean(\.coverage80), coverage95: mean(\.coverage95),
        chosen: pairs.count { $0.own.chosen })
    }
  }
}
