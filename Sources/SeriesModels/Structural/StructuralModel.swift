public import Demography

/// A structural model by maximum likelihood with an exactly diffuse start, with regressors and
/// interventions.
///
/// Missing values are passed over. Every variance may be zero: then its component is fixed.
public struct StructuralModel: SeriesModel {
  public let form: StructuralForm
  public let regressors: [Regressor]
  /// Where the search begins as well, from an earlier fit: relative variances.
  let warm: [Double]?

  public init(form: StructuralForm, regressors: [Regressor] = []) {
    self.init(form: form, regressors: regressors, warm: nil)
  }

  init(form: StructuralForm, regressors: [Regressor], warm: [Double]?) {
    self.form = form
    self.regressors = regressors
    self.warm = warm
  }

  public var card: Card {
    Card(
      catalogue: "series", id: name,
      reference:
        "Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, Cambridge"
    )
  }

  /// `local-level`, `local-trend`, `structural` with dummy seasons, `structural-trig` with waves; a
  /// level with seasons and no slope is `seasonal-level`.
  public var name: String {
    switch (form.hasSlope, form.seasonal) {
    case (false, .none): "local-level"
    case (true, .none): "local-trend"
    case (true, .dummy): "structural"
    case (true, .trigonometric): "structural-trig"
    case (false, .dummy): "seasonal-level"
    case (false, .trigonometric): "seasonal-level-trig"
    }
  }

  /// The form without seasons where the series has none.
  func form(for series: TimeSeries) -> StructuralForm {
    series.season > 1 ? form : StructuralForm(hasSlope: form.hasSlope, seasonal: .none)
  }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.tooShort` unless there are three values more than states; `.regressorMissing`,
  ///   `.regressorsDependent`; `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> StructuralFit {
    let form = form(for: series)
    try check(series, form)
    let estimation = StructuralEstimation(
      series, form: form, columns: try columns(series, form))
    guard let found = estimation.best(warm: warm),
      let fit = StructuralFit(series, form, regressors, variances: found, isGiven: false)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  /// The model at given variances, in the order of the form's `components`, nothing estimated but the
  /// coefficients of regressors.
  /// - Throws: as `estimate`.
  public func evaluate(
    _ series: TimeSeries, variances: [Double]
  ) throws(SeriesError) -> StructuralFit {
    let form = form(for: series)
    precondition(
      variances.count == form.components.count && variances.allSatisfy { $0 >= 0 },
      "variances \(variances) for \(form.components)")
    try check(series, form)
    _ = try columns(series, form)
    guard let fit = StructuralFit(series, form, regressors, variances: variances, isGiven: true)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let form = form(for: series)
    try check(series, form)
    let variances = try kept.all("variances", count: form.components.count, of: series)
    guard variances.allSatisfy({ $0 >= 0 }) else { throw kept.damaged("variances", series) }
    guard let fit = StructuralFit(series, form, [], variances: variances, isGiven: false) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }

  /// Columns of the regressors, none a combination of others and of the lines and seasons that the model begins with.
  private func columns(
    _ series: TimeSeries, _ form: StructuralForm
  ) throws(SeriesError) -> [[Double]] {
    guard !regressors.isEmpty else { return [] }
    let steps = series.values.indices
    var own = [steps.map { _ in 1.0 }]
    if form.hasSlope { own.append(steps.map { Double($0 + 1) / Double(series.count) }) }
    if form.seasonal != .none {
      for place in 1..<series.season {
        own.append(steps.map { $0 % series.season == place ? 1 : 0 })
      }
    }
    return try series.columns(regressors, besides: own, model: name)
  }

  private func check(_ series: TimeSeries, _ form: StructuralForm) throws(SeriesError) {
    let needed = form.stateCount(series.season) + regressors.count + 3
    guard series.observedCount >= needed else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount, needed: needed)
    }
  }
}
