public import Demography
import Kernel

/// The median forecast of several models, step by step.
///
/// Members fail at different series, so that their median beats each of them on nearly every collection
/// (Petropoulos and Svetunkov 2020, International Journal of Forecasting 36, 110–115). A member that cannot
/// be fitted is left out, which the label shows; the others go on.
public struct CombinationModel: SeriesModel {
  public let members: [any SeriesModel]

  /// Automatic exponential smoothing and ARIMA, the dynamic optimised Theta model and the Theta method.
  public init() {
    self.init(
      members: [
        AutoETSModel(), AutoARIMAModel(), ThetaLineModel(isDynamic: true, isOptimised: true),
        ThetaModel(),
      ])
  }

  /// - Precondition: there are members.
  public init(members: [any SeriesModel]) {
    precondition(!members.isEmpty, "a combination of nothing")
    self.members = members
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "combination",
      reference:
        "Petropoulos and Svetunkov (2020), International Journal of Forecasting 36, 110-115")
  }

  /// - Throws: what the last member throws, when all do.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    var fits: [any FittedSeries] = []
    var failure: SeriesError?
    for member in members {
      do throws(SeriesError) { fits.append(try member.fit(series)) } catch { failure = error }
    }
    if let failure, fits.isEmpty { throw failure }
    return CombinationFit(series: series, members: fits, weights: nil)
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try CombinationFit(kept, on: series, weights: nil)
  }
}

/// The members with their parameters.
struct CombinationFit: FittedSeries {
  let series: TimeSeries
  /// At least one.
  let members: [any FittedSeries]
  /// One a member, adding up to 1; `nil` for the median.
  let weights: [Double]?

  var label: String {
    (weights == nil ? "median of " : "weighted mean of ")
      + members.map(\.label).joined(separator: ", ")
  }
  var structure: any SeriesModel {
    let own = members.map(\.structure)
    return weights.map { WeightedCombinationModel(members: own, weights: $0) as any SeriesModel }
      ?? CombinationModel(members: own)
  }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  /// Weights, and each member's after its label.
  var parameters: [SeriesParameter] {
    let ofWeights = zip(members, weights ?? []).map { SeriesParameter("\($0.label).weight", $1) }
    return ofWeights
      + members.flatMap { member in
        member.parameters.map {
          SeriesParameter("\(member.label).\($0.name)", $0.value, standardError: $0.standardError)
        }
      }
  }

  /// Members as they were kept; all must be fit for the values.
  init(_ kept: KeptFit, on series: TimeSeries, weights: [Double]?) throws(SeriesError) {
    guard !kept.members.isEmpty else { throw kept.damaged("members", series) }
    var members: [any FittedSeries] = []
    for member in kept.members { members.append(try member.resumed(on: series)) }
    self.init(series: series, members: members, weights: weights)
  }

  init(series: TimeSeries, members: [any FittedSeries], weights: [Double]?) {
    self.series = series
    self.members = members
    self.weights = weights
  }

  var standardisedErrors: [Double]? {
    members.allSatisfy { $0.standardisedErrors != nil } ? standardised() : nil
  }
  var kept: KeptFit? {
    let own = members.compactMap(\.kept)
    guard own.count == members.count else { return nil }
    return KeptFit(structure, weights.map { ["weights": $0] } ?? [:], members: own)
  }

  /// Medians, or weighted means, of the members that have a value.
  var fittedValues: [Double] {
    let all = members.map(\.fittedValues)
    return series.values.indices.map { t in
      let known = members.indices.filter { !all[$0][t].isNaN }
      return known.isEmpty ? .nan : centre(known.map { all[$0][t] }, known)
    }
  }

  /// - Parameter own: places of the members whose values these are.
  private func centre(_ values: [Double], _ own: [Int]) -> Double {
    guard let weights else { return Statistics.quantile(values, 0.5) }
    let some = own.map { weights[$0] }
    return dot(some, values) / some.reduce(0, +)
  }

  /// The median, or weighted mean, of the members' medians, with intervals whose halves are the means, or weighted
  /// means, of the members' own, level by level (quantiles averaged, not densities mixed: Lichtendahl,
  /// Grushka-Cockayne and Winkler 2013). Halves are taken between values, so that members on logarithms may stand
  /// beside others.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let all = members.map { $0.predictive(horizon, seed: seed) }
    let centres = centres(all.map(\.medians))
    let spread = all.indices.filter { all[$0].hasIntervals }
    guard !spread.isEmpty else { return Predictive(.bare(centres)) }
    let own = spread.map { weights?[$0] ?? 1 }
    let sum = own.reduce(0, +)
    return Predictive(
      .averaged(
        centres: centres, members: spread.map { all[$0] }, weights: own.map { $0 / sum }))
  }

  private func centres(_ all: [[Double]]) -> [Double] {
    (all.first?.indices ?? 0..<0).map { step in
      centre(all.map { $0[step] }, Array(all.indices))
    }
  }

  /// The members' futures, each moved to the centre of all: in turn, or as often as their weights ask, by the
  /// multiples of the golden ratio, which leave no gap however many draws there are.
  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let own = members.map { $0.predictive(horizon, seed: errors.seed).medians }
    let centres = centres(own)
    let futures = members.map { $0.paths(horizon, draws: draws, errors: errors) }
    return (0..<draws).map { draw in
      let m = member(of: draw)
      return (0..<horizon).map { futures[m][draw][$0] - own[m][$0] + centres[$0] }
    }
  }

  private func member(of draw: Int) -> Int {
    guard let weights else { return draw % members.count }
    var rest = (0.618_033_988_749_894_9 * Double(draw + 1)).truncatingRemainder(dividingBy: 1)
    for (m, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return m }
    }
    return members.count - 1
  }
}
