import Glibc
import Kernel

/// An ARIMA model with its coefficients.
public struct ARIMAFit: FittedSeries {
  public let series: TimeSeries
  public let order: ARIMAOrder
  /// With the constant, where the order has one.
  public let coefficients: ARIMACoefficients
  public let fittedValues: [Double]
  /// Values in the likelihood: those observed less those that differencing uses up.
  public let used: Int
  /// Best variance of the innovations for the likelihood, Σ v²/F over `used`.
  public let variance: Double
  /// Coefficients that were estimated.
  private let estimated: Int
  private let sums: WhitenedSums
  private let filter: ARIMAFilter
  /// Whether the constant was given and not estimated.
  private let constantIsGiven: Bool
  /// Σ v²/F with the constant taken out.
  private let squares: Double

  /// Where coefficients come from.
  enum Source {
    /// From the series, but for the constant, which the filter finds where there is none.
    case estimated
    /// Nothing was estimated.
    case given
    /// Estimated before from values of the series, the constant too: they count as estimated.
    case kept
  }

  init?(
    _ series: TimeSeries, _ order: ARIMAOrder, _ coefficients: ARIMACoefficients, _ source: Source
  ) {
    let m = series.season
    let process = ARMAProcess(ar: coefficients.expandedAR(m), ma: coefficients.expandedMA(m))
    let x = ARIMAEstimation.regressor(order, from: 0, count: series.count)
    let given = source == .kept ? nil : coefficients.constant
    let y =
      given.map { given in zip(series.values, x).map { $0 - given * $1 } } ?? series.values
    guard
      let filter = Self.filter(process, order, y, regressor: given == nil ? x : [], season: m)
    else { return nil }
    let beta =
      source == .kept ? coefficients.constant : given ?? filter.sums.coefficient
    var complete = coefficients
    complete.constant = order.hasConstant ? beta : nil
    let correction = given == nil ? beta ?? 0 : 0
    fittedValues = zip(series.values, filter.errors).map { $0 - ($1.y - correction * $1.x) }
    self.series = series
    self.order = order
    self.coefficients = complete
    self.filter = filter
    sums = filter.sums
    used = filter.sums.observed
    squares = source == .kept ? filter.sums.squares(at: beta) : filter.sums.squares
    variance = squares / Double(max(1, filter.sums.observed))
    estimated = source == .given ? 0 : order.coefficientCount
    constantIsGiven = given != nil
  }

  /// The filter behind the series: by way of its differences where no value is missing.
  private static func filter(
    _ process: ARMAProcess, _ order: ARIMAOrder, _ y: [Double], regressor x: [Double], season m: Int
  ) -> ARIMAFilter? {
    let delta = order.differencing(m)
    if !y.contains(where: \.isNaN),
      let whole = ARIMAFilter(
        process, differencing: delta, after: y, regressor: x,
        differences: (order.differenced(y, season: m), order.differenced(x, season: m)))
    {
      return whole
    }
    guard var filter = ARIMAFilter(process, differencing: delta) else { return nil }
    filter.run(y, regressor: x)
    return filter
  }

  private var degrees: Int { used - estimated }
  /// Σ v²/F by the degrees of freedom, `used` less the coefficients estimated.
  private var unbiased: Double { degrees > 0 ? squares / Double(degrees) : .nan }

  public var structure: any SeriesModel { ARIMAModel(order: order, warm: coefficients) }

  public var label: String {
    var name = "ARIMA(\(order.p),\(order.d),\(order.q))"
    if order.isSeasonal {
      name += "(\(order.seasonalP),\(order.seasonalD),\(order.seasonalQ))[\(series.season)]"
    }
    guard order.hasConstant else { return name }
    return name + (order.differences == 0 ? " with mean" : " with drift")
  }

