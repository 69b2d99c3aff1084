import Glibc
import Kernel

/// A TBATS model with its parameters.
public struct TBATSFit: FittedSeries {
  public let series: TimeSeries
  public let form: TBATSForm
  public let estimates: TBATSParameters
  public let fittedValues: [Double]
  /// Σ ε² of the one-step errors on the scale of the model.
  public let squares: Double
  private let system: TBATSSystem
  private let last: [Double]
  private let sumOfLogarithms: Double
  private let observed: Int

  /// `nil` where no states before the first value can be had.
  init?(_ series: TimeSeries, _ form: TBATSForm, _ parameters: TBATSParameters) {
    let profile = TBATSProfile(form, series.values)
    let z = profile.transformed(parameters.omega)
    system = TBATSSystem(form, parameters)
    guard let start = profile.start(system, z) else { return nil }
    var x = start
    var fitted: [Double] = []
    var squares = 0.0
    for y in z {
      let mean = system.step(&x, y)
      if !y.isNaN { squares += (y - mean) * (y - mean) }
      fitted.append(y.isNaN ? .nan : mean)
    }
    let power = form.hasBoxCox ? BoxCox(lambda: parameters.omega) : nil
    self.series = series
    self.form = form
    self.squares = squares
    estimates = parameters
    last = x
    fittedValues =
      power.map { power in fitted.map { $0.isNaN ? .nan : power.restored($0) } } ?? fitted
    observed = series.observedCount
    sumOfLogarithms =
      form.hasBoxCox ? series.values.reduce(0) { $0 + ($1.isNaN ? 0 : Glibc.log($1)) } : 0
  }

  private var power: BoxCox? { form.hasBoxCox ? BoxCox(lambda: estimates.omega) : nil }
  private var count: Int { form.parameterCount + form.stateCount }
  private var degrees: Int { observed - count }
  /// Σ ε² by the degrees of freedom, on the scale of the model.
  public var variance: Double { degrees > 0 ? squares / Double(degrees) : .nan }

  public var structure: any SeriesModel { TBATSModel(form: form, warm: estimates) }
  public var label: String { form.description }

  public var standardisedErrors: [Double]? {
    guard let power else { return standardised() }
    let scaled = zip(series.values, fittedValues).map { y, mean in
      y.isNaN || mean.isNaN ? .nan : power.transformed(y) - power.transformed(mean)
    }
    return standardised(scaled)
  }

  public var kept: KeptFit? {
    KeptFit(
      TBATSModel(),
      [
        "periods": form.seasons.map(\.period),
        "harmonics": form.seasons.map { Double($0.harmonics) }, "alpha": [estimates.alpha],
        "beta": form.hasTrend ? [estimates.beta] : [],
        "phi": form.trend == .damped ? [estimates.phi] : [],
        "omega": form.hasBoxCox ? [estimates.omega] : [], "gamma1": estimates.gamma1,
        "gamma2": estimates.gamma2, "ar": estimates.ar, "ma": estimates.ma,
      ])
  }

  public var parameters: [SeriesParameter] {
    var result = [SeriesParameter("alpha", estimates.alpha)]
    if form.hasTrend { result.append(SeriesParameter("beta", estimates.beta)) }
    if form.trend == .damped { result.append(SeriesParameter("phi", estimates.phi)) }
    if form.hasBoxCox { result.append(SeriesParameter("omega", estimates.omega)) }
    for (i, season) in form.active.enumerated() {
      let period = TBATSForm.text(season.period)
      result.append(SeriesParameter("gamma1.\(period)", estimates.gamma1[i]))
      result.append(SeriesParameter("gamma2.\(period)", estimates.gamma2[i]))
    }
    for (i, x) in estimates.ar.enumerated() { result.append(SeriesParameter("ar\(i + 1)", x)) }
    for (i, x) in estimates.ma.enumerated() { result.append(SeriesParameter("ma\(i + 1)", x)) }
    return result + [SeriesParameter("sigma2", variance)]
  }

  /// Of the values themselves: the transformation's derivative is in it.
  public var logLikelihood: Double? {
    let n = Double(observed)
    guard squares > 0 else { return nil }
    return -0.5 * n * (Glibc.log(2 * .pi * squares / n) + 1)
      + (estimates.omega - 1) * sumOfLogarithms
  }

  public var aicc: Double? {
    logLikelihood.map { correctedAkaike($0, parameters: count + 1, observations: observed) }
  }

  /// Normal with σ² (1 + Σ_{j<h} c_j²), c the response to a unit error; under a transformation the quantiles
  /// of 5,000 simulated futures, which carry its bias into the mean.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    guard degrees > 0 else { return Predictive(.bare(medians(horizon))) }
    if form.hasBoxCox { return Predictive(paths: paths(horizon, draws: 5_000, seed: seed)) }
    var unit = [Double](repeating: 0, count: system.size)
    system.move(&unit, 1, 1)
    var sum = 1.0
    let deviations = (0..<horizon).map { _ in
      let deviation = (variance * sum).squareRoot()
      let c = system.step(&unit, .nan)
      sum += c * c
      return deviation
    }
    return Predictive(mean: medians(horizon), deviation: deviations, degrees: Double(degrees))
  }

  private func medians(_ horizon: Int) -> [Double] {
    var x = last
    return (0..<horizon).map { _ in
      let mean = system.step(&x, .nan)
      return power?.restored(mean) ?? mean
    }
  }

  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = variance.isFinite ? variance.squareRoot() : 0
    let power = power
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var x = last
      return shocks.map { shock in
        let (own, error) = (system.ownMean(x), system.errorMean(x))
        let e = deviation * shock
        system.move(&x, error + e, e)
        return power?.restored(own + error + e) ?? own + error + e
      }
    }
  }
}
