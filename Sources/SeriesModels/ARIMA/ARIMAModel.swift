public import Demography

/// A seasonal ARIMA model of given order, by exact maximum likelihood.
public struct ARIMAModel: SeriesModel {
  public let order: ARIMAOrder
  /// Where the search begins as well, from an earlier fit.
  let warm: ARIMACoefficients?

  public init(order: ARIMAOrder) { self.init(order: order, warm: nil) }

  init(order: ARIMAOrder, warm: ARIMACoefficients?) {
    self.order = order
    self.warm = warm
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "arima",
      reference: "Box, Jenkins, Reinsel and Ljung (2015), Time Series Analysis, 5th edition, Wiley",
      parameters: [Card.Parameter("order", standard: "(0,1,1)")])
  }

  public var name: String {
    let constant = order.hasConstant ? (order.differences == 0 ? "+mean" : "+drift") : ""
    return "arima\(order)\(constant)"
  }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.tooShort` unless, after differencing, there are two values more than coefficients;
  ///   `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> ARIMAFit {
    let needed = order.lost(series.season) + order.coefficientCount + 2
    guard series.observedCount >= needed, !order.isSeasonal || series.season > 1 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
    let estimation = ARIMAEstimation(series, order: order)
    guard
      let found = estimation.best(warm: warm.map { [$0] } ?? [], isThorough: warm == nil),
      let fit = ARIMAFit(series, order, found, isGiven: false)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  /// The model at given coefficients, nothing estimated; an order with a constant must be given one.
  /// - Throws: `.notFitted` when the coefficients are not stationary.
  public func evaluate(
    _ series: TimeSeries, _ coefficients: ARIMACoefficients
  ) throws(SeriesError) -> ARIMAFit {
    precondition(
      coefficients.ar.count == order.p && coefficients.ma.count == order.q
        && coefficients.seasonalAR.count == order.seasonalP
        && coefficients.seasonalMA.count == order.seasonalQ
        && (coefficients.constant != nil) == order.hasConstant,
      "coefficients \(coefficients) for order \(order)")
    guard let fit = ARIMAFit(series, order, coefficients, isGiven: true) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }
}
