public import Demography
import Glibc

/// A seasonal ARIMA model of given order by the conditional sum of squares: errors before the first are zero,
/// and the first values that the autoregression needs are taken as given (Box and Jenkins 1976, 7.1).
///
/// Quicker than the exact likelihood and close to it in long series; not the same in short ones, and blind to
/// what the first values tell.
public struct ConditionalARIMAModel: SeriesModel {
  public let order: ARIMAOrder

  public init(order: ARIMAOrder) { self.order = order }

  public var card: Card { ARIMAModel(order: order).card }
  public var name: String { "css:" + ARIMAModel(order: order).name }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.missingValues`; `.tooShort` unless two values more than coefficients are left after
  ///   differencing and those given; `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> ConditionalARIMAFit {
    let m = series.season
    let needed =
      order.lost(m) + order.p + m * order.seasonalP + order.coefficientCount + 2
    try series.requireWhole(name, needed: needed)
    guard !order.isSeasonal || m > 1 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
    let sums = ConditionalSums(series, order: order)
    let zero = [Double](repeating: 0, count: order.armaCount)
    let starts = [zero, zero.map { $0 + 0.3 }, zero.map { $0 - 0.3 }]
    let ranked = starts.map { (u: $0, value: sums.objective($0)) }.sorted { $0.value < $1.value }
    var best = (point: ranked[0].u, value: ranked[0].value)
    for start in ranked.prefix(2) {
      let found = searchedMinimum(from: start.u, iterations: 300) { sums.objective($0) }
      if found.value < best.value { best = found }
    }
    guard best.value < 1e11,
      let fit = ConditionalARIMAFit(
        series, self, ARIMACoefficients(free: best.point, order: order), sums)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }
}

/// Errors of a differenced series, recursively from zero.
struct ConditionalSums {
  private let order: ARIMAOrder
  private let m: Int
  private let differenced: [Double]
  private let regressor: [Double]
  private let floor: Double

  init(_ series: TimeSeries, order: ARIMAOrder) {
    self.order = order
    m = series.season
    differenced = order.differenced(series.values, season: m)
    let x = ARIMAEstimation.regressor(order, from: 0, count: series.count)
    regressor = order.differenced(x, season: m)
    floor = 1e-26 * series.values.reduce(1e-300) { $0 + $1 * $1 }
  }

  /// Differenced values that are taken as given.
  private var given: Int { order.p + m * order.seasonalP }
  /// Errors that count.
  var count: Int { differenced.count - given }

  private func errors(_ w: [Double], _ phi: [Double], _ theta: [Double]) -> [Double] {
    var e = [Double](repeating: 0, count: w.count)
    for t in given..<w.count {
      var sum = w[t]
      for (i, c) in phi.enumerated() where t > i { sum -= c * w[t - 1 - i] }
      for (i, c) in theta.enumerated() where t > i { sum -= c * e[t - 1 - i] }
      e[t] = sum
    }
    return e
  }

  /// Errors with the constant, where there is one, at its best.
  func errors(_ coefficients: ARIMACoefficients) -> (errors: [Double], constant: Double?) {
    let (phi, theta) = (coefficients.expandedAR(m), coefficients.expandedMA(m))
    let own = errors(differenced, phi, theta)
    guard order.hasConstant else { return (own, nil) }
    let unit = errors(regressor, phi, theta)
    let size = unit.reduce(0) { $0 + $1 * $1 }
    let beta = size > 0 ? zip(unit, own).reduce(0) { $0 + $1.0 * $1.1 } / size : 0
    return (zip(own, unit).map { $0 - beta * $1 }, beta)
  }

  /// ½ n ln of the mean square.
  func objective(_ u: [Double]) -> Double {
    let found = errors(ARIMACoefficients(free: u, order: order)).errors
    let squares = found.reduce(0) { $0 + $1 * $1 }
    guard squares.isFinite else { return 1e12 }
    return 0.5 * Double(count) * Glibc.log(max(squares, floor) / Double(count))
  }
}

/// An ARIMA model whose coefficients have the least conditional sum of squares; its forecasts are those of the
/// exact filter at these coefficients.
public struct ConditionalARIMAFit: FittedSeries {
  public let exact: ARIMAFit
  /// Σ e² over `used` errors.
  public let squares: Double
  public let used: Int
  public let fittedValues: [Double]
  private let model: ConditionalARIMAModel

  init?(
    _ series: TimeSeries, _ model: ConditionalARIMAModel, _ coefficients: ARIMACoefficients,
    _ sums: ConditionalSums
  ) {
    let found = sums.errors(coefficients)
    var complete = coefficients
    complete.constant = found.constant
    guard let exact = ARIMAFit(series, model.order, complete, .given) else { return nil }
    self.exact = exact
    self.model = model
    squares = found.errors.reduce(0) { $0 + $1 * $1 }
    used = sums.count
    let unknown = series.count - sums.count
    let errors = [Double](repeating: .nan, count: unknown) + found.errors.suffix(sums.count)
    fittedValues = zip(series.values, errors).map { $0 - $1 }
  }

  public var series: TimeSeries { exact.series }
  public var structure: any SeriesModel { model }
  public var label: String { exact.label + " by conditional squares" }
  public var coefficients: ARIMACoefficients { exact.coefficients }
  public var parameters: [SeriesParameter] {
    exact.parameters.filter { $0.name != "sigma2" }.map { SeriesParameter($0.name, $0.value) }
      + [SeriesParameter("sigma2", squares / Double(max(1, used - model.order.coefficientCount)))]
  }

  /// Given the first values and errors of zero before them.
  public var logLikelihood: Double? {
    let n = Double(used)
    return squares > 0 ? -0.5 * n * (Glibc.log(2 * .pi * squares / n) + 1) : nil
  }

  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike($0, parameters: model.order.coefficientCount + 1, observations: used)
    }
  }

  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    exact.predictive(horizon, seed: seed)
  }

  public var standardisedErrors: [Double]? { standardised() }
  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    exact.paths(horizon, draws: draws, errors: errors)
  }
}
