public import Demography
import Glibc
import Kernel

/// Regression on drivers and interventions with errors that follow a seasonal ARIMA model, by exact
/// maximum likelihood; missing values of the series are passed over.
///
/// y = x'β + n, n ~ ARIMA. Where n is differenced so are the columns; β and the variance are
/// profiled out of the likelihood.
public struct RegressionARIMAModel: SeriesModel {
  public let order: ARIMAOrder
  public let regressors: [Regressor]
  let warm: ARIMACoefficients?

  public init(order: ARIMAOrder, regressors: [Regressor]) {
    self.init(order: order, regressors: regressors, warm: nil)
  }

  init(order: ARIMAOrder, regressors: [Regressor], warm: ARIMACoefficients?) {
    self.order = order
    self.regressors = regressors
    self.warm = warm
  }

  public var card: Card { ARIMAModel(order: order).card }
  public var name: String {
    ([ARIMAModel(order: order).name] + regressors.map(\.name)).joined(separator: "+")
  }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.tooShort` unless there are two values more than coefficients after differencing;
  ///   `.regressorMissing`, `.regressorsDependent`, `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> RegressionARIMAFit {
    let estimation = try checked(series)
    guard let found = estimation.best(warm: warm.map { [$0] } ?? []),
      let fit = RegressionARIMAFit(self, series, found, given: nil)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  /// The model at given coefficients, nothing estimated.
  ///
  /// - Parameters:
  ///   - coefficients: with a constant where the order has one.
  ///   - effects: of the regressors; `nil` estimates them (and then the constant) by least squares.
  ///   - kappa: variance of the unknown start of a differenced series, relative to that of the
  ///     innovations; infinite, which is exact, or 10⁶ as R's `arima` has it, which also leaves out of
  ///     the likelihood what is predicted with a variance of 10⁴ and more.
  /// - Throws: as `estimate`.
  public func evaluate(
    _ series: TimeSeries, _ coefficients: ARIMACoefficients, effects: [Double]?,
    kappa: Double = .infinity
  ) throws(SeriesError) -> RegressionARIMAFit {
    precondition(
      coefficients.ar.count == order.p && coefficients.ma.count == order.q
        && coefficients.seasonalAR.count == order.seasonalP
        && coefficients.seasonalMA.count == order.seasonalQ
        && effects?.count ?? regressors.count == regressors.count,
      "coefficients \(coefficients) and \(effects ?? []) for \(name)")
    _ = try checked(series)
    let given = effects.map { (order.hasConstant ? [coefficients.constant ?? 0] : []) + $0 }
    guard
      let fit = RegressionARIMAFit(self, series, coefficients, given: given ?? nil, kappa: kappa)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  private func checked(_ series: TimeSeries) throws(SeriesError) -> RegressionARIMAEstimation {
    let needed = order.lost(series.season) + order.coefficientCount + regressors.count + 2
    guard series.observedCount >= needed, !order.isSeasonal || series.season > 1 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
    let constant = ARIMAEstimation.regressor(order, from: 0, count: series.count)
    let columns = try series.columns(
      regressors, besides: constant.isEmpty ? [] : [constant], model: name)
    return RegressionARIMAEstimation(
      series, order: order, columns: (constant.isEmpty ? [] : [constant]) + columns)
  }

  /// Columns at a stretch of steps, the constant first.
  func columns(from start: Int, count: Int) -> [[Double]] {
    let constant = ARIMAEstimation.regressor(order, from: start, count: count)
    return (constant.isEmpty ? [] : [constant])
      + regressors.map { regressor in (start..<(start + count)).map { regressor.value($0) } }
  }
}
