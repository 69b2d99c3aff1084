public import Demography

/// Seasons of sines and cosines, one or several and of any length, with a Box–Cox transformation, a damped
/// trend and ARMA errors.
///
/// A. M. De Livera, R. J. Hyndman and R. D. Snyder (2011), Forecasting time series with complex seasonal
/// patterns using exponential smoothing, Journal of the American Statistical Association 106: 1513–1527.
/// Without a form each part is there where the corrected Akaike criterion asks for it.
public struct TBATSModel: SeriesModel {
  /// `nil` chooses.
  public let form: TBATSForm?
  /// Lengths of the seasons to choose harmonics for; `nil` is the series' own.
  public let periods: [Double]?
  let warm: TBATSParameters?

  /// - Parameter periods: above 1 step each.
  public init(periods: [Double]? = nil) {
    precondition(periods?.allSatisfy { $0 > 1 } ?? true, "periods \(periods ?? [])")
    form = nil
    self.periods = periods
    warm = nil
  }

  public init(form: TBATSForm) { self.init(form: form, warm: nil) }

  init(form: TBATSForm, warm: TBATSParameters?) {
    self.form = form
    periods = nil
    self.warm = warm
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "tbats",
      reference:
        "De Livera, Hyndman and Snyder (2011), Journal of the American Statistical Association 106, 1513-1527",
      parameters: [Card.Parameter("periods", unit: "steps", standard: "season")])
  }
  public var name: String {
    guard let periods else { return "tbats" }
    return "tbats(\(periods.map { TBATSForm.text($0) }.joined(separator: ",")))"
  }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// The series' own season takes part where the series holds two of it.
  ///
  /// - Throws: `.tooShort` unless there are two values more than parameters and states and two of the longest
  ///   period that is asked for, `.notPositive` where
  ///   a given form transforms values of zero or less, `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> TBATSFit {
    guard let form else {
      let longest = periods?.max() ?? 0
      guard Double(series.observedCount) >= 2 * longest else {
        throw .tooShort(
          series: series.id, model: name, observed: series.observedCount,
          needed: Int((2 * longest).rounded(.up)))
      }
      var search = TBATSSearch(
        series, periods: periods ?? [Double(series.season)].filter { $0 > 1 })
      if let found = search.run() { return found }
      return try TBATSModel(form: TBATSForm()).estimate(series)
    }
    let needed = form.parameterCount + form.stateCount + 2
    guard series.observedCount >= needed else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
    if form.hasBoxCox {
      for (t, y) in series.values.enumerated() where y <= 0 {
        throw .notPositive(series: series.id, model: name, period: "\(series.period(t))", value: y)
      }
    }
    guard
      let found = TBATSProfile(form, series.values).best(warm: warm, isRough: false),
      let fit = TBATSFit(series, form, found.parameters)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  /// The model at given parameters, only the states before the first value estimated.
  /// - Precondition: a form is given; values are positive where it transforms them.
  /// - Throws: `.notFitted` where no such states can be had.
  public func evaluate(
    _ series: TimeSeries, _ parameters: TBATSParameters
  ) throws(SeriesError) -> TBATSFit {
    guard let form else { preconditionFailure("parameters without a form") }
    guard let fit = TBATSFit(series, form, parameters) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }
}
