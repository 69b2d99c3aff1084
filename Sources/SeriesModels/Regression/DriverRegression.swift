import Glibc
import Kernel

/// A model that takes regressors, on present and past values of drivers: ARIMA errors of a given or chosen order
/// or structural components, on values or, under `log:`, on logarithms of both sides (Pankratz 1991,
/// Forecasting with Dynamic Regression Models); or counts, with the drivers inside their mean. Other futures of the drivers are other fits; what is
/// estimated is the same, since only the past is fitted.
public struct DriverRegression: Sendable {
  private enum Base: Sendable {
    case arima(ARIMAOrder)
    case autoARIMA(AutoARIMAModel)
    case structural(StructuralForm)
    case counts(CountModel)
    case poisson
  }

  public let model: any SeriesModel
  /// Whether the series and all drivers that are not `plain` enter as logarithms.
  public let isLogarithmic: Bool
  /// Drivers that enter as they are: laws, shares, what may be zero.
  public let plain: Set<String>
  private var base: Base

  /// - Returns: `nil` for a model that takes no regressors.
  public init?(_ model: any SeriesModel, plain: Set<String> = []) {
    let log = model as? LogTransformed
    switch log?.inner ?? model {
    case let arima as ARIMAModel: base = .arima(arima.order)
    case let search as AutoARIMAModel: base = .autoARIMA(search)
    case let structural as StructuralModel: base = .structural(structural.form)
    case let counts as CountModel where log == nil: base = .counts(counts)
    case is PoissonLevelModel where log == nil: base = .poisson
    default: return nil
    }
    self.model = model
    isLogarithmic = log != nil
    self.plain = plain
  }

  /// What a driver does to the series.
  public struct Response: Hashable, Sendable {
    public let driver: String
    /// Coefficients at each lag.
    public let lags: [SeriesParameter]
    /// Their sum, and what past counts add where the mean follows them: the effect of a lasting change.
    public let longRun: SeriesParameter
    /// Per cent of the series for a lasting per cent of the driver; on logarithms the coefficient itself,
    /// otherwise at the means of the steps that are used. NaN where the mean of the series is zero.
    public let elasticity: SeriesParameter
    /// Whether the elasticity is the same everywhere.
    public let isConstant: Bool
  }

  public struct Fit: Sendable {
    public let fit: any FittedSeries
    public let responses: [Response]
    /// First step of the series that is used: lags need what is before it.
    public let start: Int
    /// Most steps ahead for which every driver is known, and the first that ends there; `nil` without a
    /// limit.
    public let limit: (steps: Int, driver: String)?

    /// - Throws: `.regressorMissing` where a driver ends before the last step.
    public func forecast(
      _ horizon: Int, levels: [Double], seed: UInt64
    ) throws(SeriesError) -> Forecast {
      if let limit, limit.steps < horizon {
        throw .regressorMissing(
          series: fit.series.id, regressor: limit.driver,
          period: "\(fit.series.period(fit.series.count + limit.steps))")
      }
      return fit.forecast(horizon, levels: levels, seed: seed)
    }
  }

  /// - Throws: `.notPositive` for a series or `.regressorMissing` for a driver that has no logarithm; what the
  ///   model throws.
  public func fit(_ series: TimeSeries, drivers: [Driver]) throws(SeriesError) -> Fit {
    let start = drivers.map(\.lags.upperBound).max() ?? 0
    let used = series.suffix(from: start)
    let values = try scaled(used)
    let regressors = regressors(drivers, start: start)
    let whole: any FittedSeries
    let coefficients: [SeriesParameter]
    let covariance: Matrix
    var lasting: [Double]?
    switch base {
    case .arima(let order):
      let fit = try RegressionARIMAModel(order: order, regressors: regressors).estimate(values)
      (whole, coefficients, covariance) = (
        fit, fit.coefficientsOfRegressors, fit.effectCovariance
      )
    case .autoARIMA(let search):
      let fit = try search.select(values, regressors: regressors)
      (whole, coefficients, covariance) = (
        fit, fit.coefficientsOfRegressors, fit.effectCovariance
      )
    case .counts(let model):
      let fit = try model.with(regressors).estimate(values)
      guard let effects = fit.lastingEffects else {
        throw .notFitted(series: series.id, model: self.model.name)
      }
      (whole, coefficients, covariance) = (fit, fit.effects, effects.covariance)
      lasting = effects.values
    case .poisson:
      let fit = try PoissonLevelModel(regressors: regressors).estimate(values)
      (whole, coefficients, covariance) = (fit, fit.coefficients, fit.effectCovariance)
    case .structural(let form):
      let fit = try StructuralModel(form: form, regressors: regressors).estimate(values)
      (whole, coefficients, covariance) = (fit, fit.coefficients, fit.coefficientCovariance)
    }
    let limit = used.count + 10_000
    let ends = regressors.map { (steps: $0.known(upTo: limit), driver: $0.name) }
      .filter { $0.steps < limit }.min { $0.steps < $1.steps }
    return Fit(
      fit: isLogarithmic ? LogTransformedFit(series: used, inner: whole) : whole,
      responses: responses(
        drivers, coefficients, lasting: lasting ?? coefficients.map(\.value), covariance,
        of: series, start: start),
      start: start, limit: ends.map { (max(0, $0.steps - used.count), $0.driver) })
  }

