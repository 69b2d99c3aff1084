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
    return CombinationFit(series: series, members: fits)
  }
}

/// The members with their parameters.
struct CombinationFit: FittedSeries {
  let series: TimeSeries
  /// At least one.
  let members: [any FittedSeries]

  var label: String { "median of " + members.map(\.label).joined(separator: ", ") }
  var structure: any SeriesModel { CombinationModel(members: members.map(\.structure)) }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  /// Each member's, after its label.
  var parameters: [SeriesParameter] {
    members.flatMap { member in
      member.parameters.map {
        SeriesParameter("\(member.label).\($0.name)", $0.value, standardError: $0.standardError)
      }
    }
  }

  /// Medians of the members that have a value.
  var fittedValues: [Double] {
    let all = members.map(\.fittedValues)
    return series.values.indices.map { t in
      let known = all.map { $0[t] }.filter { !$0.isNaN }
      return known.isEmpty ? .nan : Statistics.quantile(known, 0.5)
    }
  }

  /// The median of the members' medians, with intervals whose halves are the means of the members' own,
  /// level by level (quantiles averaged, not densities mixed: Lichtendahl, Grushka-Cockayne and Winkler
  /// 2013). Halves are taken between values, so that members on logarithms may stand beside others.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let all = members.map { $0.predictive(horizon, seed: seed) }
    let centres = medians(all.map(\.medians))
    let spread = all.filter(\.hasIntervals)
    return Predictive(
      spread.isEmpty ? .bare(centres) : .averaged(centres: centres, members: spread))
  }

  private func medians(_ all: [[Double]]) -> [Double] {
    (all.first?.indices ?? 0..<0).map { step in Statistics.quantile(all.map { $0[step] }, 0.5) }
  }

  /// The members' futures in turn, each moved to the centre of all.
  func paths(_ horizon: Int, draws: Int, seed: UInt64) -> [[Double]] {
    let own = members.map { $0.predictive(horizon, seed: seed).medians }
    let centres = medians(own)
    let futures = members.map { $0.paths(horizon, draws: draws, seed: seed) }
    return (0..<draws).map { draw in
      let m = draw % members.count
      return (0..<horizon).map { futures[m][draw][$0] - own[m][$0] + centres[$0] }
    }
  }
}
