public import Demography
import Kernel

/// Another model with errors to come of another shape than the normal one: its intervals are quantiles of simulated
/// futures about its own means.
///
/// The bootstrap draws the one-step errors of the fit (Hyndman and Athanasopoulos 2021, § 5.5); Student's t and Laplace's
/// distribution have the model's variance. Futures of several steps add errors up, so that their shape nears the normal
/// one.
public struct ShapedModel: SeriesModel {
  public let inner: any SeriesModel
  public let shape: ErrorShape

  public init(_ inner: any SeriesModel, _ shape: ErrorShape) {
    self.inner = inner
    self.shape = shape
  }

  public var card: Card { inner.card }
  public var name: String { "\(shape.rawValue):\(inner.name)" }
  public var takesCountsOnly: Bool { inner.takesCountsOnly }

  /// - Throws: `.noShape` where the inner model has not one error a step, and what it throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try shaped(inner.fit(series))
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    try shaped(kept.member(of: series).resumed(on: series))
  }

  private func shaped(_ fit: any FittedSeries) throws(SeriesError) -> any FittedSeries {
    guard fit.standardisedErrors != nil else {
      throw .noShape(series: fit.series.id, model: fit.label)
    }
    return ShapedFit(inner: fit, shape: shape)
  }
}

struct ShapedFit: FittedSeries {
  let inner: any FittedSeries
  let shape: ErrorShape

  var series: TimeSeries { inner.series }
  var label: String { "\(inner.label), \(shape.rawValue) errors" }
  var structure: any SeriesModel { ShapedModel(inner.structure, shape) }
  /// With the degrees of freedom of Student's t; none where normal errors are as likely.
  var parameters: [SeriesParameter] {
    guard shape == .student, let law = ShockQuantiles.student(inner.standardisedErrors ?? []) else {
      return inner.parameters
    }
    return inner.parameters + [SeriesParameter("degrees", law.degrees)]
  }
  /// That of normal errors, from which the parameters are.
  var logLikelihood: Double? { inner.logLikelihood }
  var aicc: Double? { inner.aicc }
  var fittedValues: [Double] { inner.fittedValues }
  var standardisedErrors: [Double]? { inner.standardisedErrors }
  var kept: KeptFit? { inner.kept.map { KeptFit(structure, members: [$0]) } }
  func leaveOneOutErrors(_ horizon: Int) -> [[Double]]? { inner.leaveOneOutErrors(horizon) }

  /// Simulated: 5,000 futures, about the means of the model itself. Those of Student's t on logarithms do not exist.
  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    let own = inner.predictive(horizon, seed: seed)
    guard own.hasIntervals else { return own }
    return Predictive(paths: paths(horizon, draws: 5_000, seed: seed), means: own.means)
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    inner.paths(horizon, draws: draws, errors: ErrorDraws(seed: errors.seed, shape: shape))
  }
}
