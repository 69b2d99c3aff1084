public import Demography
import Glibc

/// Another model on natural logarithms. Medians and intervals go back exactly; means add half the
/// variance. The likelihood is that of the values themselves, so it compares with models of them.
public struct LogTransformed: SeriesModel {
  public let inner: any SeriesModel

  public init(_ inner: any SeriesModel) { self.inner = inner }

  public var card: Card { inner.card }
  public var name: String { "log:\(inner.name)" }

  /// - Throws: `.notPositive` at the first value that has no logarithm, and what the inner model throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    LogTransformedFit(series: series, inner: try inner.fit(try logarithms(series)))
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    LogTransformedFit(
      series: series, inner: try kept.member(of: series).resumed(on: try logarithms(series)))
  }

  private func logarithms(_ series: TimeSeries) throws(SeriesError) -> TimeSeries {
    for (t, value) in series.values.enumerated() where value <= 0 {
      throw .notPositive(
        series: series.id, model: name, period: "\(series.period(t))", value: value)
    }
    return series.replacing(series.values.map { Glibc.log($0) })
  }
}

struct LogTransformedFit: FittedSeries {
  let series: TimeSeries
  let inner: any FittedSeries

  var label: String { "log " + inner.label }
  var structure: any SeriesModel { LogTransformed(inner.structure) }
  var parameters: [SeriesParameter] { inner.parameters }
  var standardisedErrors: [Double]? {
    inner.standardisedErrors
  }
  var kept: KeptFit? { inner.kept.map { KeptFit(structure, members: [$0]) } }
  func leaveOneOutErrors(_ horizon: Int) -> [[Double]]? { inner.leaveOneOutErrors(horizon) }
  /// ℓ(y) = ℓ(ln y) − Σ ln y over the values the inner likelihood covers (taken as all observed).
  var logLikelihood: Double? { inner.logLikelihood.map { $0 - jacobian } }
  var aicc: Double? { inner.aicc.map { $0 + 2 * jacobian } }
  var fittedValues: [Double] { inner.fittedValues.map { Glibc.exp($0) } }
  private var jacobian: Double {
    inner.series.values.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    inner.predictive(horizon, seed: seed).exponentiated()
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    inner.paths(horizon, draws: draws, errors: errors).map { $0.map { Glibc.exp($0) } }
  }
}
