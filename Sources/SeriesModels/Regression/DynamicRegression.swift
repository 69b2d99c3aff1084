import Demography
import Glibc
import Kernel

/// A driver of a series: its path, and the lags at which it acts.
public struct Driver: Hashable, Sendable {
  public let name: String
  /// From the first step of the series, as far ahead as it shall be forecast.
  public let values: [Double]
  public let lags: ClosedRange<Int>

  /// - Precondition: lags are not negative.
  public init(_ name: String, _ values: [Double], lags: ClosedRange<Int> = 0...0) {
    precondition(lags.lowerBound >= 0, "a lead of \(name)")
    self.name = name
    self.values = values
    self.lags = lags
  }
}

/// A series on present and past values of drivers, with ARIMA errors (Pankratz 1991, Forecasting with
/// Dynamic Regression Models).
///
/// On logarithms of both sides coefficients are elasticities: a change of a driver by one per cent moves the
/// series by so many per cent, at once and, over all lags, in the end. Scenarios replace the drivers' future.
public struct DynamicRegression: Sendable {
  public let order: ARIMAOrder
  public let drivers: [Driver]
  public let interventions: [Intervention]
  /// Whether series and drivers enter as logarithms.
  public let isLogarithmic: Bool

  public init(
    order: ARIMAOrder, drivers: [Driver], interventions: [Intervention] = [], isLogarithmic: Bool
  ) {
    self.order = order
    self.drivers = drivers
    self.interventions = interventions
    self.isLogarithmic = isLogarithmic
  }

  /// What a driver does to the series.
  public struct Response: Hashable, Sendable {
    public let driver: String
    /// Coefficients at each lag.
    public let lags: [SeriesParameter]
    /// Their sum: the effect of a lasting change after all lags.
    public let longRun: SeriesParameter
  }

  /// A fit with the responses to its drivers.
  public struct Result: Sendable {
    public let fit: any FittedSeries
    public let responses: [Response]
    public let interventions: [SeriesParameter]
    /// First step of the series that is used: the lags need what is before it.
    public let start: Int
    /// The same fit on the scale it was made on.
    let regression: RegressionARIMAFit
  }

  /// - Throws: `.notPositive` for a series or `.regressorMissing` for a driver that has no logarithm; what
  ///   `RegressionARIMAModel` throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> Result {
    let start = drivers.map(\.lags.upperBound).max() ?? 0
    let used = series.suffix(from: start)
    let values = try scaled(used)
    let estimated = try RegressionARIMAModel(
      order: order, regressors: try regressors(series, start: start, paths: drivers.map(\.values))
    ).estimate(values)
    return result(estimated, series: used, start: start)
  }

  /// The forecast of a fit with other futures of the drivers; its coefficients stay as they are.
  ///
  /// - Parameter futures: values of each driver in the steps after the series.
  /// - Throws: as `fit`.
  public func forecast(
    _ result: Result, of series: TimeSeries, futures: [[Double]], levels: [Double]
  ) throws(SeriesError) -> Forecast {
    precondition(futures.count == drivers.count, "\(futures.count) futures for \(drivers.count)")
    let horizon = futures.map(\.count).min() ?? 0
    let paths = zip(drivers, futures).map { Array($0.values.prefix(series.count)) + $1 }
    let values = try scaled(series.suffix(from: result.start))
    let model = RegressionARIMAModel(
      order: order, regressors: try regressors(series, start: result.start, paths: paths))
    let fit = try model.evaluate(values, result.regression.coefficients, effects: nil)
    return self.result(fit, series: series.suffix(from: result.start), start: result.start)
      .fit.forecast(horizon, levels: levels, seed: 0)
  }

  private func scaled(_ series: TimeSeries) throws(SeriesError) -> TimeSeries {
    guard isLogarithmic else { return series }
    for (t, y) in series.values.enumerated() where y <= 0 {
      throw .notPositive(
        series: series.id, model: "log:arima\(order)", period: "\(series.period(t))", value: y)
    }
    return series.replacing(series.values.map { Glibc.log($0) })
  }

  private func regressors(
    _ series: TimeSeries, start: Int, paths: [[Double]]
  ) throws(SeriesError) -> [Regressor] {
    var all: [Regressor] = []
    for (driver, path) in zip(drivers, paths) {
      if isLogarithmic, let t = path.firstIndex(where: { $0 <= 0 }) {
        throw .regressorMissing(
          series: series.id, regressor: "ln \(driver.name)", period: "\(series.period(t))")
      }
      let values = isLogarithmic ? path.map { Glibc.log($0) } : path
      for lag in driver.lags {
        let name = driver.lags.upperBound == 0 ? driver.name : "\(driver.name).lag\(lag)"
        all.append(Regressor(name, Array(values.dropFirst(start - lag))))
      }
    }
    return all
      + interventions.map { change in
        Regressor(
          change.name, (0..<(series.count + 10_000)).map { change.value($0 + start) })
      }
  }

  private func result(
    _ fit: RegressionARIMAFit, series: TimeSeries, start: Int
  ) -> Result {
    let all = fit.coefficientsOfRegressors
    let covariance = fit.effectCovariance
    var first = 0
    let responses = drivers.map { driver in
      let indices = Array(first..<(first + driver.lags.count))
      first += driver.lags.count
      var variance = 0.0
      for i in indices { for j in indices { variance += covariance[i, j] } }
      return Response(
        driver: driver.name, lags: indices.map { all[$0] },
        longRun: SeriesParameter(
          driver.name, indices.reduce(0) { $0 + all[$1].value },
          standardError: variance.squareRoot()))
    }
    return Result(
      fit: isLogarithmic ? LogTransformedFit(series: series, inner: fit) : fit,
      responses: responses, interventions: Array(all[first...]), start: start, regression: fit)
  }
}
