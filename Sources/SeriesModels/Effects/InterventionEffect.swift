public import Demography
import Glibc
import Kernel

/// What a dated change did to a series, period by period and in all: "what did the stay rule of 2023 do?"
///
/// Two ways, which answer different questions. `declared` regresses the series on a course that is
/// assumed (Box and Tiao 1975, Journal of the American Statistical Association 70): sharper when the
/// course is right. `counterfactual` forecasts from the values before the change alone and takes the
/// difference (Brodersen, Gallusser, Koehler, Remy and Scott 2015, Annals of Applied Statistics 9): no
/// course is assumed, and what else happened afterwards is in it too. Intervals are Student's t with the
/// degrees of freedom of the fit, as its forecasts'; uncertainty of its variances is not in them beyond that.
public struct InterventionEffect: Hashable, Sendable {
  /// A number with the interval of each level.
  public struct Estimate: Hashable, Sendable {
    public let value: Double
    public let deviation: Double
    public let intervals: [Interval]
  }

  public struct Step: Hashable, Sendable {
    public let period: Period
    /// NaN where missing.
    public let observed: Double
    /// What would have been without the change; by regression NaN where the value is missing.
    public let counterfactual: Estimate
    /// Observed less counterfactual; by regression also where the value is missing.
    public let effect: Estimate
    /// Sum of the effects so far; steps without one are left out.
    public let cumulative: Estimate
  }

  public let seriesID: String
  /// Label of the model that was used.
  public let model: String
  /// From the first step that is affected to the last of the series.
  public let steps: [Step]
  /// Mean effect over the steps that have one.
  public let average: Estimate
  /// Share of earlier dates at which the same comparison shows a mean effect at least as large in its own
  /// standard errors, the date itself counted among both: (larger + 1)/(dates + 1). `nil` by regression,
  /// and where there are fewer than ten such dates.
  public let placeboShare: Double?

  public var total: Estimate? { steps.last?.cumulative }

  /// The effect of interventions by regression with structural components.
  ///
  /// - Parameters:
  ///   - interventions: what was changed, together.
  ///   - drivers: what else is accounted for.
  ///   - levels: coverages in per cent.
  /// - Throws: `.effectUnknown` unless there are three values before and one after the start; `.tooShort`
  ///   where the fit leaves no degree of freedom; what fitting throws.
  public static func declared(
    _ interventions: [Intervention], drivers: [Regressor] = [], in series: TimeSeries,
    form: StructuralForm, levels: [Double]
  ) throws(SeriesError) -> InterventionEffect {
    let start = interventions.map(\.start).min() ?? series.count
    try check(series, start: start, needed: 3)
    let fit = try StructuralModel(
      form: form, regressors: interventions.map { Regressor($0) } + drivers
    ).estimate(series)
    let k = interventions.count
    let values = fit.coefficients.prefix(k).map(\.value)
    let whole = fit.coefficientCovariance
    let times = Array(start..<series.count)
    let courses = Matrix(times.map { t in interventions.map { $0.value(t) } })
    let indices = Array(0..<k)
    let covariance = courses.times(
      whole.selectingRows(indices).selectingColumns(indices)
    ).timesTranspose(courses)
    let effects = courses.times(values)
    let steps = Joint(
      series: series, start: start, effects: effects,
      counterfactual: zip(series.values[start...], effects).map { $0 - $1 },
      covariance: covariance, degrees: try degrees(fit), levels: levels)
    return InterventionEffect(
      seriesID: series.id, model: fit.label, steps: steps.steps, average: steps.average,
      placeboShare: nil)
  }

