public import Demography
import Glibc

/// Independent values about a constant mean.
public struct MeanModel: ComputedSeriesModel {
  public init() {}
  public var card: Card {
    Card(
      catalogue: "series", id: "mean",
      reference: "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2")
  }
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try StraightLineFit(series, hasSlope: false, model: self)
  }
}

/// Independent values about a straight line in time, by least squares.
public struct LinearTrendModel: ComputedSeriesModel {
  public init() {}
  public var card: Card {
    Card(
      catalogue: "series", id: "linear",
      reference: "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 7.4")
  }
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try StraightLineFit(series, hasSlope: true, model: self)
  }
}

/// A constant or a line by least squares; missing values are left out.
///
/// The error at time t has variance σ² (1 + 1/n + (t − t̄)²/S), S = Σ (t − t̄)².
struct StraightLineFit: FittedSeries {
  let series: TimeSeries
  let structure: any SeriesModel
  private let centre: Double
  private let level: Double
  private let slope: Double?
  private let spread: Double
  private let squares: Double
  private let observed: Int

  init(_ series: TimeSeries, hasSlope: Bool, model: any SeriesModel) throws(SeriesError) {
    let times = series.values.indices.filter { !series.values[$0].isNaN }
    let needed = hasSlope ? 3 : 1
    guard times.count >= needed else {
      throw .tooShort(series: series.id, model: model.name, observed: times.count, needed: needed)
    }
    let n = Double(times.count)
    let centre = times.reduce(0) { $0 + Double($1) } / n
    let level = times.reduce(0) { $0 + series.values[$1] } / n
    var spread = 0.0
    var product = 0.0
    for t in times {
      spread += (Double(t) - centre) * (Double(t) - centre)
      product += (Double(t) - centre) * (series.values[t] - level)
    }
    let slope = hasSlope ? product / spread : nil
    squares = times.reduce(0) {
      let error = series.values[$1] - level - (slope ?? 0) * (Double($1) - centre)
      return $0 + error * error
    }
    self.series = series
    structure = model
    self.centre = centre
    self.level = level
    self.slope = slope
    self.spread = spread
    observed = times.count
  }

  private var degrees: Int { observed - (slope == nil ? 1 : 2) }
  private var variance: Double { degrees > 0 ? squares / Double(degrees) : .nan }

  var label: String { structure.name }
  var standardisedErrors: [Double]? {
    standardised()
  }
  var kept: KeptFit? { KeptFit(structure) }
  var parameters: [SeriesParameter] {
    let n = Double(observed)
    let ofSlope = slope == nil ? 0 : centre * centre / spread
    var result = [
      SeriesParameter(
        slope == nil ? "mean" : "intercept", level - (slope ?? 0) * centre,
        standardError: (variance * (1 / n + ofSlope)).squareRoot())
    ]
    if let slope {
      result.append(
        SeriesParameter("slope", slope, standardError: (variance / spread).squareRoot()))
    }
    return result + [SeriesParameter("sigma2", variance)]
  }
  var logLikelihood: Double? {
    let n = Double(observed)
    return squares > 0 ? -0.5 * n * (Glibc.log(2 * .pi * squares / n) + 1) : nil
  }
  var aicc: Double? {
    logLikelihood.map {
      correctedAkaike($0, parameters: slope == nil ? 2 : 3, observations: observed)
    }
  }
  var fittedValues: [Double] {
    series.values.indices.map { series.values[$0].isNaN ? .nan : line($0) }
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let times = series.count..<(series.count + horizon)
    guard degrees > 0 else { return Predictive(.bare(times.map { line($0) })) }
    let deviation = times.map { t -> Double in
      let distance = Double(t) - centre
      let ofSlope = slope == nil ? 0 : distance * distance / spread
      return (variance * (1 + 1 / Double(observed) + ofSlope)).squareRoot()
    }
    return Predictive(mean: times.map { line($0) }, deviation: deviation, degrees: Double(degrees))
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = variance.isNaN ? 0 : variance.squareRoot()
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      shocks.indices.map { line(series.count + $0) + deviation * shocks[$0] }
    }
  }

  private func line(_ t: Int) -> Double { level + (slope ?? 0) * (Double(t) - centre) }
}
