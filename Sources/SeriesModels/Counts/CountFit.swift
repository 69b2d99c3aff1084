import Glibc
public import Kernel

/// A count model with its parameters.
public struct CountFit: FittedSeries {
  public let series: TimeSeries
  public let model: CountModel
  /// Intercept, weights of counts, weights of means, effects of regressors.
  public let estimates: [Double]
  /// Size of the negative binomial; infinite for a Poisson distribution, also where the counts vary no
  /// more than that.
  public let size: Double
  public let fittedValues: [Double]
  private let recursion: CountRecursion
  private let path: CountRecursion.Path

  init?(
    _ model: CountModel, _ series: TimeSeries, _ recursion: CountRecursion, _ theta: [Double],
    size: Double?
  ) {
    guard let path = recursion.path(theta, fixesPast: true) else { return nil }
    let means = recursion.means(of: path)
    self.series = series
    self.model = model
    estimates = theta
    self.recursion = recursion
    self.path = path
    fittedValues = means
    self.size =
      model.isOverdispersed
      ? size ?? Self.size(recursion.counts, means, parameters: theta.count) : .infinity
  }

  /// Root of the moment equation; infinite where a Poisson distribution already has its variance.
  private static func size(_ y: [Double], _ means: [Double], parameters k: Int) -> Double {
    func excess(_ logInverse: Double) -> Double {
      let inverse = Glibc.exp(logInverse)
      let sum = zip(y, means).reduce(0) { sum, pair in
        sum + (pair.0 - pair.1) * (pair.0 - pair.1) / (pair.1 * (1 + pair.1 * inverse))
      }
      return sum - Double(y.count - k)
    }
    guard excess(-18) > 0, excess(18) < 0,
      let root = try? brentRoot(in: -18...18, tolerance: 1e-13, excess)
    else { return .infinity }
    return Glibc.exp(-root)
  }

  private var dispersion: Double { size.isInfinite ? 0 : 1 / size }

  public var structure: any SeriesModel { model }

  public var kept: KeptFit? {
    guard model.regressors.isEmpty else { return nil }
    return KeptFit(
      model,
      [
        "lags": recursion.observations.map(Double.init),
        "mean_lags": recursion.means.map(Double.init), "estimates": estimates,
        "size": size.isInfinite ? [] : [size],
      ])
  }

  public var label: String {
    func lags(_ all: [Int]) -> String { all.map(String.init).joined(separator: ",") }
    let x = model.regressors.map { " + \($0.name)" }.joined()
    return
      "INGARCH(\(lags(recursion.observations));\(lags(recursion.means))) \(model.link.rawValue)"
      + (size.isInfinite ? " Poisson" : " negative binomial") + x
  }

  public var logLikelihood: Double? {
    zip(recursion.counts, fittedValues).reduce(0) { $0 + logDensity($1.0, mean: $1.1) }
  }

  private func logDensity(_ y: Double, mean: Double) -> Double {
    size.isInfinite
      ? Poisson(mean: mean).logDensity(y)
      : NegativeBinomial(mean: mean, size: size).logDensity(y)
  }

  public var aicc: Double? {
    logLikelihood.map {
      correctedAkaike(
        $0, parameters: estimates.count + (size.isInfinite ? 0 : 1), observations: series.count)
    }
  }

  public var parameters: [SeriesParameter] {
    let names =
      ["intercept"] + recursion.observations.map { "beta\($0)" }
      + recursion.means.map { "alpha\($0)" } + model.regressors.map(\.name)
    let errors = covariance?.diagonal.map { $0.squareRoot() }
    let all = zip(names, estimates).enumerated().map { k, entry in
      SeriesParameter(entry.0, entry.1, standardError: errors?[k])
    }
    return size.isInfinite ? all : all + [SeriesParameter("size", size)]
  }

  /// Covariance of the estimates that holds whatever the distribution, `G⁻¹ G₁ G⁻¹`; `nil` where the
  /// information is singular.
  public var covariance: Matrix? {
    let spread = dispersion
    let isLog = recursion.isLog
    let quasi = recursion.information(path) { isLog ? $0 : 1 / $0 }
    guard let inverse = (try? Cholesky(quasi))?.inverse() else { return nil }
    let own = recursion.information(path) {
      isLog ? $0 + spread * $0 * $0 : 1 / $0 + spread
    }
    return inverse.times(own).times(inverse)
  }

  /// Effects of the regressors on the mean, or its logarithm, of the same step.
  public var effects: [SeriesParameter] {
    parameters.filter { parameter in model.regressors.contains { $0.name == parameter.name } }
  }

  /// What a lasting unit of each regressor changes once counts and means have followed, η/(1 − Σβ − Σα), and its
  /// covariance by the delta method; under the log link for large counts, of the logarithm. `nil` where
  /// the weights sum to 1 or the information is singular.
  public var lastingEffects: (values: [Double], covariance: Matrix)? {
    let weights = 1..<(1 + recursion.observations.count + recursion.means.count)
    let rest = 1 - estimates[weights].reduce(0, +)
    guard rest > 1e-6, let covariance else { return nil }
    let values = estimates[weights.upperBound...].map { $0 / rest }
    var jacobian = Matrix(rows: values.count, columns: estimates.count)
    for k in values.indices {
      jacobian[k, weights.upperBound + k] = 1 / rest
      for j in weights { jacobian[k, j] = values[k] / rest }
    }
    return (values, jacobian.times(covariance).timesTranspose(jacobian))
  }

