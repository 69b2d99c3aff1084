public import Demography
import Kernel

/// A count series whose mean follows past counts and past means: INGARCH, the generalised linear
/// model of Ferland, Latour and Oraichi (2006) with identity link, or Fokianos and Tjøstheim's (2011)
/// log-linear one, with regressors and interventions inside the recursion.
///
/// Estimated by Poisson quasi-likelihood; the size of a negative binomial then by the moment equation
/// Σ (y − λ)²/(λ + λ²/size) = n − k (Liboschik, Fokianos and Fried 2017, Journal of Statistical Software
/// 82(5)). With the identity link no effect is negative.
public struct CountModel: SeriesModel {
  public enum Link: String, Hashable, Sendable {
    case identity
    case log
  }

  public let link: Link
  /// Whether the variance may exceed the mean.
  public let isOverdispersed: Bool
  /// Lags of counts; `nil` is 1, and the season where the series holds three of it.
  public let observations: [Int]?
  /// Lags of means.
  public let means: [Int]
  public let regressors: [Regressor]

  /// - Precondition: lags are positive.
  public init(
    link: Link, isOverdispersed: Bool, observations: [Int]? = nil, means: [Int] = [1],
    regressors: [Regressor] = []
  ) {
    precondition((observations ?? []).allSatisfy { $0 > 0 } && means.allSatisfy { $0 > 0 }, "a lag")
    self.link = link
    self.isOverdispersed = isOverdispersed
    self.observations = observations
    self.means = means
    self.regressors = regressors
  }

  /// The same with other regressors.
  func with(_ regressors: [Regressor]) -> CountModel {
    CountModel(
      link: link, isOverdispersed: isOverdispersed, observations: observations, means: means,
      regressors: regressors)
  }

  public var card: Card {
    Card(
      catalogue: "series", id: name,
      reference: "Liboschik, Fokianos and Fried (2017), Journal of Statistical Software 82(5)")
  }

  public var name: String {
    switch (link, isOverdispersed) {
    case (.identity, false): "ingarch"
    case (.identity, true): "ingarch-nb"
    case (.log, false): "ingarch-log"
    case (.log, true): "ingarch-log-nb"
    }
  }

  public var takesCountsOnly: Bool { true }

  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    try estimate(series)
  }

  /// - Throws: `.missingValues`; `.notACount`; `.tooShort` unless there are five values more than
  ///   parameters; `.regressorMissing`, `.regressorsDependent`; `.notFitted`.
  public func estimate(_ series: TimeSeries) throws(SeriesError) -> CountFit {
    let recursion = try checked(series)
    guard let found = best(recursion), let fit = CountFit(self, series, recursion, found, size: nil)
    else { throw .notFitted(series: series.id, model: name) }
    return fit
  }

  /// The model at given parameters: intercept, counts, means, regressors.
  /// - Parameter size: of the negative binomial; `nil` takes the moment equation's.
  /// - Throws: as `estimate`.
  public func evaluate(
    _ series: TimeSeries, _ parameters: [Double], size: Double?
  ) throws(SeriesError) -> CountFit {
    let recursion = try checked(series)
    precondition(
      parameters.count == recursion.parameterCount, "\(parameters.count) parameters for \(name)")
    guard let fit = CountFit(self, series, recursion, parameters, size: size) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }

  public func resumed(
    _ kept: KeptFit, on series: TimeSeries
  ) throws(SeriesError) -> any FittedSeries {
    let lags = try kept.whole("lags", of: series)
    let means = try kept.whole("mean_lags", of: series)
    guard (lags + means).allSatisfy({ $0 > 0 && $0 < series.count }) else {
      throw kept.damaged("lags", series)
    }
    let size = try kept.all("size", of: series)
    guard size.count < 2, size.allSatisfy({ $0 > 0 }) else { throw kept.damaged("size", series) }
    let model = CountModel(
      link: link, isOverdispersed: isOverdispersed, observations: lags, means: means)
    return try model.evaluate(
      series, try kept.all("estimates", count: 1 + lags.count + means.count, of: series),
      size: size.first ?? .infinity)
  }

  private func checked(_ series: TimeSeries) throws(SeriesError) -> CountRecursion {
    for (t, y) in series.values.enumerated() where !y.isNaN && (y < 0 || y != y.rounded()) {
      throw .notACount(series: series.id, model: name, period: "\(series.period(t))", value: y)
    }
    let missing = series.count - series.observedCount
    guard missing == 0 else {
      throw .missingValues(series: series.id, model: name, count: missing)
    }
    let seasonal = series.season > 1 && series.count >= 3 * series.season ? [series.season] : []
    let lags = observations ?? [1] + seasonal
    let needed = lags.count + means.count + regressors.count + 6
    guard series.count >= needed else {
      throw .tooShort(series: series.id, model: name, observed: series.count, needed: needed)
    }
    let ones = [Double](repeating: 1, count: series.count)
    return CountRecursion(
      counts: series.values, observations: lags, means: means,
      columns: try series.columns(regressors, besides: [ones], model: name), isLog: link == .log)
  }

  /// The least of four searches; `nil` where one that did not come to its end had got lower.
  private func best(_ recursion: CountRecursion) -> [Double]? {
    let P = recursion.observations.count
    let Q = recursion.means.count
    let R = recursion.columns.count
    let level = recursion.transformed(max(Statistics.mean(recursion.counts), 1e-3))
    let isLog = link == .log
    let own: (Double) -> [Double] = { [Double](repeating: $0, count: P + Q) }
    let lower =
      (isLog ? [-Double.infinity] + own(-1) : [1e-8 * level] + own(0))
      + [Double](repeating: isLog ? -.infinity : 0, count: R)
    let upper = [Double.infinity] + own(1) + [Double](repeating: .infinity, count: R)
    var best: Minimum?
    var unfinished = Double.infinity
    for (counts, means) in [(0.3, 0.3), (0.1, 0.1), (0.2, 0.7), (0.6, 0.2)] {
      let shares =
        [Double](repeating: counts / Double(max(1, P)), count: P)
        + [Double](repeating: means / Double(max(1, Q)), count: Q)
      let start =
        [level * (1 - shares.reduce(0, +))] + shares
        + [Double](repeating: isLog ? 0 : 1e-3 * level, count: R)
      do {
        let found = try BoxedGaussNewton(maximumIterations: 300).minimise(
          from: start, lower: lower, upper: upper
        ) { recursion.local($0) }
        if found.value < best?.value ?? .infinity { best = found }
      } catch .notConverged(let stopped) {
        unfinished = min(unfinished, stopped.value)
      } catch {
        continue
      }
    }
    guard let best, best.value <= unfinished else { return nil }
    return best.point
  }
}
