public import Demography
import Kernel

/// Complex exponential smoothing: a level and what past errors left of information, as one complex number, so
/// that one model goes from a level to a trend without choosing between them.
///
/// I. Svetunkov, N. Kourentzes and J. K. Ord (2022), Complex exponential smoothing, Naval Research Logistics
/// 69: 1108–1123. The states before the first value are backcast; parameters minimise the squared one-step
/// errors. Without a form that with the least corrected Akaike criterion is taken.
public struct ComplexSmoothingModel: SeriesModel {
  /// `nil` chooses.
  public let form: ComplexSmoothingForm?
  /// Whether parameters stay in the box of the published programs.
  private let isBoxed: Bool

  public init(form: ComplexSmoothingForm?) { self.init(form: form, isBoxed: false) }

  private init(form: ComplexSmoothingForm?, isBoxed: Bool) {
    self.form = form
    self.isBoxed = isBoxed
  }

  /// With α₀ in .01…1.8, α₁ in .01…1.9 and β in .01…1.5, as the published programs search. On persistent
  /// series the first bound is where their search ends; without it the errors are smaller.
  public static func asPublished(form: ComplexSmoothingForm?) -> ComplexSmoothingModel {
    ComplexSmoothingModel(form: form, isBoxed: true)
  }

  public var card: Card {
    Card(
      catalogue: "series", id: "ces",
      reference:
        "Svetunkov, Kourentzes and Ord (2022), Naval Research Logistics 69, 1108-1123",
      parameters: [Card.Parameter("form", standard: "auto")])
  }
  public var name: String { form.map { "ces(\($0.rawValue))" } ?? "ces" }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.tooShort` unless there are two values more than parameters and two seasons for a form with
  ///   one, `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> ComplexSmoothingFit {
    let hasSeason = series.season > 1 && series.count >= 2 * series.season
    let forms = form.map { [$0] } ?? (hasSeason ? ComplexSmoothingForm.allCases : [.none])
    var best: (fit: ComplexSmoothingFit, aicc: Double)?
    var refused: SeriesError?
    for form in forms {
      do throws(SeriesError) {
        let fit = try estimate(series, form)
        let aicc = fit.aicc ?? -.infinity
        if best == nil || aicc < best?.aicc ?? .infinity { best = (fit, aicc) }
      } catch {
        refused = refused ?? error
      }
    }
    if let best { return best.fit }
    throw refused ?? .notFitted(series: series.id, model: name)
  }

  private func estimate(
    _ series: TimeSeries, _ form: ComplexSmoothingForm
  ) throws(SeriesError) -> ComplexSmoothingFit {
    try check(series, form)
    let start = start(series, form)
    guard let numbers = searched(series.values, form, from: start) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit(series, ComplexSmoothing(numbers), from: start)
  }

  private func check(
    _ series: TimeSeries, _ form: ComplexSmoothingForm
  ) throws(SeriesError) {
    let needed = form.parameterCount + 2
    let isShort =
      series.observedCount < needed
      || form.isSeasonal && (series.season < 2 || series.count < 2 * series.season)
    guard !isShort else {
      throw .tooShort(
        series: series.id, model: name, observed: series.observedCount,
        needed: form.isSeasonal ? max(needed, 2 * series.season) : needed)
    }
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    guard let form else { throw kept.damaged("model", series) }
    try check(series, form)
    let numbers = try kept.all("smoothing", count: form.parameterCount, of: series)
    guard isAllowed(numbers, form) else { throw kept.damaged("smoothing", series) }
    return evaluate(series, ComplexSmoothing(numbers))
  }

  /// The model at given parameters, nothing estimated.
  /// - Precondition: a form is given, and a form with a season has two of them.
  public func evaluate(
    _ series: TimeSeries, _ smoothing: ComplexSmoothing
  ) -> ComplexSmoothingFit {
    guard let form else { preconditionFailure("parameters without a form") }
    return fit(series, smoothing, from: start(series, form))
  }

  private func start(
    _ series: TimeSeries, _ form: ComplexSmoothingForm
  ) -> ComplexSmoothingRecursion {
    let filled = Stationarity.interpolated(series.values)
    let figure =
      form.hasOwnSeason
      ? ClassicalDecomposition(filled, season: series.season, .additive).figure
      : [Double](repeating: 0, count: form == .simple ? series.season : 0)
    return ComplexSmoothingRecursion(
      form, ComplexSmoothing(alpha0: 1, alpha1: 1), startOf: filled, figure: figure)
  }

  private func fit(
    _ series: TimeSeries, _ smoothing: ComplexSmoothing, from start: ComplexSmoothingRecursion
  ) -> ComplexSmoothingFit {
    ComplexSmoothingFit(
      series, ComplexSmoothingRecursion(start, smoothing),
      structure: ComplexSmoothingModel(form: start.form, isBoxed: isBoxed))
  }

  /// The best of rough simplex searches from the most promising starts, two and with a pair of seasonal parameters
  /// four, searched to the end.
  private func searched(
    _ values: [Double], _ form: ComplexSmoothingForm, from start: ComplexSmoothingRecursion
  ) -> [Double]? {
    let floor = 1e-26 * values.reduce(1e-300) { $0 + ($1.isNaN ? 0 : $1 * $1) }
    func objective(_ x: [Double]) -> Double {
      guard isAllowed(x, form) else { return .infinity }
      var recursion = ComplexSmoothingRecursion(start, ComplexSmoothing(x))
      recursion.backcast(values)
      let squares = recursion.run(values)
      return squares.isFinite ? max(squares, floor) : .infinity
    }
    let ranked = ComplexSmoothing.starts(form).map { (x: $0, value: objective($0)) }
      .filter { $0.value.isFinite }.sorted { $0.value < $1.value }
    guard var best = ranked.first, best.value > 0 else { return nil }
    let unit = best.value
    func search(_ start: [Double], _ simplex: NelderMead) {
      guard best.value > floor else { return }
      let found: Minimum?
      do {
        found = try simplex.minimise(from: start) { objective($0) / unit }
      } catch .notConverged(let stopped) {
        found = stopped
      } catch {
        found = nil
      }
      if let found, found.value * unit < best.value { best = (found.point, found.value * unit) }
    }
    let rough = NelderMead(
      pointTolerance: 1e-3, valueTolerance: 1e-5, maximumEvaluations: 150, restarts: 0)
    for start in ranked.prefix(form == .full ? 4 : 2) { search(start.x, rough) }
    search(
      best.x,
      NelderMead(pointTolerance: 1e-6, valueTolerance: 1e-10, maximumEvaluations: 600, restarts: 1))
    return best.x
  }

  private func isAllowed(_ x: [Double], _ form: ComplexSmoothingForm) -> Bool {
    if isBoxed {
      return (0.01...1.8).contains(x[0]) && (0.01...1.9).contains(x[1])
        && x.dropFirst(2).allSatisfy { (0.01...1.5).contains($0) }
    }
    return x.allSatisfy { (0...2).contains($0) }
      && (form.hasOwnSeason || ComplexSmoothing(x).isStable)
  }
}
