import Glibc
import Kernel

/// A complex exponential smoothing with its parameters.
public struct ComplexSmoothingFit: FittedSeries {
  public let series: TimeSeries
  public let form: ComplexSmoothingForm
  public let smoothing: ComplexSmoothing
  public let fittedValues: [Double]
  /// Σ e² of the one-step errors.
  public let squares: Double
  public let structure: any SeriesModel
  public var standardisedErrors: [Double]? { standardised() }
  public var kept: KeptFit? {
    let all = [smoothing.alpha0, smoothing.alpha1, smoothing.beta0, smoothing.beta1]
    return KeptFit(
      ComplexSmoothingModel(form: form), ["smoothing": Array(all.prefix(form.parameterCount))])
  }
  private let last: ComplexSmoothingRecursion
  private let observed: Int

  /// - Parameter start: a guess of the states before the first value, replaced by backcasting.
  init(
    _ series: TimeSeries, _ start: ComplexSmoothingRecursion, structure: any SeriesModel
  ) {
    var recursion = start
    recursion.backcast(series.values)
    var fitted: [Double] = []
    var squares = 0.0
    for y in series.values {
      let mean = recursion.mean
      let e = y.isNaN ? 0 : y - mean
      squares += e * e
      fitted.append(y.isNaN ? .nan : mean)
      recursion.step(e)
    }
    self.series = series
    self.structure = structure
    self.squares = squares
    form = start.form
    smoothing = start.smoothing
    fittedValues = fitted
    last = recursion
    observed = series.observedCount
  }

  public var label: String { "CES(\(form.rawValue))" }

  public var parameters: [SeriesParameter] {
    let numbers = [
      ("alpha0", smoothing.alpha0), ("alpha1", smoothing.alpha1), ("beta0", smoothing.beta0),
      ("beta1", smoothing.beta1),
    ]
    return numbers.prefix(form.parameterCount).map { SeriesParameter($0.0, $0.1) }
      + [SeriesParameter("sigma2", variance)]
  }

  private var degrees: Int { observed - form.parameterCount }
  /// Σ e² by the degrees of freedom.
  public var variance: Double { degrees > 0 ? squares / Double(degrees) : .nan }

  public var logLikelihood: Double? {
    let n = Double(observed)
    return squares > 0 ? -0.5 * n * (Glibc.log(2 * .pi * squares / n) + 1) : nil
  }

  /// The states before the first value are backcast, not estimated, and do not count.
  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike($0, parameters: form.parameterCount + 1, observations: observed)
    }
  }

  /// Normal errors: σ² (1 + Σ_{j<h} c_j²) h steps ahead, c the response to a unit error.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    var recursion = last
    let means = (0..<horizon).map { _ in
      let mean = recursion.mean
      recursion.step(0)
      return mean
    }
    guard degrees > 0 else { return Predictive(.bare(means)) }
    let c = last.response(horizon)
    var sum = 1.0
    let deviations = means.indices.map { h in
      if h > 0 { sum += c[h - 1] * c[h - 1] }
      return (variance * sum).squareRoot()
    }
    return Predictive(mean: means, deviation: deviations, degrees: Double(degrees))
  }

  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let deviation = variance.isFinite ? variance.squareRoot() : 0
    return SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var recursion = last
      return shocks.map { shock in
        let y = recursion.mean + deviation * shock
        recursion.step(deviation * shock)
        return y
      }
    }
  }
}
