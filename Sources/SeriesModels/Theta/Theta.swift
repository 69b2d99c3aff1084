public import Demography
import Glibc

/// The Theta method as simple exponential smoothing with half the slope of the trend line.
///
/// With a season that the autocorrelation at its lag shows (5 per cent, one-sided 1.645 with Bartlett's
/// variance, at least three seasons), values are first divided by STL's seasonal of the logarithms, or
/// less it where a value is not above zero. The variance h steps ahead is σ² (1 + (h − 1) α²), σ² from
/// the one-step errors of the whole method, drift included.
public struct ThetaModel: SeriesModel {
  let deseasonaliser: Deseasonalised.Method

  public init() { self.init(.loess) }

  /// With the season by centred moving averages, as R's `thetaf` takes it.
  public static var asPublished: ThetaModel { ThetaModel(.movingAverage) }

  private init(_ method: Deseasonalised.Method) { deseasonaliser = method }

  public var card: Card {
    Card(
      catalogue: "series", id: "theta",
      reference:
        "Assimakopoulos and Nikolopoulos (2000); Hyndman and Billah (2003), International Journal of Forecasting 19"
    )
  }

  /// - Throws: `.tooShort` below four values, `.missingValues`.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try series.requireWhole(name, needed: 4)
    return try ThetaFit(series, model: self)
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try series.requireWhole(name, needed: 4)
    let alpha = try kept.weight("alpha", of: series)
    return ThetaFit(
      series, model: self, without: try kept.deseasonalised(series, deseasonaliser), alpha: alpha,
      level: try kept.one("level", of: series), drift: try kept.one("drift", of: series))
  }
}

struct ThetaFit: FittedSeries {
  let series: TimeSeries
  let structure: any SeriesModel
  private let smoother: ETSFit
  /// Half the slope of the least squares line of the deseasonalised values.
  private let drift: Double
  private let flat: Deseasonalised

  init(_ series: TimeSeries, model: ThetaModel) throws(SeriesError) {
    flat = Deseasonalised(series.values, season: series.season, model.deseasonaliser)
    drift = TrendLine(flat.values).slope / 2
    smoother = try ETSModel(form: ETSForm(.additive, .none, .none))
      .estimate(TimeSeries(id: series.id, clock: series.clock, values: flat.values, season: 1))
    self.series = series
    structure = model
  }

  /// With parameters of an earlier fit; the season is found anew.
  init(
    _ series: TimeSeries, model: ThetaModel, without flat: Deseasonalised, alpha: Double,
    level: Double, drift: Double
  ) {
    self.flat = flat
    self.drift = drift
    smoother = ETSModel(form: ETSForm(.additive, .none, .none)).evaluate(
      TimeSeries(id: series.id, clock: series.clock, values: flat.values, season: 1),
      ETSSmoothing(alpha: alpha), from: ETSStates(level: level))
    self.series = series
    structure = model
  }

  var standardisedErrors: [Double]? {
    standardised(zip(smoother.series.values, flatFitted).map { $0 - $1 })
  }
  var kept: KeptFit? {
    KeptFit(
      structure,
      [
        "alpha": [alpha], "level": [smoother.initialStates.level], "drift": [drift],
        "seasonal": [flat.isSeasonal ? 1 : 0],
      ])
  }

  var label: String { flat.isSeasonal ? "Theta[\(series.season)]" : "Theta" }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  var parameters: [SeriesParameter] {
    smoother.parameters.filter { $0.name == "alpha" || $0.name == "level0" }
      + [SeriesParameter("drift", drift), SeriesParameter("sigma2", variance)]
  }
  var fittedValues: [Double] {
    flatFitted.enumerated().map { t, value in flat.seasoned(value, at: t) }
  }

  private var alpha: Double { smoother.smoothing.alpha }

  /// One-step means of the deseasonalised values.
  private var flatFitted: [Double] {
    smoother.fittedValues.enumerated().map { t, level in level + drift * seen(t) }
  }

  /// Share of the drift that `count` values have not yet brought into the level, (1 − (1 − α)^n)/α.
  private func seen(_ count: Int) -> Double {
    (1 - Glibc.pow(1 - alpha, Double(count))) / alpha
  }

  private var degrees: Int { series.count - 3 }
  /// σ² of the deseasonalised values.
  private var variance: Double {
    let squares = zip(smoother.series.values, flatFitted)
      .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return squares / Double(max(1, degrees))
  }

  private func mean(_ step: Int) -> Double {
    smoother.finalStates.level + drift * (Double(step) + seen(series.count))
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let means = (0..<horizon).map { flat.seasoned(mean($0), ahead: $0) }
    guard degrees > 0 else { return Predictive(.bare(means)) }
    let deviations = (0..<horizon).map { step in
      flat.deviation((variance * (1 + Double(step) * alpha * alpha)).squareRoot(), ahead: step)
    }
    return Predictive(mean: means, deviation: deviations, degrees: Double(degrees))
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = degrees > 0 ? variance.squareRoot() : 0
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var moved = 0.0
      return shocks.enumerated().map { step, shock in
        let value = mean(step) + moved + deviation * shock
        moved += alpha * deviation * shock
        return flat.seasoned(value, ahead: step)
      }
    }
  }
}