  /// The likelihood of the series after differencing, or, with gaps, of the observed values given an
  /// exactly diffuse start.
  public var logLikelihood: Double? { squares > 0 ? sums.logLikelihood(at: squares) : nil }

  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike($0, parameters: order.coefficientCount + 1, observations: used)
    }
  }

  /// Without the first, whose variance is larger.
  public var standardisedErrors: [Double]? {
    let m = series.season
    let lags = max(coefficients.expandedAR(m).count, coefficients.expandedMA(m).count)
    let first = order.lost(m) + min(lags, used / 3)
    return standardised(residuals.enumerated().map { $0 < first ? .nan : $1 })
  }

  public var kept: KeptFit? {
    KeptFit(
      ARIMAModel(order: order),
      [
        "ar": coefficients.ar, "ma": coefficients.ma, "sar": coefficients.seasonalAR,
        "sma": coefficients.seasonalMA, "constant": coefficients.constant.map { [$0] } ?? [],
      ])
  }

  /// Standard errors come from the second differences of the log-likelihood; `nil` where it is flat.
  public var parameters: [SeriesParameter] {
    let errors = coefficientErrors()
    var result = coefficientNames.enumerated().map { index, entry in
      SeriesParameter(entry.name, entry.value, standardError: errors?[index])
    }
    if let constant = coefficients.constant {
      let error = sums.xx > 0 ? (variance / sums.xx).squareRoot() : nil
      result.append(
        SeriesParameter(
          order.differences == 0 ? "mean" : "drift", constant, standardError: error))
    }
    return result + [SeriesParameter("sigma2", unbiased)]
  }

  private var coefficientNames: [(name: String, value: Double)] {
    func named(_ name: String, _ values: [Double]) -> [(name: String, value: Double)] {
      values.enumerated().map { ("\(name)\($0 + 1)", $1) }
    }
    return named("ar", coefficients.ar) + named("ma", coefficients.ma)
      + named("sar", coefficients.seasonalAR) + named("sma", coefficients.seasonalMA)
  }

  private func coefficientErrors() -> [Double]? {
    let flat = coefficientNames.map(\.value)
    guard !flat.isEmpty, logLikelihood != nil else { return nil }
    let estimation = ARIMAEstimation(series, order: order)
    func moved(_ x: [Double]) -> ARIMACoefficients {
      var rest = x[...]
      func take(_ n: Int) -> [Double] {
        defer { rest = rest.dropFirst(n) }
        return Array(rest.prefix(n))
      }
      return ARIMACoefficients(
        ar: take(order.p), ma: take(order.q), seasonalAR: take(order.seasonalP),
        seasonalMA: take(order.seasonalQ), constant: constantIsGiven ? coefficients.constant : nil)
    }
    return standardErrors(at: flat, steps: flat.map { _ in 1e-4 }) { points in
      estimation.sums(points.map(moved)).map { $0?.logLikelihood }
    }
  }

  /// Errors of the steps ahead from the filter's own variance, with that of an estimated constant
  /// added; Student's t with the residual degrees of freedom. Uncertainty of the other coefficients
  /// is not in it: a calibration adds what it costs.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let x = ARIMAEstimation.regressor(order, from: series.count, count: horizon)
    var means: [Double] = []
    var deviations: [Double] = []
    for (step, next) in filter.ahead(horizon).enumerated() {
      let constant = coefficients.constant ?? 0
      let ahead = x.isEmpty ? 0 : x[step]
      let known = constantIsGiven ? 0 : next.x
      means.append(next.y + constant * (ahead - known))
      let ofConstant =
        sums.xx > 0 && !constantIsGiven ? (ahead - next.x) * (ahead - next.x) / sums.xx : 0
      deviations.append((unbiased * (next.variance + ofConstant)).squareRoot())
    }
    guard degrees > 0, unbiased.isFinite else { return Predictive(.bare(means)) }
    return Predictive(mean: means, deviation: deviations, degrees: Double(degrees))
  }

  /// Futures from the means and the responses ψ of the integrated process; missing values at the end add the errors
  /// of their steps.
  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    let means = predictive(horizon, seed: errors.seed).means
    let passed = series.values.reversed().prefix(while: \.isNaN).count
    let psi = responses(horizon + passed)
    let deviation = unbiased.isFinite ? unbiased.squareRoot() : 0
    let noise = SeriesNoise(errors, of: self)
    return noise.shocks(horizon + passed, draws: draws).map { shocks in
      (0..<horizon).map { step in
        var sum = 0.0
        for j in 0...(step + passed) { sum += psi[step + passed - j] * shocks[j] }
        return means[step] + deviation * sum
      }
    }
  }

  /// ψ_0 = 1, ψ_1, … of `θ(B)Θ(B) / (φ(B)Φ(B)(1−B)^d(1−B^m)^D)`.
  private func responses(_ horizon: Int) -> [Double] {
    let m = series.season
    let left = product(
      [1] + coefficients.expandedAR(m).map { -$0 }, [1] + order.differencing(m).map { -$0 })
    let right = [1] + coefficients.expandedMA(m)
    var psi: [Double] = []
    for j in 0..<horizon {
      var value = j < right.count ? right[j] : 0
      for i in 1..<max(2, left.count) where i <= j && i < left.count {
        value -= left[i] * psi[j - i]
      }
      psi.append(value)
    }
    return psi
  }
}
