public import Demography

/// A model whose drivers are given beyond the last value it is shown, for rolling origins ex post: what it would
/// have forecast had its drivers been foreseen without error. Its scores are bounds from the better side, not
/// those of a forecaster, and its name says so.
public struct KnownDriversModel: SeriesModel {
  private let regression: DriverRegression
  private let drivers: [Driver]
  private let horizon: Int
  /// Whether all drivers are known long before, as those of a calendar: then its scores are those of a forecaster.
  public let isForeseen: Bool

  /// - Parameters:
  ///   - drivers: values from the first step of the series that is shown, as far as they are known; NaN where
  ///     missing.
  ///   - horizon: steps ahead for which every driver has to be known.
  public init(
    _ regression: DriverRegression, drivers: [Driver], horizon: Int, isForeseen: Bool = false
  ) {
    self.isForeseen = isForeseen
    self.regression = regression
    self.drivers = drivers
    self.horizon = horizon
  }

  public var card: Card { regression.model.card }
  /// Of the model without its drivers, and that they are known.
  public var name: String {
    isForeseen ? Self.calendarName(of: regression.model) : Self.name(of: regression.model)
  }
  public var takesCountsOnly: Bool { regression.model.takesCountsOnly }
  public var least: Double? { regression.model.least }

  /// Under which a model is scored once its drivers are known.
  public static func name(of model: any SeriesModel) -> String {
    model.name + " with known drivers"
  }

  /// The same where the drivers are those of a calendar alone.
  public static func calendarName(of model: any SeriesModel) -> String {
    model.name + " with calendar"
  }

  /// - Throws: `.regressorMissing` where a driver ends before the horizon; what the regression throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    let found = try regression.fit(series, drivers: drivers)
    if let limit = found.limit, limit.steps < horizon {
      throw .regressorMissing(
        series: series.id, regressor: limit.driver,
        period: "\(series.period(series.count + limit.steps))")
    }
    return KnownDriversFit(
      inner: found.fit,
      structure: KnownDriversModel(
        regression.keepingOrder(of: found.fit), drivers: drivers, horizon: horizon,
        isForeseen: isForeseen))
  }
}

private struct KnownDriversFit: FittedSeries {
  let inner: any FittedSeries
  let structure: any SeriesModel

  var series: TimeSeries { inner.series }
  var label: String { inner.label }
  var parameters: [SeriesParameter] { inner.parameters }
  var logLikelihood: Double? { inner.logLikelihood }
  var aicc: Double? { inner.aicc }
  var fittedValues: [Double] { inner.fittedValues }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    inner.predictive(horizon, seed: seed)
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    inner.paths(horizon, draws: draws, errors: errors)
  }
}
