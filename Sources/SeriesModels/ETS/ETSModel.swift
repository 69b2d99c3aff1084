public import Demography

/// Exponential smoothing of a given form.
public struct ETSModel: SeriesModel {
  public let form: ETSForm
  /// Where the search begins as well, from an earlier fit.
  let warm: ETSSmoothing?

  public init(form: ETSForm) { self.init(form: form, warm: nil) }

  init(form: ETSForm, warm: ETSSmoothing?) {
    self.form = form
    self.warm = warm
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "ets",
      reference:
        "Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, Springer",
      parameters: [Card.Parameter("form", standard: "A,N,N")])
  }
  public var name: String { "ets(\(form))" }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.tooShort` unless there are two values more than parameters, `.notPositive` where a
  ///   multiplicative part meets values of zero or less.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> ETSFit {
    try check(series)
    let m = series.season
    let found =
      form.isMultiplicative
      ? ETSJointSearch(form: form, values: series.values, season: m).best(warm: warm)
      : ETSProfile(form: form, values: series.values, season: m).best(warm: warm)
    guard let found else { throw .notFitted(series: series.id, model: name) }
    return evaluate(series, found.smoothing, from: found.states)
  }

  private func check(_ series: TimeSeries) throws(SeriesError) {
    let m = series.season
    let needed = form.parameterCount(m) + 2
    let isShort = series.observedCount < needed || (form.isSeasonal && (m < 2 || series.count < m))
    guard !isShort else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount,
        needed: form.isSeasonal ? max(needed, m + 2) : needed)
    }
    if form.isMultiplicative {
      for (t, y) in series.values.enumerated() where y <= 0 {
        throw .notPositive(series: series.id, model: name, period: "\(series.period(t))", value: y)
      }
    }
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try check(series)
    let weights = try kept.all("weights", count: 4, of: series)
    guard weights.allSatisfy({ (0...1).contains($0) }) else {
      throw kept.damaged("weights", series)
    }
    let states = ETSStates(
      level: try kept.one("level", of: series), slope: try kept.one("slope", of: series),
      seasons: try kept.all("seasons", count: form.isSeasonal ? series.season : 0, of: series))
    let isPositive =
      states.level > 0 && (form.season != .multiplicative || states.seasons.allSatisfy { $0 > 0 })
    guard !form.isMultiplicative || isPositive else { throw kept.damaged("level, seasons", series) }
    return evaluate(
      series,
      ETSSmoothing(alpha: weights[0], beta: weights[1], gamma: weights[2], phi: weights[3]),
      from: states)
  }

  /// The model at given parameters and initial states, nothing estimated.
  /// - Precondition: `states` has one season for each of the series, or none for a form without.
  public func evaluate(
    _ series: TimeSeries, _ smoothing: ETSSmoothing, from states: ETSStates
  ) -> ETSFit {
    precondition(
      states.seasons.count == (form.isSeasonal ? series.season : 0),
      "\(states.seasons.count) seasons for \(form) and season \(series.season)")
    return ETSFit(form, smoothing, states, series)
  }
}

/// Exponential smoothing of the form with the least corrected Akaike criterion.
public struct AutoETSModel: SeriesModel {
  /// Most parameters beside the variance; `nil` leaves it to the series' length.
  let largest: Int?
  /// Whether the trend is damped in every form.
  public let isDamped: Bool

  /// - Parameter isDamped: the trend is a damped one, the error additive unless the season multiplies; the
  ///   criterion chooses the season alone.
  public init(isDamped: Bool = false) { self.init(largest: nil, isDamped: isDamped) }
  init(largest: Int?, isDamped: Bool = false) {
    self.largest = largest
    self.isDamped = isDamped
  }

  public var card: Card {
    Card(
      catalogue: "series", id: isDamped ? "auto-damped" : "auto-ets",
      reference: isDamped
        ? "Gardner and McKenzie (1985), Management Science 31, 1237-1246"
        : "Hyndman, Koehler, Snyder and Grose (2002), International Journal of Forecasting 18, 439-454"
    )
  }

  /// - Throws: `.tooShort` when not even the simplest form can be estimated.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    let observed = series.observedCount
    let positive = series.values.allSatisfy { !($0 <= 0) }
    let m = series.season <= 24 && series.count >= 2 * series.season ? series.season : 1
    let forms = ETSForm.candidates(season: m, positive: positive).filter { form in
      let count = form.parameterCount(m)
      return (!isDamped || form.isPlainDamped) && observed > count + 4 && count <= largest ?? .max
    }
    var search = AutoETSSearch(values: series.values, season: m, observed: observed)
    for form in forms { search.add(form) }
    var best: (fit: ETSFit, aicc: Double)?
    for found in search.polished() {
      let model = ETSModel(form: found.form)
      let fit = model.evaluate(series, found.smoothing, from: found.states)
      let aicc = fit.aicc ?? -.infinity
      if aicc < best?.aicc ?? .infinity { best = (fit, aicc) }
    }
    guard let best else {
      return try ETSModel(form: ETSForm(.additive, .none, .none)).estimate(series)
    }
    return best.fit
  }
}
