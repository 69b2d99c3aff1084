import Glibc
public import Kernel

/// A Poisson level model with its variance, and the levels given all counts.
public struct PoissonLevelFit: FittedSeries {
  public let series: TimeSeries
  public let model: PoissonLevelModel
  /// Of a step of the level, in squared logarithms.
  public let variance: Double
  public let fittedValues: [Double]
  /// exp of the most probable ln λ of each step, given all counts.
  public let smoothedMeans: [Double]
  private let mode: PoissonLevelMode
  private let factor: Cholesky
  private let seasons: Int
  private let estimated: Int

  init?(
    _ model: PoissonLevelModel, _ series: TimeSeries, _ columns: [[Double]],
    _ mode: PoissonLevelMode, variance: Double, isGiven: Bool
  ) {
    guard let factor = try? Cholesky(mode.lastCovariance) else { return nil }
    self.series = series
    self.model = model
    self.variance = variance
    self.mode = mode
    self.factor = factor
    seasons = model.seasonCount(series)
    estimated = isGiven ? 0 : 1
    smoothedMeans = mode.predictor.map { Glibc.exp($0) }
    fittedValues = Self.oneStep(series.values, columns, mode.predictor, variance)
  }

  /// exp of the mean of ln λ and half its variance, given the values before: the filter of the Gaussian model
  /// whose weights are those of the mode, and whose observations are scaled to a variance of one.
  private static func oneStep(
    _ counts: [Double], _ columns: [[Double]], _ predictor: [Double], _ q: Double
  ) -> [Double] {
    let size = 1 + columns.count
    var R = Matrix(rows: size, columns: 1)
    R[0, 0] = 1
    let weights = predictor.map { Glibc.exp($0) }
    let rows = counts.indices.map { t in
      Matrix(
        rows: 1, columns: size,
        values: ([1] + columns.map { $0[t] }).map { $0 * weights[t].squareRoot() })
    }
    var scales = [1.0]
    for column in columns {
      let largest = column.reduce(0) { max($0, abs($1)) }
      scales.append(largest > 0 ? 1 / (largest * largest) : 1)
    }
    var filter = KalmanFilter(
      StateSpace(
        transition: .identity(size), selection: R, noise: [q], loadings: rows, errors: [1],
        start: StateSpace.Start(
          mean: [Double](repeating: 0, count: size), covariance: Matrix(rows: size, columns: size),
          diffuse: scales)))
    return counts.indices.map { t in
      let w = weights[t]
      let next = filter.next(0)
      let isKnown = !filter.isDiffuse && !counts[t].isNaN
      let pseudo = w.squareRoot() * (predictor[t] + (counts[t] - w) / w)
      filter.run([[pseudo]])
      return isKnown
        ? Glibc.exp(next.mean / w.squareRoot() + (next.variance - 1) / (2 * w)) : .nan
    }
  }

  public var structure: any SeriesModel { model }
  public var kept: KeptFit? {
    model.regressors.isEmpty
      ? KeptFit(model, ["variance": [variance], "seasons": [Double(seasons)]]) : nil
  }

  public var label: String {
    let season = seasons > 0 ? ", season[\(series.season)]" : ""
    let x = model.regressors.map { " + \($0.name)" }.joined()
    return "Poisson(level\(season))" + x
  }

  /// By Laplace's method, with the first level and the effects unknown, and no constant for them.
  public var logLikelihood: Double? { mode.logLikelihood }

  /// Counts the variance, the first level, seasons and effects.
  public var aicc: Double? {
    correctedAkaike(
      mode.logLikelihood, parameters: 2 + mode.effects.count, observations: series.observedCount)
  }

  public var parameters: [SeriesParameter] {
    [SeriesParameter("level", variance)] + coefficients
  }

  /// Effects of the regressors on ln λ.
  public var coefficients: [SeriesParameter] {
    model.regressors.enumerated().map { k, regressor in
      let at = seasons + k
      return SeriesParameter(
        regressor.name, mode.effects[at],
        standardError: mode.lastCovariance[at + 1, at + 1].squareRoot())
    }
  }

  /// Covariance of these effects.
  public var effectCovariance: Matrix {
    let places = model.regressors.indices.map { seasons + 1 + $0 }
    return mode.lastCovariance.selectingRows(places).selectingColumns(places)
  }

  /// Most steps ahead for which every regressor is known; `nil` without a limit.
  public var horizonLimit: Int? {
    let limit = series.count + 10_000
    let known = model.regressors.map { $0.known(upTo: limit) }.min() ?? limit
    return known == limit ? nil : max(0, known - series.count)
  }

  /// 2,000 simulated futures: the last level and the effects from their distribution at the mode, the
  /// level's steps, and the counts.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    Predictive(paths: paths(horizon, draws: 2_000, seed: seed))
  }

  /// - Precondition: `horizon` is within `horizonLimit`.
  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    precondition(horizon <= horizonLimit ?? horizon, "regressors end before step \(horizon)")
    let noise = SeriesNoise(seed: errors.seed, series: series.id)
    let last = [mode.levels[mode.levels.count - 1]] + mode.effects
    let rows = (0..<horizon).map { step in
      let t = series.count + step
      return (0..<seasons).map { PoissonLevelModel.season($0, at: t, of: seasons + 1) }
        + model.regressors.map { $0.value(t) }
    }
    let deviation = variance.squareRoot()
    return (0..<draws).map { k in
      let start = zip(last, factor.times(noise.shocks(last.count, draw: k, step: 0))).map {
        $0 + $1
      }
      var level = start[0]
      return (0..<horizon).map { step in
        level += deviation * noise.shocks(1, draw: k, step: 2 * step + 1)[0]
        let predictor = level + zip(rows[step], start.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let mean = Glibc.exp(predictor)
        // Beyond, a count's own noise is below a millionth of it, and whole numbers end.
        return mean < 1e12
          ? Poisson(mean: mean).sample(noise.uniform(draw: k, step: 2 * step + 2)) : mean.rounded()
      }
    }
  }
}