  /// The same with the order that a fit of it has chosen, where it chooses one.
  func keepingOrder(of fit: any FittedSeries) -> DriverRegression {
    guard case .autoARIMA = base else { return self }
    let inner = (fit as? LogTransformedFit)?.inner ?? fit
    guard let chosen = inner.structure as? RegressionARIMAModel else { return self }
    var kept = self
    kept.base = .arima(chosen.order)
    return kept
  }

  /// Whether an effect is one on the logarithm of the series.
  private var actsOnLogarithm: Bool {
    switch base {
    case .arima, .autoARIMA, .structural: isLogarithmic
    case .counts(let model): model.link == .log
    case .poisson: true
    }
  }

  private func scaled(_ series: TimeSeries) throws(SeriesError) -> TimeSeries {
    guard isLogarithmic else { return series }
    for (t, y) in series.values.enumerated() where y <= 0 {
      throw .notPositive(
        series: series.id, model: model.name, period: "\(series.period(t))", value: y)
    }
    return series.replacing(series.values.map { Glibc.log($0) })
  }

  private func entersAsLogarithm(_ driver: Driver) -> Bool {
    isLogarithmic && !plain.contains(driver.name)
  }

  private func regressors(
    _ drivers: [Driver], start: Int
  ) -> [Regressor] {
    var all: [Regressor] = []
    for driver in drivers {
      let isLogarithm = entersAsLogarithm(driver)
      // A value without a logarithm is missing, which tells only where a step needs it.
      let values =
        isLogarithm ? driver.values.map { $0 > 0 ? Glibc.log($0) : .nan } : driver.values
      let own = isLogarithm ? "ln \(driver.name)" : driver.name
      for lag in driver.lags {
        let name = driver.lags.upperBound == 0 ? own : "\(own).lag\(lag)"
        all.append(Regressor(name, Array(values.dropFirst(start - lag))))
      }
    }
    return all
  }

  private func responses(
    _ drivers: [Driver], _ coefficients: [SeriesParameter], lasting: [Double],
    _ covariance: Matrix, of series: TimeSeries, start: Int
  ) -> [Response] {
    let steps = series.values.indices.filter { $0 >= start && !series.values[$0].isNaN }
    let level = Statistics.mean(steps.map { series.values[$0] })
    var first = 0
    return drivers.map { driver in
      let own = Array(first..<(first + driver.lags.count))
      first += driver.lags.count
      var variance = 0.0
      for i in own { for j in own { variance += covariance[i, j] } }
      let sum = own.reduce(0) { $0 + lasting[$1] }
      let deviation = max(0, variance).squareRoot()
      let mean = Statistics.mean(steps.map { driver.values[$0] })
      let isConstant = entersAsLogarithm(driver)
      let factor = isConstant ? 1 : actsOnLogarithm ? mean : level != 0 ? mean / level : .nan
      return Response(
        driver: driver.name, lags: own.map { coefficients[$0] },
        longRun: SeriesParameter(driver.name, sum, standardError: deviation),
        elasticity: SeriesParameter(
          driver.name, factor * sum, standardError: abs(factor) * deviation),
        isConstant: isConstant)
    }
  }
}
