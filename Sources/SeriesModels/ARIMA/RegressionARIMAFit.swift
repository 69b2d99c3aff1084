import Glibc
public import Kernel

/// A regression with ARIMA errors and its coefficients.
public struct RegressionARIMAFit: FittedSeries {
  public let series: TimeSeries
  public let model: RegressionARIMAModel
  /// Of the errors; the constant, where there is one, is the first of `regression`.
  public let coefficients: ARIMACoefficients
  public let fittedValues: [Double]
  /// Values in the likelihood.
  public let used: Int
  /// Best variance of the innovations for the likelihood.
  public let variance: Double
  private let regression: WhitenedRegression
  private let filter: KalmanFilter
  private let isGiven: Bool

  /// - Returns: `nil` at the border of stationarity, and where estimates use up all values.
  init?(
    _ model: RegressionARIMAModel, _ series: TimeSeries, _ coefficients: ARIMACoefficients,
    given: [Double]?, kappa: Double = .infinity
  ) {
    let columns = model.columns(from: 0, count: series.count).map { column in
      zip(column, series.values).map { $0.isFinite || !$1.isNaN ? $0 : 0 }
    }
    guard
      let system = model.order.system(coefficients, season: series.season, kappa: kappa)
    else { return nil }
    let limit = kappa.isInfinite ? Double.infinity : 1e4
    var filter = KalmanFilter(system, regressors: columns.count, keeps: true, limit: limit)
    filter.run([series.values], regressors: columns)
    guard let regression = RegressionARIMAEstimation.regression(filter, given: given),
      regression.observed > (given == nil ? Self.estimated(model) : 0)
    else { return nil }
    self.series = series
    self.model = model
    self.coefficients = coefficients
    self.filter = filter
    self.regression = regression
    isGiven = given != nil
    used = regression.observed
    variance = regression.squares / Double(max(1, regression.observed))
    var fitted = [Double](repeating: .nan, count: series.count)
    var row = 0
    for passage in filter.passages where passage.diffuseF == 0 && passage.F < limit {
      let error = zip(regression.coefficients, filter.whitened[row].dropFirst())
        .reduce(filter.whitened[row][0]) { $0 - $1.0 * $1.1 }
      fitted[passage.time] = series.values[passage.time] - error * passage.F.squareRoot()
      row += 1
    }
    fittedValues = fitted
  }

  private var order: ARIMAOrder { model.order }
  private static func estimated(_ model: RegressionARIMAModel) -> Int {
    model.order.coefficientCount + model.regressors.count
  }
  /// At least one: fewer are no fit.
  private var degrees: Int { used - (isGiven ? 0 : Self.estimated(model)) }
  private var unbiased: Double { regression.squares / Double(degrees) }

  public var structure: any SeriesModel {
    RegressionARIMAModel(order: order, regressors: model.regressors, warm: coefficients)
  }

  public var label: String {
    let season = order.isSeasonal ? "[\(series.season)]" : ""
    let constant = order.hasConstant ? (order.differences == 0 ? " with mean" : " with drift") : ""
    return "ARIMA\(order)\(season)\(constant)"
      + model.regressors.map { " + \($0.name)" }.joined()
  }

