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
    try check(series, form)
    guard
      let found = TBATSProfile(form, series.values).best(warm: warm, isRough: false),
      let fit = TBATSFit(series, form, found.parameters)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  private func check(_ series: TimeSeries, _ form: TBATSForm) throws(SeriesError) {
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
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let periods = try kept.all("periods", of: series)
    let harmonics = try kept.whole("harmonics", of: series)
    guard periods.count == harmonics.count,
      zip(periods, harmonics).allSatisfy({ $0 > 1 && $1 >= 0 && Double($1) <= $0 / 2 })
    else { throw kept.damaged("harmonics", series) }
    var parameters = TBATSParameters(alpha: try kept.one("alpha", of: series))
    parameters.ar = try kept.all("ar", of: series)
    parameters.ma = try kept.all("ma", of: series)
    let slope = try kept.all("beta", of: series)
    let damping = try kept.all("phi", count: slope.isEmpty ? 0 : nil, of: series)
    let power = try kept.all("omega", of: series)
    guard slope.count < 2, damping.count < 2, power.count < 2,
      (damping + power).allSatisfy({ (0...1).contains($0) }), abs(parameters.alpha) < 2
    else {
      throw kept.damaged("alpha, beta, phi, omega", series)
    }
    let form = TBATSForm(
      hasBoxCox: !power.isEmpty,
      trend: slope.isEmpty ? .none : damping.isEmpty ? .linear : .damped,
      p: parameters.ar.count, q: parameters.ma.count,
      seasons: zip(periods, harmonics).map { TBATSForm.Season(period: $0, harmonics: $1) })
    parameters.beta = slope.first ?? 0
    parameters.phi = damping.first ?? 1
    parameters.omega = power.first ?? 1
    parameters.gamma1 = try kept.all("gamma1", count: form.active.count, of: series)
    parameters.gamma2 = try kept.all("gamma2", count: form.active.count, of: series)
    try check(series, form)
    return try TBATSModel(form: form).evaluate(series, parameters)
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
