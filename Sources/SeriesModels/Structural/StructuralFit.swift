import Glibc
public import Kernel

/// A structural model with its variances, and its states given all observations.
public struct StructuralFit: FittedSeries {
  public let series: TimeSeries
  public let form: StructuralForm
  public let regressors: [Regressor]
  /// In the order of the form's `components`.
  public let variances: [Double]
  public let fittedValues: [Double]
  private let filter: KalmanFilter
  private let estimated: Int

  init?(
    _ series: TimeSeries, _ form: StructuralForm, _ regressors: [Regressor], variances: [Double],
    isGiven: Bool
  ) {
    let columns = regressors.map { regressor in series.values.indices.map { regressor.value($0) } }
    let system = form.system(
      variances, season: series.season,
      columns: columns.map { column in
        zip(column, series.values).map { $1.isNaN && !$0.isFinite ? 0 : $0 }
      }, count: series.count)
    var filter = KalmanFilter(system, keeps: true)
    filter.run([series.values])
    let isExact = variances.allSatisfy { $0 == 0 }
    guard !filter.isDiffuse, isExact || !filter.sums.isDegenerate else { return nil }
    self.series = series
    self.form = form
    self.regressors = regressors
    self.variances = variances
    self.filter = filter
    estimated = isGiven ? 0 : variances.count
    var fitted = [Double](repeating: .nan, count: series.count)
    for passage in filter.passages where passage.diffuseF == 0 {
      fitted[passage.time] = series.values[passage.time] - passage.v
    }
    fittedValues = fitted
  }

  public var structure: any SeriesModel {
    let whole = variances.reduce(0, +)
    return StructuralModel(
      form: form, regressors: regressors,
      warm: whole > 0 ? variances.map { $0 / whole } : nil)
  }

  public var kept: KeptFit? {
    regressors.isEmpty ? KeptFit(StructuralModel(form: form), ["variances": variances]) : nil
  }

  public var label: String {
    let season = form.seasonal == .none ? "" : ", \(form.seasonal.rawValue)[\(series.season)]"
    let x = regressors.isEmpty ? "" : " + " + regressors.map(\.name).joined(separator: " + ")
    return "structural(\(form.hasSlope ? "trend" : "level")\(season))" + x
  }

  /// Of the observed values given an exactly diffuse start and diffuse coefficients; the values the
  /// start takes up add no `ln 2π` (the convention of Koopman and Durbin).
  public var logLikelihood: Double? {
    filter.sums.isDegenerate ? nil : filter.sums.logLikelihood
  }

  /// Counts the variances and the states that are unknown at the start.
  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike(
        $0, parameters: variances.count + filter.system.size, observations: series.observedCount)
    }
  }

  public var parameters: [SeriesParameter] {
    zip(form.components, variances).map { SeriesParameter($0, $1) }
      + coefficients.map {
        SeriesParameter($0.name, $0.value, standardError: $0.standardError)
      }
  }

  /// Coefficients of the regressors.
  public var coefficients: [SeriesParameter] {
    let own = form.stateCount(series.season)
    let m = filter.system.size
    return regressors.enumerated().map { k, regressor in
      SeriesParameter(
        regressor.name, filter.mean[own + k],
        standardError: max(0, filter.covariance[(own + k) * (m + 1)]).squareRoot())
    }
  }

  /// Covariance of the regressors' coefficients.
  public var coefficientCovariance: Matrix {
    let own = form.stateCount(series.season)
    let m = filter.system.size
    var result = Matrix(rows: regressors.count, columns: regressors.count)
    for i in regressors.indices {
      for j in regressors.indices { result[i, j] = filter.covariance[own + i + (own + j) * m] }
    }
    return result
  }

  /// State predicted for the first step after the series: level, slope, seasons, coefficients; and its
  /// covariance.
  public var lastState: (mean: [Double], covariance: Matrix) {
    let m = filter.system.size
    return (filter.mean, Matrix(rows: m, columns: m, values: filter.covariance))
  }

  /// One-step errors and their variances, NaN where missing; the diffuse start included.
  public var innovations: [(error: Double, variance: Double)] {
    var result = series.values.map { _ in (error: Double.nan, variance: Double.nan) }
    for passage in filter.passages { result[passage.time] = (passage.v, passage.F) }
    return result
  }

  /// States and disturbances given all observations.
  public var smoothed: KalmanSmoother { KalmanSmoother(filter) }

  /// Of the Student's t of forecasts and effects: values that count less variances estimated.
  var degrees: Double { Double(filter.sums.observed - estimated) }

  /// Share of the values after the start that their 95 per cent interval of one step before held, at the
  /// variances of the fit; NaN without such a value.
  public var oneStepCoverage: Double {
    let known = filter.passages.filter { $0.diffuseF == 0 }
    guard !known.isEmpty, degrees >= 1 else { return .nan }
    let reach = StudentT(degrees: degrees).upperQuantile(0.025)
    return Double(known.count { abs($0.v) <= reach * $0.F.squareRoot() }) / Double(known.count)
  }

  /// Most steps ahead for which every regressor is known; `nil` without a limit.
  public var horizonLimit: Int? {
    let limit = series.count + 10_000
    let known = regressors.map { $0.known(upTo: limit) }.min() ?? limit
    return known == limit ? nil : max(0, known - series.count)
  }

  /// The steps ahead with the model as of the last value.
  /// - Precondition: the regressors are known so far.
  private func ahead(_ horizon: Int) -> ForecastStates {
    precondition(horizon <= horizonLimit ?? horizon, "regressors end before step \(horizon)")
    let columns = regressors.map { regressor in
      (0..<horizon).map { regressor.value(series.count + $0) }
    }
    let system = form.system(
      variances, season: series.season, columns: columns, count: max(1, horizon))
    return ForecastStates(
      system, mean: filter.mean, covariance: filter.covariance, horizon: horizon)
  }

  /// Errors of state, disturbances and coefficients; Student's t with as many degrees as values count
  /// less the variances. Uncertainty of the variances themselves is not in it.
  /// - Precondition: `horizon` is within `horizonLimit`.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let ahead = ahead(horizon)
    guard degrees >= 1 else { return Predictive(.bare(ahead.means)) }
    return Predictive(
      mean: ahead.means, deviation: ahead.variances.map { max(0, $0).squareRoot() },
      degrees: degrees)
  }

  /// Covariance of the errors of the steps ahead.
  /// - Precondition: as `predictive`.
  public func forecastCovariance(_ horizon: Int) -> Matrix { ahead(horizon).covariance }

  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    ahead(horizon).paths(draws: draws, noise: SeriesNoise(seed: errors.seed, series: series.id))
  }
}
