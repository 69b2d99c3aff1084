import Glibc
import Kernel

/// The filter with its weights.
public struct HoltWintersFit: FittedSeries {
  public let series: TimeSeries
  public let weights: HoltWintersWeights
  /// Sum of squared one-step errors after the start.
  public let squares: Double
  public let fittedValues: [Double]
  private let model: HoltWintersModel
  /// After the last value.
  private let last: HoltWintersFilter
  /// Of one-step errors; relative to their means where the season multiplies.
  private let deviation: Double

  init(
    series: TimeSeries, model: HoltWintersModel, start: HoltWintersFilter,
    weights: HoltWintersWeights
  ) {
    var filter = start
    var fitted = [Double](repeating: .nan, count: start.used)
    var errors: [Double] = []
    for y in series.values.dropFirst(start.used) {
      fitted.append(filter.mean)
      errors.append(y - filter.mean)
      filter.take(y, weights)
    }
    self.series = series
    self.model = model
    self.weights = weights
    squares = errors.reduce(0) { $0 + $1 * $1 }
    let scaled =
      start.isMultiplicative
      ? zip(errors, fitted.dropFirst(start.used)).map { $0 / $1 } : errors
    let degrees = max(1, errors.count - (start.isSeasonal ? 3 : 2))
    deviation = (scaled.reduce(0) { $0 + $1 * $1 } / Double(degrees)).squareRoot()
    fittedValues = fitted
    last = filter
  }

  public var structure: any SeriesModel { model }
  public var standardisedErrors: [Double]? { standardised(isRelative: last.isMultiplicative) }
  public var kept: KeptFit? { KeptFit(model, ["weights": weights.all]) }
  public var label: String {
    guard last.isSeasonal else { return "Holt" }
    return "Holt–Winters[\(series.season)]" + (last.isMultiplicative ? " ×" : "")
  }
  public var logLikelihood: Double? { nil }
  public var aicc: Double? { nil }
  public var parameters: [SeriesParameter] {
    let names = ["alpha", "beta", "gamma"]
    return zip(names, weights.all).prefix(last.isSeasonal ? 3 : 2).map { SeriesParameter($0, $1) }
      + [
        SeriesParameter("level", last.level), SeriesParameter("slope", last.slope),
        SeriesParameter("sigma2", deviation * deviation),
      ]
  }

  /// Normal about the mean of each step. Where the season multiplies, mean and variance are those of the product
  /// of level and season (`HoltWintersMoments`); where errors are so large that those do not exist, quantiles of
  /// 5,000 simulated futures, which the basis of the intervals says.
  ///
  /// - Complexity: O(horizon), where the season multiplies O(horizon²)
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    guard !last.isMultiplicative else {
      guard let moments = HoltWintersMoments(weights, deviation: deviation, after: last) else {
        return Predictive(paths: paths(horizon, draws: 5_000, seed: seed))
      }
      let steps = (0..<horizon).map { moments.step($0) }
      return Predictive(
        mean: steps.map(\.mean), deviation: steps.map { $0.variance.squareRoot() },
        degrees: .infinity)
    }
    let means = (0..<horizon).map { last.mean($0) }
    var sum = 0.0
    let deviations = (0..<horizon).map { step in
      sum += step == 0 ? 1 : reaction(after: step) * reaction(after: step)
      return deviation * sum.squareRoot()
    }
    return Predictive(mean: means, deviation: deviations, degrees: .infinity)
  }

  /// What an error of one adds to the mean `j` steps later, additive seasons (Yar and Chatfield 1990).
  private func reaction(after j: Int) -> Double {
    let line = weights.level * (1 + Double(j) * weights.slope)
    let isSame = last.isSeasonal && j % series.season == 0
    return line + (isSame ? weights.season * (1 - weights.level) : 0)
  }

  /// Errors are normal, in proportion to the mean where the season multiplies (Chatfield and Yar 1991).
  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    SeriesNoise(errors, of: self).shocks(horizon, draws: draws).map { shocks in
      var filter = last
      return shocks.map { shock in
        let mean = filter.mean
        let value = mean + deviation * shock * (last.isMultiplicative ? mean : 1)
        filter.take(value, weights)
        return value
      }
    }
  }
}
