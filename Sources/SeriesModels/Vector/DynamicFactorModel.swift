import Glibc
import Kernel

/// Several series that share one unobserved factor, an AR(1) of unit innovation variance:
/// y_i = λ_i f + ε_i (Stock and Watson 1989); missing values are passed over.
///
/// Series are taken as they are: standardise them first. The sign of the factor is the one that makes the
/// sum of the loadings positive.
public struct DynamicFactorModel: Sendable {
  public init() {}

  /// Loadings, error variances and persistence.
  public struct Parameters: Hashable, Sendable {
    public var loadings: [Double]
    public var errors: [Double]
    public var persistence: Double

    public init(loadings: [Double], errors: [Double], persistence: Double) {
      self.loadings = loadings
      self.errors = errors
      self.persistence = persistence
    }
  }

  /// - Throws: `.empty`; `.stepsDiffer`; `.tooShort` unless every series has ten values; `.seriesDependent` for one that does
  ///   not vary; `.notFitted`.
  public func fit(_ series: [TimeSeries]) throws(SeriesError) -> DynamicFactorFit {
    try check(series)
    let values = series.map(\.values)
    let k = series.count
    func parameters(_ x: [Double]) -> Parameters {
      Parameters(
        loadings: Array(x[..<k]), errors: x[k..<(2 * k)].map { Glibc.exp($0) },
        persistence: Glibc.tanh(x[2 * k]))
    }
    let spreads = values.map { Statistics.standardDeviation($0.filter { !$0.isNaN }) }
    for (one, spread) in zip(series, spreads) {
      let size = one.values.reduce(0) { max($0, $1.isNaN ? 0 : abs($1)) }
      // What differs by rounding alone does not vary.
      guard spread > 1e-12 * size else { throw .seriesDependent(series: one.id, others: "") }
    }
    var best: (point: [Double], value: Double)?
    for (share, persistence) in [(0.6, 0.5), (0.4, 0.9), (0.5, -0.3)] {
      let start =
        spreads.map { share * $0 } + spreads.map { Glibc.log((1 - share * share) * $0 * $0) }
        + [Glibc.atanh(persistence)]
      let found = searchedMinimum(from: start, iterations: 400) { x in
        let value = Self.filtered(values, parameters(x)).sums.logLikelihood
        return value.isFinite ? -value : 1e12
      }
      if found.value < best?.value ?? .infinity { best = found }
    }
    guard let best, best.value < 1e11 else {
      throw .notFitted(series: series[0].id, model: "dynamic-factor")
    }
    var chosen = parameters(best.point)
    if chosen.loadings.reduce(0, +) < 0 { chosen.loadings = chosen.loadings.map { -$0 } }
    return DynamicFactorFit(series, chosen)
  }

  /// The model at given parameters.
  /// - Throws: as `fit`.
  public func evaluate(
    _ series: [TimeSeries], _ parameters: Parameters
  ) throws(SeriesError) -> DynamicFactorFit {
    try check(series)
    precondition(
      parameters.loadings.count == series.count && parameters.errors.count == series.count
        && abs(parameters.persistence) < 1, "parameters of \(series.count) series")
    return DynamicFactorFit(series, parameters)
  }

  private func check(_ series: [TimeSeries]) throws(SeriesError) {
    _ = try TimeSeries.first(ofSameSteps: series)
    for one in series where one.observedCount < 10 {
      throw .tooShort(
        series: one.id, model: "dynamic-factor", observed: one.observedCount, needed: 10)
    }
  }

  static func filtered(
    _ values: [[Double]], _ parameters: Parameters, keeps: Bool = false
  ) -> KalmanFilter {
    let phi = parameters.persistence
    var filter = KalmanFilter(
      StateSpace(
        transition: Matrix([[phi]]), selection: .identity(1), noise: [1],
        loadings: [Matrix(column: parameters.loadings)], errors: parameters.errors,
        start: StateSpace.Start(
          mean: [0], covariance: Matrix([[1 / (1 - phi * phi)]]), diffuse: [0])),
      keeps: keeps)
    filter.run(values)
    return filter
  }
}

/// A dynamic factor model with its parameters.
public struct DynamicFactorFit: Sendable {
  public let series: [TimeSeries]
  public let parameters: DynamicFactorModel.Parameters
  private let filter: KalmanFilter

  init(_ series: [TimeSeries], _ parameters: DynamicFactorModel.Parameters) {
    self.series = series
    self.parameters = parameters
    filter = DynamicFactorModel.filtered(series.map(\.values), parameters, keeps: true)
  }

  public var logLikelihood: Double { filter.sums.logLikelihood }

  /// The factor given all values, step by step, with its variance.
  public var factor: [(mean: Double, variance: Double)] {
    let smooth = KalmanSmoother(filter)
    return zip(smooth.states, smooth.covariances).map { ($0[0], $1[0]) }
  }

  /// Means and standard deviations of each series in the steps ahead.
  public func forecast(_ horizon: Int) -> [(means: [Double], deviations: [Double])] {
    var ahead = filter
    var result = series.map { _ in (means: [Double](), deviations: [Double]()) }
    for _ in 0..<horizon {
      for i in series.indices {
        let next = ahead.next(i)
        result[i].means.append(next.mean)
        result[i].deviations.append(next.variance.squareRoot())
      }
      ahead.advance()
    }
    return result
  }
}
