import Glibc

/// An exponential smoothing model with its parameters.
public struct ETSFit: FittedSeries {
  public let series: TimeSeries
  public let form: ETSForm
  public let smoothing: ETSSmoothing
  /// Before the first value.
  public let initialStates: ETSStates
  /// After the last value.
  public let finalStates: ETSStates
  public let fittedValues: [Double]
  /// Σ e², relative errors with multiplicative error.
  public let squares: Double
  private let logMeans: Double
  private let observed: Int

  init(_ form: ETSForm, _ smoothing: ETSSmoothing, _ states: ETSStates, _ series: TimeSeries) {
    var recursion = ETSRecursion(form, smoothing, from: states)
    var fitted: [Double] = []
    for y in series.values {
      fitted.append(y.isNaN ? .nan : recursion.mean)
      recursion.step(y)
    }
    var sums = ETSRecursion(form, smoothing, from: states)
    let pass = sums.run(series.values)
    self.series = series
    self.form = form
    self.smoothing = smoothing
    initialStates = states
    finalStates = recursion.ordered
    fittedValues = fitted
    squares = pass.squares
    logMeans = pass.logMeans
    observed = pass.observed
  }

  private var season: Int { form.isSeasonal ? finalStates.seasons.count : 1 }
  private var degrees: Int { observed - form.parameterCount(season) }
  /// Σ e² by the degrees of freedom.
  public var variance: Double { degrees > 0 ? squares / Double(degrees) : .nan }

  public var label: String { "ETS(\(form))" }
  public var structure: any SeriesModel { ETSModel(form: form, warm: smoothing) }

  public var standardisedErrors: [Double]? {
    standardised(isRelative: form.error == .multiplicative)
  }
  public var kept: KeptFit? {
    KeptFit(
      ETSModel(form: form),
      [
        "weights": [smoothing.alpha, smoothing.beta, smoothing.gamma, smoothing.phi],
        "level": [initialStates.level], "slope": [initialStates.slope],
        "seasons": initialStates.seasons,
      ])
  }

  public var parameters: [SeriesParameter] {
    var result = [SeriesParameter("alpha", smoothing.alpha)]
    if form.hasTrend { result.append(SeriesParameter("beta", smoothing.beta)) }
    if form.isSeasonal { result.append(SeriesParameter("gamma", smoothing.gamma)) }
    if form.trend == .damped { result.append(SeriesParameter("phi", smoothing.phi)) }
    result.append(SeriesParameter("level0", initialStates.level))
    if form.hasTrend { result.append(SeriesParameter("slope0", initialStates.slope)) }
    for (j, s) in initialStates.seasons.enumerated() {
      result.append(SeriesParameter("season0.\(j + 1)", s))
    }
    return result + [SeriesParameter("sigma2", variance)]
  }

  /// `−n/2 (ln(2π Σe²/n) + 1) − Σ ln μ`, the second sum with multiplicative error only. R's forecast
  /// leaves out the constants.
  public var logLikelihood: Double? {
    let n = Double(observed)
    return squares > 0 ? -0.5 * n * (Glibc.log(2 * .pi * squares / n) + 1) - logMeans : nil
  }

  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike($0, parameters: form.parameterCount(season) + 1, observations: observed)
    }
  }

  /// Student's t about the exact mean with the exact variance of each step (Hyndman et al. 2008, chapter 6,
  /// classes 1 to 3). Where the season multiplies, means are those of the season's next turn on, not of the
  /// recursion without errors: level and season move by the same error, so their product has a mean of its own.
  ///
  /// - Complexity: O(horizon), with multiplicative error O(horizon²)
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let mean = means(horizon)
    guard degrees > 0, variance.isFinite else { return Predictive(.bare(mean)) }
    if form.season == .multiplicative {
      let moments = ETSProductMoments(smoothing, variance: variance, from: finalStates)
      let steps = (0..<horizon).map { moments.step($0) }
      return Predictive(
        mean: steps.map(\.mean), deviation: steps.map { $0.variance.squareRoot() },
        degrees: Double(degrees))
    }
    let deviation = form.error == .additive ? additiveDeviations(horizon) : relative(mean)
    return Predictive(mean: mean, deviation: deviation, degrees: Double(degrees))
  }

  private func means(_ horizon: Int) -> [Double] {
    var recursion = ETSRecursion(form, smoothing, from: finalStates)
    return (0..<horizon).map { _ in
      let mean = recursion.mean
      recursion.step(.nan)
      return mean
    }
  }

  /// Response of the value j steps later to a unit error: α + β (φ + … + φ^j) + γ [m divides j].
  private func response(_ horizon: Int) -> [Double] {
    var power = 1.0
    var sum = 0.0
    return (1...max(1, horizon)).map { j in
      power *= smoothing.phi
      sum += power
      let ofSeason = form.isSeasonal && j % season == 0 ? smoothing.gamma : 0
      return smoothing.alpha + smoothing.beta * sum + ofSeason
    }
  }

  /// σ² (1 + Σ_{j<h} c_j²).
  private func additiveDeviations(_ horizon: Int) -> [Double] {
    let c = response(horizon)
    var sum = 1.0
    return (0..<horizon).map { step in
      if step > 0 { sum += c[step - 1] * c[step - 1] }
      return (variance * sum).squareRoot()
    }
  }

  /// v_h = (1 + σ²) θ_h − μ_h² with θ_h = μ_h² + σ² Σ_{j<h} c_j² θ_{h−j} (Hyndman et al. 2008, 6.3), without
  /// the difference of what is nearly equal.
  private func relative(_ mean: [Double]) -> [Double] {
    let c = response(mean.count)
    var theta: [Double] = []
    return mean.indices.map { h in
      var sum = 0.0
      for j in 0..<h { sum += c[j] * c[j] * theta[h - 1 - j] }
      theta.append(mean[h] * mean[h] + variance * sum)
      return (variance * (theta[h] + sum)).squareRoot()
    }
  }

  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = variance.isFinite ? variance.squareRoot() : 0
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var recursion = ETSRecursion(form, smoothing, from: finalStates)
      return shocks.map { shock in
        let mu = recursion.mean
        let y = mu + deviation * shock * (form.error == .multiplicative ? mu : 1)
        recursion.step(y)
        return y
      }
    }
  }
}
