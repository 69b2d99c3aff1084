import Glibc

/// A Theta model with its parameters.
struct ThetaLineFit: FittedSeries {
  let series: TimeSeries
  let structure: any SeriesModel
  let fittedValues: [Double]
  private let model: ThetaLineModel
  /// The season of the steps ahead.
  private let flat: Deseasonalised
  private let optimum: ThetaProfile.Optimum
  /// After the last value.
  private let last: ThetaRecursion
  /// Σ e² of the values without season, by the degrees of freedom.
  let variance: Double
  private let degrees: Int

  /// - Parameter flat: the values without their season.
  init?(_ series: TimeSeries, model: ThetaLineModel, without flat: Deseasonalised) {
    let profile = ThetaProfile(
      flat.values, isDynamic: model.isDynamic, share: model.isOptimised ? nil : 0.5,
      uncounted: model.uncounted)
    guard let optimum = profile.best() else { return nil }
    self.init(series, model: model, without: flat, optimum)
  }

  /// With parameters that are known.
  init(
    _ series: TimeSeries, model: ThetaLineModel, without flat: Deseasonalised,
    _ optimum: ThetaProfile.Optimum
  ) {
    var recursion = ThetaRecursion(optimum, isDynamic: model.isDynamic, values: flat.values)
    var squares = 0.0
    var fitted: [Double] = []
    for (t, y) in flat.values.enumerated() {
      let mean = recursion.mean
      squares += (y - mean) * (y - mean)
      fitted.append(flat.seasoned(mean, at: t))
      recursion.step(y)
    }
    degrees = series.count - (model.isOptimised ? 3 : 2)
    variance = squares / Double(degrees)
    last = recursion
    fittedValues = fitted
    structure = model
    self.series = series
    self.model = model
    self.flat = flat.ahead
    self.optimum = optimum
  }

  var label: String {
    let name = (model.isDynamic ? "D" : "") + (model.isOptimised ? "O" : "S") + "TM"
    return flat.isSeasonal ? "\(name)[\(series.season)]" : name
  }
  var logLikelihood: Double? { nil }
  var aicc: Double? { nil }
  var standardisedErrors: [Double]? {
    standardised()
  }
  var kept: KeptFit? {
    KeptFit(
      model,
      [
        "alpha": [optimum.alpha], "share": [optimum.share], "level": [optimum.level],
        "seasonal": [flat.isSeasonal ? 1 : 0],
      ])
  }
  var parameters: [SeriesParameter] {
    [
      SeriesParameter("alpha", optimum.alpha), SeriesParameter("theta", 1 / (1 - optimum.share)),
      SeriesParameter("level0", optimum.level), SeriesParameter("sigma2", variance),
    ]
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let variances = variances(horizon)
    var recursion = last
    var means: [Double] = []
    var deviations: [Double] = []
    for step in 0..<horizon {
      let mean = recursion.mean
      means.append(flat.seasoned(mean, ahead: step))
      deviations.append(flat.deviation(variances[step].squareRoot(), ahead: step))
      recursion.step(mean)
    }
    return Predictive(mean: means, deviation: deviations, degrees: Double(degrees))
  }

  /// The recursion is linear, so a shock of one adds the means of a series that was 0 until then.
  private func variances(_ horizon: Int) -> [Double] {
    var sums = [Double](repeating: 1, count: horizon)
    for start in 0..<horizon {
      var recursion = last.quiet(after: start)
      recursion.step(1)
      for step in start + 1..<max(horizon, start + 1) {
        let mean = recursion.mean
        sums[step] += mean * mean
        recursion.step(mean)
      }
    }
    return sums.map { $0 * variance }
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = variance.squareRoot()
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var recursion = last
      return shocks.enumerated().map { step, shock in
        let value = recursion.mean + deviation * shock
        recursion.step(value)
        return flat.seasoned(value, ahead: step)
      }
    }
  }
}

/// The states of a Theta model as values come in.
struct ThetaRecursion {
  private let alpha: Double
  private let share: Double
  private let isDynamic: Bool
  private var line: TrendLine
  private var level: Double
  /// (1 − α)^{t − 1} for the value t that comes next.
  private var power = 1.0

  /// Before the first value.
  init(_ optimum: ThetaProfile.Optimum, isDynamic: Bool, values: [Double]) {
    alpha = optimum.alpha
    share = optimum.share
    level = optimum.level
    self.isDynamic = isDynamic
    line = isDynamic ? TrendLine() : TrendLine(values)
  }

  var mean: Double {
    let pull = power * line.intercept + (1 - power * (1 - alpha)) / alpha * line.slope
    return level + share * pull
  }

  mutating func step(_ y: Double) {
    level = alpha * y + (1 - alpha) * level
    power *= 1 - alpha
    if isDynamic { line.add(y) }
  }

  /// The same recursion `steps` later of a series that has been 0 throughout. A line that is fixed
  /// knows of no shock.
  func quiet(after steps: Int) -> ThetaRecursion {
    var result = self
    result.level = 0
    result.power = power * Glibc.pow(1 - alpha, Double(steps))
    result.line = TrendLine(quietFor: isDynamic ? line.count + steps : 0)
    return result
  }
}
