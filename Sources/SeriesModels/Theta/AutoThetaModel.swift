public import Demography

/// The Theta model, of the line of all values or of those seen so far, with θ of 2 or estimated, whose one-step
/// errors have the least variance by their degrees of freedom.
///
/// All four see the same values without season, which is taken out once. Ties go to the simpler one.
public struct AutoThetaModel: SeriesModel {
  static let candidates = [false, true].flatMap { isDynamic in
    [false, true].map { ThetaLineModel(isDynamic: isDynamic, isOptimised: $0) }
  }

  public init() {}

  public var card: Card {
    Card(
      catalogue: "series", id: "auto-theta",
      reference:
        "Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), International Journal of Forecasting 32"
    )
  }

  /// - Throws: `.tooShort` below five values, `.missingValues`.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try series.requireWhole(name, needed: 5)
    let flat = Deseasonalised(series.values, season: series.season, .loess)
    let fits = Self.candidates.compactMap { ThetaLineFit(series, model: $0, without: flat) }
    guard let best = fits.min(by: { $0.variance < $1.variance }) else {
      throw .notFitted(series: series.id, model: name)
    }
    return best
  }
}
