public import Demography

/// The model of a few with the least mean ranked probability score over forecasts of the series' own past.
///
/// Each is shown the series up to six earlier ends, one step apart, and forecasts a season ahead, eight steps at
/// most and four where there is none; automatic ones choose their structure at the first and refit at the others.
/// The naive lines are among them, so that nothing is chosen that does not beat them. In-sample fit decides nothing
/// (Hyndman and Athanasopoulos 2021, § 5.10). Where fewer than three ends leave enough values, the first model that can
/// be fitted forecasts, the combination before the others.
public struct CrossValidatedModel: SeriesModel {
  /// In the order in which they are taken where nothing can be compared.
  public let candidates: [any SeriesModel]

  public init() {
    self.init(candidates: [
      CombinationModel(), AutoETSModel(), AutoARIMAModel(), ThetaModel(), DriftModel(),
      SeasonalNaiveModel(), NaiveModel(), MeanModel(),
    ])
  }

  /// - Precondition: there are candidates.
  public init(candidates: [any SeriesModel]) {
    precondition(!candidates.isEmpty, "a choice among nothing")
    self.candidates = candidates
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "auto",
      reference: "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.10")
  }

  /// - Throws: what the last candidate throws, when none can be fitted.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    let order = ranked(series)
    for index in order.dropLast() {
      if let fit = try? candidates[index].fit(series) { return fit }
    }
    return try candidates[order[order.count - 1]].fit(series)
  }

  /// Places of the candidates, the best first; as they stand where nothing can be compared.
  func ranked(_ series: TimeSeries) -> [Int] {
    guard let losses = rollingLosses(of: candidates, on: series) else {
      return Array(candidates.indices)
    }
    return candidates.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
  }
}
