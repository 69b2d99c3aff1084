public import Demography
import Glibc

/// Another model on a scale on which values are less bound: a power (Box and Cox 1964, JRSS B 26) or the logit of
/// shares. Medians and intervals go back exactly and stay within bounds, means are those of the distribution and
/// not of its centre, and the likelihood is that of the values themselves.
public struct TransformedModel: SeriesModel {
  public enum Form: Hashable, Sendable {
    /// λ from 0, the logarithm, to 1; `nil` takes Guerrero's (1993), drawn to that range.
    case boxCox(Double?)
    /// Values between zero and a limit, 1 for shares and 100 for per cent.
    case logit(limit: Double)
  }

  public let inner: any SeriesModel
  public let form: Form

  /// - Precondition: λ from 0 to 1; a limit above zero.
  public init(_ inner: any SeriesModel, _ form: Form) {
    switch form {
    case .boxCox(let lambda): precondition((0...1).contains(lambda ?? 0), "lambda \(lambda ?? 0)")
    case .logit(let limit): precondition(limit > 0 && limit.isFinite, "limit \(limit)")
    }
    self.inner = inner
    self.form = form
  }

  public var card: Card { inner.card }

  public var name: String {
    switch form {
    case .boxCox(nil): "boxcox:\(inner.name)"
    case .boxCox(let lambda?): "boxcox(\(text(lambda))):\(inner.name)"
    case .logit(1): "logit:\(inner.name)"
    case .logit(let limit): "logit(\(text(limit))):\(inner.name)"
    }
  }

  /// - Throws: `.notPositive`, `.negative` or `.outsideShares` at the first value that has no image, and what the
  ///   inner model throws.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    let scale = try scale(of: series)
    let inner = try inner.fit(series.replacing(series.values.map { scale.scaled($0) }))
    return TransformedFit(series: series, inner: inner, scale: scale)
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    if form == .boxCox(nil) { throw kept.damaged("model", series) }
    let scale = try scale(of: series)
    let inner = try kept.member(of: series).resumed(
      on: series.replacing(series.values.map { scale.scaled($0) }))
    return TransformedFit(series: series, inner: inner, scale: scale)
  }

  private func scale(of series: TimeSeries) throws(SeriesError) -> ValueScale {
    switch form {
    case .boxCox(let given):
      let zerosCount = given.map { $0 > 0 } ?? false
      for (t, y) in series.values.enumerated() where zerosCount ? y < 0 : y <= 0 {
        let period = "\(series.period(t))"
        throw zerosCount
          ? .negative(series: series.id, model: name, period: period, value: y)
          : .notPositive(series: series.id, model: name, period: period, value: y)
      }
      // A constant has no spread to make even; any power takes it back to itself.
      let found = given ?? (try? BoxCox.guerrero(series.values, season: series.season))?.lambda
      let lambda = min(1, max(0, found ?? 1))
      return lambda < 1e-6 ? .logarithm : .power(lambda)
    case .logit(let limit):
      for (t, y) in series.values.enumerated() where y <= 0 || y >= limit {
        throw .outsideShares(
          series: series.id, model: name, period: "\(series.period(t))", value: y, limit: limit)
      }
      return .logit(limit: limit)
    }
  }
}

extension SeriesModel {
  /// The model on another scale than that of the values, inside a decomposition too; `nil` for one that is
  /// on theirs.
  var innerOfScale: (any SeriesModel)? {
    (self as? TransformedModel)?.inner ?? (self as? LogTransformed)?.inner
      ?? (self as? DecomposedModel)?.inner.innerOfScale
      ?? (self as? ShapedModel)?.inner.innerOfScale
  }
}

struct TransformedFit: FittedSeries {
  let series: TimeSeries
  let inner: any FittedSeries
  let scale: ValueScale

  var label: String {
    switch scale {
    case .values: inner.label
    case .logarithm: "Box–Cox(0) " + inner.label
    case .power(let lambda): "Box–Cox(\(text((1000 * lambda).rounded() / 1000))) " + inner.label
    case .logit(let limit): (limit == 1 ? "logit " : "logit(\(text(limit))) ") + inner.label
    }
  }
  /// With the power that was found.
  var structure: any SeriesModel {
    switch scale {
    case .values: inner.structure
    case .logarithm: TransformedModel(inner.structure, .boxCox(0))
    case .power(let lambda): TransformedModel(inner.structure, .boxCox(lambda))
    case .logit(let limit): TransformedModel(inner.structure, .logit(limit: limit))
    }
  }
  var parameters: [SeriesParameter] {
    switch scale {
    case .power(let lambda): [SeriesParameter("lambda", lambda)] + inner.parameters
    case .logarithm: [SeriesParameter("lambda", 0)] + inner.parameters
    case .values, .logit: inner.parameters
    }
  }
  var standardisedErrors: [Double]? {
    inner.standardisedErrors
  }
  var kept: KeptFit? { inner.kept.map { KeptFit(structure, members: [$0]) } }
  func leaveOneOutErrors(_ horizon: Int) -> [[Double]]? { inner.leaveOneOutErrors(horizon) }
  /// ℓ(y) = ℓ(z) + Σ ln dz/dy over all observed values, which the inner likelihood is taken to cover.
  var logLikelihood: Double? { inner.logLikelihood.map { $0 + slopes }.flatMap(Self.finite) }
  var aicc: Double? { inner.aicc.map { $0 - 2 * slopes }.flatMap(Self.finite) }
  var fittedValues: [Double] { inner.fittedValues.map { $0.isNaN ? .nan : scale.back($0) } }

  /// A zero has no density on the scale of a power.
  private static func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
  private var slopes: Double {
    series.values.reduce(0) { $0 + ($1.isNaN ? 0 : scale.logSlope($1)) }
  }

  func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    inner.predictive(horizon, seed: seed).taken(back: scale)
  }

  func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    inner.paths(horizon, draws: draws, errors: errors).map { $0.map { scale.back($0) } }
  }
}