  /// Score statistics of interventions inside the recursion, one for each start: χ² with one degree of
  /// freedom where there is none at that date (Fokianos and Fried 2010, Journal of Time Series Analysis
  /// 31). The largest of many is compared with a bootstrap, not with that distribution.
  ///
  /// - Parameter course: of each intervention, as a function of its start.
  public func interventionScores(
    starts: [Int], _ course: (_ start: Int) -> Intervention
  ) -> [Double] {
    starts.map { start in
      let intervention = course(start)
      let column = series.values.indices.map { intervention.value($0) }
      let wider = CountRecursion(
        counts: recursion.counts, observations: recursion.observations, means: recursion.means,
        columns: recursion.columns + [column], isLog: recursion.isLog)
      guard let path = wider.path(estimates + [0], fixesPast: true) else { return .nan }
      let spread = dispersion
      let isLog = recursion.isLog
      let information = wider.information(path) {
        isLog ? $0 : 1 / $0
      }
      let variance = wider.information(path) { isLog ? $0 + spread * $0 * $0 : 1 / $0 + spread }
      let k = wider.parameterCount
      var score = 0.0
      for (t, mean) in wider.means(of: path).enumerated() {
        let error = series.values[t] - mean
        score += path.derivatives[t * k + k - 1] * (isLog ? error : error / mean)
      }
      // The score of the last less what the others' estimation takes from it.
      let others = Array(0..<(k - 1))
      guard
        let factor = try? Cholesky(
          information.selectingRows(others).selectingColumns(others))
      else { return .nan }
      let weights = factor.solve(others.map { information[$0, k - 1] }).map { -$0 } + [1]
      return score * score / dot(weights, variance.times(weights))
    }
  }

  /// Means of the steps ahead with every future count at its mean: exact under the identity link.
  public func recursiveMeans(_ horizon: Int) -> [Double] {
    var state = CountState(self)
    return (0..<horizon).map { step in
      let mean = state.next(step)
      state.add(mean)
      return mean
    }
  }

  /// Most steps ahead for which every regressor is known; `nil` without a limit.
  public var horizonLimit: Int? {
    let limit = series.count + 10_000
    let known = model.regressors.map { $0.known(upTo: limit) }.min() ?? limit
    return known == limit ? nil : max(0, known - series.count)
  }

  /// 2,000 simulated futures; under the identity link with the exact means.
  public func predictive(_ horizon: Int, seed: UInt64) -> Predictive {
    Predictive(
      paths: paths(horizon, draws: 2_000, seed: seed),
      means: recursion.isLog ? nil : recursiveMeans(horizon))
  }

  /// - Precondition: `horizon` is within `horizonLimit`.
  public func paths(_ horizon: Int, draws: Int, errors: ErrorDraws) -> [[Double]] {
    precondition(horizon <= horizonLimit ?? horizon, "regressors end before step \(horizon)")
    let noise = SeriesNoise(seed: errors.seed, series: series.id)
    let start = CountState(self)
    return (0..<draws).map { k in
      var state = start
      return (0..<horizon).map { step in
        let mean = state.next(step)
        let uniform = noise.uniform(draw: k, step: step + 1)
        // Beyond what is counted in ones a draw is its mean.
        let count =
          !(mean < 1e12)
          ? mean.rounded()
          : size.isInfinite
            ? Poisson(mean: mean).sample(uniform)
            : NegativeBinomial(mean: mean, size: size).sample(uniform)
        state.add(count)
        return count
      }
    }
  }

  /// The recursion after the series.
  private struct CountState {
    let fit: CountFit
    private var counts: [Double]
    private var predictors: [Double]

    init(_ fit: CountFit) {
      self.fit = fit
      let longest = (fit.recursion.observations + fit.recursion.means).max() ?? 0
      counts = Array(fit.recursion.counts.suffix(longest))
      predictors = Array(fit.path.predictor.suffix(longest))
    }

    /// Mean of a step ahead, from 0, which `add` then follows.
    mutating func next(_ step: Int) -> Double {
      let recursion = fit.recursion
      let theta = fit.estimates
      let P = recursion.observations.count
      let Q = recursion.means.count
      var value = theta[0]
      for (j, lag) in recursion.observations.enumerated() {
        value += theta[1 + j] * recursion.transformed(counts[counts.count - lag])
      }
      for (j, lag) in recursion.means.enumerated() {
        value += theta[1 + P + j] * predictors[predictors.count - lag]
      }
      for (j, regressor) in fit.model.regressors.enumerated() {
        value += theta[1 + P + Q + j] * regressor.value(fit.series.count + step)
      }
      predictors.append(value)
      return recursion.isLog ? Glibc.exp(value) : value
    }

    mutating func add(_ count: Double) { counts.append(count) }
  }
}