  public var logLikelihood: Double? { regression.squares > 0 ? regression.logLikelihood : nil }

  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike(
        $0, parameters: Self.estimated(model) + 1, observations: used)
    }
  }

  /// Coefficients of the regressors, with the constant first where there is one.
  private var effectNames: [String] {
    (order.hasConstant ? [order.differences == 0 ? "mean" : "drift"] : [])
      + model.regressors.map(\.name)
  }
  private var effects: [Double] { regression.coefficients }

  /// Standard errors come from the second differences of the log-likelihood in all coefficients
  /// together; `nil` where it is flat or nothing was estimated.
  public var parameters: [SeriesParameter] {
    let names = armaNames + effectNames
    let values = armaValues + effects
    let errors = isGiven ? nil : jointErrors()
    return zip(names, values).enumerated().map { k, entry in
      SeriesParameter(entry.0, entry.1, standardError: errors?[k])
    } + [SeriesParameter("sigma2", unbiased)]
  }

  /// Coefficients of the regressors with standard errors by generalised least squares.
  public var coefficientsOfRegressors: [SeriesParameter] {
    let skipped = order.hasConstant ? 1 : 0
    let errors = effectCovariance.diagonal
    return model.regressors.enumerated().map { k, regressor in
      SeriesParameter(
        regressor.name, regression.coefficients[k + skipped],
        standardError: isGiven ? nil : errors[k].squareRoot())
    }
  }

  /// Covariance of the regressors' coefficients by generalised least squares.
  public var effectCovariance: Matrix {
    let skipped = order.hasConstant ? 1 : 0
    let indices = model.regressors.indices.map { $0 + skipped }
    return unbiased * regression.inverse.selectingRows(indices).selectingColumns(indices)
  }

  private var armaNames: [String] {
    func named(_ name: String, _ count: Int) -> [String] { (0..<count).map { "\(name)\($0 + 1)" } }
    return named("ar", order.p) + named("ma", order.q) + named("sar", order.seasonalP)
      + named("sma", order.seasonalQ)
  }
  private var armaValues: [Double] {
    coefficients.ar + coefficients.ma + coefficients.seasonalAR + coefficients.seasonalMA
  }

  private func jointErrors() -> [Double]? {
    let k = armaValues.count
    let x = armaValues + effects
    guard !x.isEmpty, logLikelihood != nil else { return nil }
    let estimation = RegressionARIMAEstimation(
      series, order: order, columns: model.columns(from: 0, count: series.count))
    let sizes = effects.indices.map { j in
      0.01 * (variance * regression.inverse[j, j]).squareRoot()
    }
    return standardErrors(at: x, steps: armaValues.map { _ in 1e-4 } + sizes) { point in
      var rest = point[..<k]
      func take(_ n: Int) -> [Double] {
        defer { rest = rest.dropFirst(n) }
        return Array(rest.prefix(n))
      }
      let moved = ARIMACoefficients(
        ar: take(order.p), ma: take(order.q), seasonalAR: take(order.seasonalP),
        seasonalMA: take(order.seasonalQ))
      return estimation.regression(moved)?.logLikelihood(at: Array(point[k...]))
    }
  }

  /// Most steps ahead for which every regressor is known; `nil` without a limit.
  public var horizonLimit: Int? {
    let limit = series.count + 10_000
    let known = model.regressors.map { $0.known(upTo: limit) }.min() ?? limit
    return known == limit ? nil : max(0, known - series.count)
  }

  /// Errors of the steps ahead from the filter's variance, with that of estimated effects added;
  /// Student's t with the residual degrees of freedom.
  /// - Precondition: `horizon` is within `horizonLimit`.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    precondition(horizon <= horizonLimit ?? horizon, "regressors end before step \(horizon)")
    var filter = filter
    let columns = model.columns(from: series.count, count: horizon)
    var means: [Double] = []
    var deviations: [Double] = []
    for step in 0..<horizon {
      let next = filter.next(0)
      let x = columns.map { $0[step] }
      let distance = zip(x, next.columns).map { $0 - $1 }
      means.append(
        zip(distance, regression.coefficients).reduce(next.mean) { $0 + $1.0 * $1.1 })
      var variance = next.variance
      if !isGiven, !x.isEmpty { variance += dot(distance, regression.inverse.times(distance)) }
      deviations.append((unbiased * variance).squareRoot())
      filter.advance()
    }
    return Predictive(mean: means, deviation: deviations, degrees: Double(degrees))
  }

  /// Futures from the means and the innovations of every step.
  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let means = predictive(horizon, seed: errors.seed).means
    let m = filter.system.size
    let ahead = ForecastStates(
      filter.system, mean: [Double](repeating: 0, count: m), covariance: filter.covariance,
      horizon: horizon)
    let deviation = unbiased.squareRoot()
    let noise = SeriesNoise(seed: errors.seed, series: series.id)
    return ahead.paths(draws: draws, noise: noise).map { path in
      zip(means, path).map { $0 + deviation * $1 }
    }
  }
}