  /// The effect of whatever changed at a step, as the difference from a forecast that knows only what was
  /// before.
  ///
  /// - Parameters:
  ///   - start: first step that may be affected.
  ///   - regressors: drivers that the change does not move, known to the end of the series.
  /// - Throws: `.effectUnknown` unless there are three seasons, at least eight values, before the start
  ///   and one after it; `.coverageLow` where the model's one-step intervals of 95 per cent hold less than
  ///   `leastCoverage` of the values before; `.tooShort` where the fit leaves no degree of freedom; what
  ///   fitting throws.
  public static func counterfactual(
    from start: Int, regressors: [Regressor] = [], in series: TimeSeries, form: StructuralForm,
    levels: [Double]
  ) throws(SeriesError) -> InterventionEffect {
    try check(series, start: start, needed: max(8, 3 * series.season))
    let fit = try StructuralModel(form: form, regressors: regressors).estimate(series.prefix(start))
    if let limit = fit.horizonLimit, limit < series.count - start, let first = regressors.first {
      throw .regressorMissing(
        series: series.id, regressor: first.name, period: "\(series.period(start + limit))")
    }
    _ = try degrees(fit)
    guard fit.oneStepCoverage >= leastCoverage else {
      throw .coverageLow(
        series: series.id, model: fit.label, share: fit.oneStepCoverage, needed: leastCoverage)
    }
    let joint = comparison(fit, with: series, start: start, levels: levels)
    var larger = 0
    var dates = 0
    let span = series.count - start
    let least = max(8, 3 * series.season)
    for origin in stride(from: least, through: start - span, by: 1) {
      let earlier = series.prefix(origin + span)
      let model = StructuralModel(form: form, regressors: regressors)
      guard let other = try? model.evaluate(series.prefix(origin), variances: fit.variances)
      else { continue }
      let placebo = comparison(other, with: earlier, start: origin, levels: [])
      guard placebo.average.deviation > 0 else { continue }
      dates += 1
      if abs(placebo.average.value / placebo.average.deviation)
        >= abs(joint.average.value / joint.average.deviation)
      {
        larger += 1
      }
    }
    return InterventionEffect(
      seriesID: series.id, model: fit.label, steps: joint.steps, average: joint.average,
      placeboShare: dates >= 10 ? Double(larger + 1) / Double(dates + 1) : nil)
  }

  private static func comparison(
    _ fit: StructuralFit, with series: TimeSeries, start: Int, levels: [Double]
  ) -> Joint {
    let span = series.count - start
    let means = fit.predictive(span, seed: 0).means
    let effects = (0..<span).map { series.values[start + $0] - means[$0] }
    return Joint(
      series: series, start: start, effects: effects, counterfactual: means,
      covariance: fit.forecastCovariance(span), degrees: fit.degrees, levels: levels)
  }

  /// A model that misses more of the past than this has no say on what would have followed.
  public static let leastCoverage = 0.85

  private static func degrees(_ fit: StructuralFit) throws(SeriesError) -> Double {
    guard fit.degrees >= 1 else {
      let observed = fit.series.observedCount
      throw .tooShort(
        series: fit.series.id, model: fit.label, observed: observed,
        needed: observed + 1 - Int(fit.degrees))
    }
    return fit.degrees
  }

  private static func check(
    _ series: TimeSeries, start: Int, needed: Int
  ) throws(SeriesError) {
    let before = series.values.prefix(max(0, start)).count { !$0.isNaN }
    let after = series.values.dropFirst(max(0, start)).count { !$0.isNaN }
    guard before >= needed, after >= 1 else {
      throw .effectUnknown(series: series.id, before: before, after: after, needed: needed)
    }
  }
}

/// Effects with their joint covariance, as steps and sums.
private struct Joint {
  let steps: [InterventionEffect.Step]
  let average: InterventionEffect.Estimate

  /// - Parameters:
  ///   - effects: NaN where there is none.
  ///   - degrees: of the Student's t of all of them.
  init(
    series: TimeSeries, start: Int, effects: [Double], counterfactual: [Double],
    covariance: Matrix, degrees: Double, levels: [Double]
  ) {
    let t = StudentT(degrees: degrees)
    let reaches = levels.map { (level: $0, factor: t.upperQuantile((1 - $0 / 100) / 2)) }
    var steps: [InterventionEffect.Step] = []
    var sum = 0.0
    var variance = 0.0
    var counted: [Int] = []
    for (k, effect) in effects.enumerated() {
      let observed = series.values[start + k]
      if !effect.isNaN {
        sum += effect
        variance += covariance[k, k] + 2 * counted.reduce(0) { $0 + covariance[$1, k] }
        counted.append(k)
      }
      let deviation = max(0, covariance[k, k]).squareRoot()
      steps.append(
        InterventionEffect.Step(
          period: series.period(start + k), observed: observed,
          counterfactual: Self.estimate(counterfactual[k], deviation, reaches),
          effect: Self.estimate(effect, deviation, reaches),
          cumulative: Self.estimate(sum, max(0, variance).squareRoot(), reaches)))
    }
    let count = Double(max(1, counted.count))
    self.steps = steps
    average = Self.estimate(sum / count, max(0, variance).squareRoot() / count, reaches)
  }

  private static func estimate(
    _ value: Double, _ deviation: Double, _ reaches: [(level: Double, factor: Double)]
  ) -> InterventionEffect.Estimate {
    InterventionEffect.Estimate(
      value: value, deviation: deviation,
      intervals: reaches.map { level, factor in
        Interval(
          level: level, lower: value - factor * deviation, upper: value + factor * deviation)
      })
  }
}
