public import Demography
import Kernel

/// A specification that can be fitted to any series it applies to.
///
/// A model that has no more than a name and a `fit` belongs to `SeriesCatalogue.all` by one line.
public protocol SeriesModel: Sendable {
  var card: Card { get }
  /// As it is written on the command line and in plans: `auto-ets`, `arima(0,1,1)`.
  var name: String { get }
  /// Whether it is for whole numbers from zero on and refuses others.
  var takesCountsOnly: Bool { get }
  /// What no value of a series that it takes can be below; `nil` without such a bound.
  var least: Double? { get }
  /// - Throws: `.tooShort`, `.notPositive`, `.missingValues`, `.notFitted`.
  func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries
  /// The model with the parameters of an earlier fit, shown a series that begins where that one's did.
  ///
  /// - Throws: `.keptDamaged`, `.notKept`, and what `fit` throws of the values.
  func resumed(_ kept: KeptFit, on series: TimeSeries) throws(SeriesError) -> any FittedSeries
}

extension SeriesModel {
  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    throw .notKept(series: series.id, model: kept.model)
  }
  public var name: String { card.id }
  public var takesCountsOnly: Bool { false }
  public var least: Double? { takesCountsOnly ? 0 : nil }
}

/// A model with the parameters that a series gave it.
public protocol FittedSeries: Sendable {
  var series: TimeSeries { get }
  /// What was fitted, `ARIMA(0,1,1)(0,1,1)[12]`.
  var label: String { get }
  /// The same structure, free to estimate its parameters from other data: what a backtest refits.
  var structure: any SeriesModel { get }
  var parameters: [SeriesParameter] { get }
  /// One-step errors of mean 0 and deviation 1, on the scale the model works on; `nil` where there is not one error a
  /// step that is added to, or in proportion to, a mean.
  var standardisedErrors: [Double]? { get }
  /// Errors of each of the next steps, one a past value, by parts of the model that had not seen it; on the scale the
  /// model works on. `nil` where it has no such parts.
  func leaveOneOutErrors(_ horizon: Int) -> [[Double]]?
  /// What `resumed` needs to show the model other values; `nil` where it cannot.
  var kept: KeptFit? { get }
  /// Full Gaussian log-likelihood, constants included; `nil` where the model has none.
  var logLikelihood: Double? { get }
  /// Corrected Akaike criterion; the variance counts as a parameter.
  var aicc: Double? { get }
  /// One-step means, one a step; NaN before the first and at missing values.
  var fittedValues: [Double] { get }
  /// What is known of the next `horizon` steps.
  /// - Parameter seed: used only where a predictive distribution has to be simulated.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive
  /// Simulated futures, draw by draw, each of `horizon` steps. Draw k does not depend on how many
  /// there are.
  /// - Parameter errors: models whose errors are of several kinds, or no numbers added to a mean, have their own.
  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]]
}

/// A parameter's estimate.
public struct SeriesParameter: Hashable, Sendable {
  public let name: String
  public let value: Double
  public let standardError: Double?

  public init(_ name: String, _ value: Double, standardError: Double? = nil) {
    self.name = name
    self.value = value
    self.standardError = standardError
  }
}

extension FittedSeries {
  public func paths(_ horizon: Int, draws: Int, seed: UInt64) -> [[Double]] {
    paths(horizon, draws: draws, errors: ErrorDraws(seed: seed))
  }
  public var standardisedErrors: [Double]? { nil }

  /// Residuals, or what they are of their means, less their mean and by their deviation, without those after a missing
  /// value: what a fit with one error a step says of its `standardisedErrors`.
  func standardised(isRelative: Bool = false) -> [Double] {
    let all = isRelative ? zip(residuals, fittedValues).map { $0 / $1 } : residuals
    return standardised(all)
  }

  func standardised(_ errors: [Double]) -> [Double] {
    // What follows a gap was expected from further back.
    let known = errors.indices.filter { t in
      !errors[t].isNaN && (t == 0 || !series.values[t - 1].isNaN)
    }
    return standardScores(known.map { errors[$0] })
  }

  public var kept: KeptFit? { nil }
  public func leaveOneOutErrors(_ horizon: Int) -> [[Double]]? { nil }

  /// Observed less fitted; NaN where either is missing.
  public var residuals: [Double] { zip(series.values, fittedValues).map { $0 - $1 } }

  /// The next `horizon` steps with an interval for each of `levels` (per cent).
  public func forecast(_ horizon: Int, levels: [Double], seed: UInt64) -> Forecast {
    predictive(horizon, seed: seed).forecast(
      of: series, label: label, levels: levels, calibration: nil)
  }
}

/// `−2 ℓ + 2 k + 2 k (k + 1)/(n − k − 1)`; infinite when `n` does not exceed `k + 1`.
func correctedAkaike(_ logLikelihood: Double, parameters k: Int, observations n: Int) -> Double {
  guard n > k + 1 else { return .infinity }
  return -2 * logLikelihood + 2 * Double(k) + 2 * Double(k * (k + 1)) / Double(n - k - 1)
}

/// Values less their mean and by their standard deviation; empty where they do not vary.
func standardScores(_ values: [Double]) -> [Double] {
  let spread = values.count > 1 ? Statistics.standardDeviation(values) : 0
  guard spread > 0 else { return [] }
  let centre = Statistics.mean(values)
  return values.map { ($0 - centre) / spread }
}
