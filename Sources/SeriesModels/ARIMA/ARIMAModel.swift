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
    try check(series)
    let estimation = ARIMAEstimation(series, order: order)
    guard
      let found = estimation.best(warm: warm.map { [$0] } ?? [], isThorough: warm == nil),
      let fit = ARIMAFit(series, order, found, .estimated)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  private func check(_ series: TimeSeries) throws(SeriesError) {
    let needed = order.lost(series.season) + order.coefficientCount + 2
    guard series.observedCount >= needed, !order.isSeasonal || series.season > 1 else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try check(series)
    var coefficients = ARIMACoefficients(
      ar: try kept.all("ar", count: order.p, of: series),
      ma: try kept.all("ma", count: order.q, of: series),
      seasonalAR: try kept.all("sar", count: order.seasonalP, of: series),
      seasonalMA: try kept.all("sma", count: order.seasonalQ, of: series))
    coefficients.constant =
      try kept.all("constant", count: order.hasConstant ? 1 : 0, of: series).first
    guard coefficients.smallestRoot >= 1 else { throw kept.damaged("ar, ma", series) }
    guard let fit = ARIMAFit(series, order, coefficients, .kept) else {
      throw .notFitted(series: series.id, model: name)
    }
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
    guard let fit = ARIMAFit(series, order, coefficients, .given) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }
}
