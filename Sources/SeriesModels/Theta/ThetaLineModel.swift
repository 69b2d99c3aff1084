public import Demography

/// Theta models in state space form: a smoothed level, drawn to the trend line by the share 1 − 1/θ.
///
/// With level ℓ, smoothing α and a line of intercept A and slope B,
/// `μ_t = ℓ_{t−1} + (1 − 1/θ) [(1 − α)^{t−1} A + (1 − (1 − α)^t)/α · B]`, `ℓ_t = α y_t + (1 − α) ℓ_{t−1}`.
/// The line is the least squares line of all values, or, *dynamic*, that of the values seen so far, which
/// goes on changing while forecasts are added. θ is 2, or, *optimised*, any number of 1 and more. A
/// season that the autocorrelation shows is first taken out by STL.
///
/// Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016, International Journal of Forecasting 32,
/// 1151–1161.
public struct ThetaLineModel: SeriesModel {
  public let isDynamic: Bool
  public let isOptimised: Bool
  let deseasonaliser: Deseasonalised.Method
  /// First one-step errors that the fit does not count.
  let uncounted: Int

  public init(isDynamic: Bool, isOptimised: Bool) {
    self.init(isDynamic: isDynamic, isOptimised: isOptimised, .loess, uncounted: 0)
  }

  /// As the authors' program and its ports fit it: the season by centred moving averages, and the first
  /// three errors not counted.
  public static func asPublished(isDynamic: Bool, isOptimised: Bool) -> ThetaLineModel {
    ThetaLineModel(
      isDynamic: isDynamic, isOptimised: isOptimised, .movingAverage, uncounted: 3)
  }

  private init(
    isDynamic: Bool, isOptimised: Bool, _ method: Deseasonalised.Method, uncounted: Int
  ) {
    self.isDynamic = isDynamic
    self.isOptimised = isOptimised
    self.uncounted = uncounted
    deseasonaliser = method
  }

  public var card: Card {
    let parts = [
      isDynamic ? "dynamic" : nil, isOptimised ? "optimised" : nil,
      isDynamic || isOptimised ? "theta" : "standard-theta",
    ]
    return Card(
      catalogue: "series", id: parts.compactMap { $0 }.joined(separator: "-"),
      reference:
        "Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), International Journal of Forecasting 32"
    )
  }

  /// - Throws: `.tooShort` below five values, `.missingValues`.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try series.requireWhole(name, needed: 5)
    let flat = Deseasonalised(series.values, season: series.season, deseasonaliser)
    guard let fit = ThetaLineFit(series, model: self, without: flat) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try series.requireWhole(name, needed: 5)
    let alpha = try kept.weight("alpha", of: series)
    let flat = try kept.deseasonalised(series, deseasonaliser)
    return ThetaLineFit(
      series, model: self, without: flat,
      ThetaProfile.Optimum(
        alpha: alpha, share: try kept.share("share", of: series),
        level: try kept.one("level", of: series), squares: .nan))
  }
}
