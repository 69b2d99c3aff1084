public import Demography
import Kernel

/// The mean of several models, each with a weight by how its forecasts of the series' own past did.
///
/// Weights are half equal and half in proportion to 1 / the mean ranked probability score at rolling origins (Bates
/// and Granger 1969, Operational Research Quarterly 20, 451–468, of squared errors): six losses of one series say
/// too little to leave a model out. Where fewer than three origins leave enough values, weights are equal. A member
/// that cannot be fitted is left out, which the label shows; the others go on.
public struct WeightedCombinationModel: SeriesModel {
  public let members: [any SeriesModel]
  /// From an earlier fit, one a member; `nil` finds them.
  private let known: [Double]?

  /// Those of `CombinationModel`.
  public init() { self.init(members: CombinationModel().members) }

  /// - Precondition: there are members.
  public init(members: [any SeriesModel]) {
    precondition(!members.isEmpty, "a combination of nothing")
    self.members = members
    known = nil
  }

  init(members: [any SeriesModel], weights: [Double]) {
    precondition(members.count == weights.count, "\(weights.count) weights")
    self.members = members
    known = weights
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "weighted-combination",
      reference: "Bates and Granger (1969), Operational Research Quarterly 20, 451-468")
  }

  /// - Throws: what the last member throws, when all do.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    let weights = known ?? Self.weights(rollingLosses(of: members, on: series), members.count)
    var fits: [any FittedSeries] = []
    var own: [Double] = []
    var failure: SeriesError?
    for (member, weight) in zip(members, weights) {
      do throws(SeriesError) {
        fits.append(try member.fit(series))
        own.append(weight)
      } catch { failure = error }
    }
    if let failure, fits.isEmpty { throw failure }
    let sum = own.reduce(0, +)
    return CombinationFit(series: series, members: fits, weights: own.map { $0 / sum })
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let weights = try kept.all("weights", count: kept.members.count, of: series)
    guard weights.allSatisfy({ $0 >= 0 }), abs(weights.reduce(0, +) - 1) < 1e-9 else {
      throw kept.damaged("weights", series)
    }
    return try CombinationFit(kept, on: series, weights: weights)
  }

  /// - Parameter losses: `nil` for equal weights.
  static func weights(_ losses: [Double]?, _ count: Int) -> [Double] {
    let equal = 1 / Double(count)
    guard let losses else { return [Double](repeating: equal, count: count) }
    // Losses of zero share the weight alone, as they would in the limit.
    let best = losses.contains { $0 <= 0 }
    let raw = losses.map { best ? ($0 <= 0 ? 1 : 0) : 1 / $0 }
    let sum = raw.reduce(0, +)
    guard sum > 0 else { return [Double](repeating: equal, count: count) }
    return raw.map { 0.5 * equal + 0.5 * $0 / sum }
  }
}
