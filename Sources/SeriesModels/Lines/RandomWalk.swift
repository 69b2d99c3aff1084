public import Demography
import Glibc

/// The last value goes on: y_{t+g} = y_t + e, Var e = σ² g over a gap of g steps.
public struct NaiveModel: ComputedSeriesModel {
  public init() {}
  public var card: Card {
    Card(
      catalogue: "series", id: "naive",
      reference: "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2")
  }
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try RandomWalkFit(series, lag: 1, hasDrift: false, model: self)
  }
}

/// The value of the same season goes on.
public struct SeasonalNaiveModel: ComputedSeriesModel {
  public init() {}
  public var card: Card {
    Card(
      catalogue: "series", id: "seasonal-naive",
      reference: "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2")
  }
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try RandomWalkFit(series, lag: series.season, hasDrift: false, model: self)
  }
}

/// The line from the first value to the last goes on: a random walk with drift.
public struct DriftModel: ComputedSeriesModel {
  public init() {}
  public var card: Card {
    Card(
      catalogue: "series", id: "drift",
      reference: "Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, 5.2")
  }
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try RandomWalkFit(series, lag: 1, hasDrift: true, model: self)
  }
}

/// A random walk at a lag of one step or one season, with or without drift.
///
/// Increments between a value and the one observed g lags before it have variance σ² g. With K
/// increments over T lags, drift = Σ increments / T, σ² = Σ (e − g·drift)²/g over K (less one with
/// drift), and the error h lags ahead has variance σ² (h + h²/T), the last term for the drift.
struct RandomWalkFit: FittedSeries {
  let series: TimeSeries
  let structure: any SeriesModel
  let fittedValues: [Double]
  let drift: Double?
  /// σ² by the degrees of freedom.
  let variance: Double
  private let lag: Int
  /// For each season place of the next lag: the last value and how many lags ago it was observed.
  private let last: [(value: Double, age: Int)]
  private let increments: Int
  private let span: Int
  private let likelihoodSum: (squares: Double, logGaps: Double)

  init(_ series: TimeSeries, lag: Int, hasDrift: Bool, model: any SeriesModel) throws(SeriesError) {
    let needed = hasDrift ? 3 : lag + 1
    guard series.observedCount >= needed else {
      throw .tooShort(
        series: series.id, model: model.name, observed: series.observedCount, needed: needed)
    }
    let steps = Self.increments(series.values, lag: lag)
    let span = steps.reduce(0) { $0 + $1.gap }
    let drift = hasDrift && span > 0 ? steps.reduce(0) { $0 + $1.value } / Double(span) : nil
    var fitted = [Double](repeating: .nan, count: series.count)
    var squares = 0.0
    var logGaps = 0.0
    for step in steps {
      let gap = Double(step.gap)
      let expected = gap * (drift ?? 0)
      fitted[step.at] = step.from + expected
      squares += (step.value - expected) * (step.value - expected) / gap
      logGaps += Glibc.log(gap)
    }
    var last: [(value: Double, age: Int)] = []
    for place in 0..<lag {
      var t = series.count - lag + place
      var age = 0
      while t >= 0, series.values[t].isNaN {
        t -= lag
        age += 1
      }
      guard t >= 0 else {
        throw .tooShort(
          series: series.id, model: model.name, observed: series.observedCount, needed: needed)
      }
      last.append((series.values[t], age))
    }
    self.series = series
    structure = model
    fittedValues = fitted
    self.drift = drift
    self.lag = lag
    self.last = last
    increments = steps.count
    self.span = span
    likelihoodSum = (squares, logGaps)
    let degrees = steps.count - (hasDrift ? 1 : 0)
    variance = degrees > 0 ? squares / Double(degrees) : .nan
  }

  private struct Increment {
    let at: Int
    let from: Double
    let value: Double
    let gap: Int
  }

  private static func increments(_ values: [Double], lag: Int) -> [Increment] {
    var result: [Increment] = []
    for t in values.indices where !values[t].isNaN {
      var before = t - lag
      while before >= 0, values[before].isNaN { before -= lag }
      guard before >= 0 else { continue }
      result.append(
        Increment(
          at: t, from: values[before], value: values[t] - values[before],
          gap: (t - before) / lag))
    }
    return result
  }

  private var degrees: Double { Double(increments - (drift == nil ? 0 : 1)) }

  var label: String { structure.name }
  var standardisedErrors: [Double]? {
    let steps = Self.increments(series.values, lag: lag).filter { $0.gap == 1 }
    return standardScores(steps.map { $0.value - (drift ?? 0) })
  }
  var kept: KeptFit? { KeptFit(structure) }
  var parameters: [SeriesParameter] {
    let sigma = SeriesParameter("sigma2", variance)
    guard let drift else { return [sigma] }
    return [
      SeriesParameter("drift", drift, standardError: (variance / Double(span)).squareRoot()), sigma,
    ]
  }
  var logLikelihood: Double? {
    let n = Double(increments)
    guard n > 0, likelihoodSum.squares > 0 else { return nil }
    return -0.5 * (n * (Glibc.log(2 * .pi * likelihoodSum.squares / n) + 1) + likelihoodSum.logGaps)
  }
  var aicc: Double? {
    logLikelihood.map {
      correctedAkaike($0, parameters: drift == nil ? 1 : 2, observations: increments)
    }
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let mean = (0..<horizon).map { expected($0) }
    guard degrees > 0 else { return Predictive(.bare(mean)) }
    let deviation = (0..<horizon).map { step -> Double in
      let ahead = lags(step)
      let ofDrift = drift == nil ? 0 : ahead * ahead / Double(span)
      return (variance * (ahead + ofDrift)).squareRoot()
    }
    return Predictive(mean: mean, deviation: deviation, degrees: degrees)
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = variance.isNaN ? 0 : variance.squareRoot()
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var path: [Double] = []
      for step in 0..<horizon {
        let ahead = step < lag ? lags(step) : 1
        let from = step < lag ? last[step].value : path[step - lag]
        path.append(from + ahead * (drift ?? 0) + deviation * ahead.squareRoot() * shocks[step])
      }
      return path
    }
  }

  private func lags(_ step: Int) -> Double { Double(step / lag + 1 + last[step % lag].age) }
  private func expected(_ step: Int) -> Double {
    last[step % lag].value + lags(step) * (drift ?? 0)
  }
}
