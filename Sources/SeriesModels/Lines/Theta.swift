public import Demography
import Glibc

/// The Theta method as simple exponential smoothing with half the slope of the trend line.
///
/// With a season that the autocorrelation at its lag shows (5 per cent, one-sided 1.645 with Bartlett's
/// variance, at least three seasons), values are first divided by STL's seasonal of the logarithms, or
/// less it where a value is not above zero. The variance h steps ahead is σ² (1 + (h − 1) α²), σ² from
/// the one-step errors of the whole method, drift included.
public struct ThetaModel: SeriesModel {
  public init() {}

  public var card: Card {
    Card(
      catalogue: "series", id: "theta",
      reference:
        "Assimakopoulos and Nikolopoulos (2000); Hyndman and Billah (2003), International Journal of Forecasting 19"
    )
  }

  /// - Throws: `.tooShort` below four values, `.missingValues`.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    guard series.observedCount >= 4 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: 4)
    }
    guard !series.hasGaps else {
      throw .missingValues(
        series: series.id, model: name, count: series.count - series.observedCount)
    }
    return try ThetaFit(series, model: self)
  }
}

struct ThetaFit: FittedSeries {
  let series: TimeSeries
  let structure: any SeriesModel
  private let smoother: ETSFit
  /// Half the slope of the least squares line of the deseasonalised values.
  private let drift: Double
  /// Seasonal of the last season, next first; empty without one.
  private let seasonal: [Double]
  private let history: [Double]
  private let isRatio: Bool

  init(_ series: TimeSeries, model: ThetaModel) throws(SeriesError) {
    let values = series.values
    let m = series.season
    var flat = values
    var history: [Double] = []
    isRatio = values.allSatisfy { $0 > 0 }
    if m > 1, values.count >= 3 * m, Self.isSeasonal(values, m) {
      let logarithms = isRatio ? values.map { Glibc.log($0) } : values
      history = STL(logarithms, season: m, seasonalWindow: 11).seasonal
      let ratio = isRatio
      flat = zip(values, history).map { ratio ? $0 / Glibc.exp($1) : $0 - $1 }
    }
    let n = Double(values.count)
    let centre = (n - 1) / 2
    let mean = flat.reduce(0, +) / n
    var product = 0.0
    var spread = 0.0
    for (t, y) in flat.enumerated() {
      product += (Double(t) - centre) * (y - mean)
      spread += (Double(t) - centre) * (Double(t) - centre)
    }
    drift = product / spread / 2
    smoother = try ETSModel(form: ETSForm(.additive, .none, .none))
      .estimate(TimeSeries(id: series.id, clock: series.clock, values: flat, season: 1))
    seasonal = history.isEmpty ? [] : Array(history.suffix(m))
    self.history = history
    self.series = series
    structure = model
  }

  private static func isSeasonal(_ x: [Double], _ m: Int) -> Bool {
    let n = x.count
    let mean = x.reduce(0, +) / Double(n)
    let e = x.map { $0 - mean }
    let whole = e.reduce(0) { $0 + $1 * $1 }
    guard whole > 0 else { return false }
    let correlations = (1...m).map { lag in
      (lag..<n).reduce(0.0) { $0 + e[$1] * e[$1 - lag] } / whole
    }
    let variance = 1 + 2 * correlations.dropLast().reduce(0) { $0 + $1 * $1 }
    return abs(correlations[m - 1]) > 1.645 * (variance / Double(n)).squareRoot()
  }

  var label: String { seasonal.isEmpty ? "Theta" : "Theta[\(series.season)]" }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  var parameters: [SeriesParameter] {
    smoother.parameters.filter { $0.name == "alpha" || $0.name == "level0" }
      + [SeriesParameter("drift", drift), SeriesParameter("sigma2", variance)]
  }
  var fittedValues: [Double] {
    flatFitted.indices.map { t in
      let value = flatFitted[t]
      guard !history.isEmpty else { return value }
      return isRatio ? value * Glibc.exp(history[t]) : value + history[t]
    }
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

  private func seasoned(_ value: Double, _ step: Int) -> Double {
    guard !seasonal.isEmpty else { return value }
    let s = seasonal[step % seasonal.count]
    return isRatio ? value * Glibc.exp(s) : value + s
  }

  private func mean(_ step: Int) -> Double {
    smoother.finalStates.level + drift * (Double(step) + seen(series.count))
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let means = (0..<horizon).map { seasoned(mean($0), $0) }
    guard degrees > 0 else { return Predictive(.bare(means)) }
    let deviations = (0..<horizon).map { step -> Double in
      let flat = (variance * (1 + Double(step) * alpha * alpha)).squareRoot()
      return isRatio && !seasonal.isEmpty
        ? flat * Glibc.exp(seasonal[step % seasonal.count]) : flat
    }
    return Predictive(mean: means, deviation: deviations, degrees: Double(degrees))
  }

  func paths(_ horizon: Int, draws: Int, seed: UInt64) -> [[Double]] {
    let deviation = degrees > 0 ? variance.squareRoot() : 0
    return SeriesNoise(seed: seed, series: series.id).shocks(horizon, draws: draws).map { shocks in
      var moved = 0.0
      return shocks.enumerated().map { step, shock in
        let value = mean(step) + moved + deviation * shock
        moved += alpha * deviation * shock
        return seasoned(value, step)
      }
    }
  }
}
