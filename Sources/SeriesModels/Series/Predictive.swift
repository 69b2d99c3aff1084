import Glibc
import Kernel

/// The distribution of the next steps, one by one.
public struct Predictive: Hashable, Sendable {
  enum Shape: Hashable, Sendable {
    /// Location and scale with Student's t of `degrees`; infinite degrees are normal.
    case located(mean: [Double], deviation: [Double], degrees: Double)
    /// Draws, ascending, for each step.
    case sampled([[Double]])
    /// Values without any measure of their uncertainty.
    case bare([Double])
    /// The members' quantiles averaged about a centre of their own; on the values' scale. Weights add up to 1.
    case averaged(centres: [Double], members: [Predictive], weights: [Double])
  }

  let shape: Shape
  /// What the shape describes.
  let scale: ValueScale
  /// Expected values that are known without the draws; `nil` takes the draws' own.
  private let exactMeans: [Double]?

  init(_ shape: Shape, scale: ValueScale = .values, exactMeans: [Double]? = nil) {
    self.shape = shape
    self.scale = scale
    self.exactMeans = exactMeans
  }

  /// - Parameters:
  ///   - deviation: standard deviation of the forecast error, or the scale of its Student's t.
  ///   - degrees: degrees of freedom; infinite for a normal distribution. Below 1 counts as 1.
  public init(mean: [Double], deviation: [Double], degrees: Double) {
    self.init(.located(mean: mean, deviation: deviation, degrees: max(1, degrees)))
  }

  /// - Parameters:
  ///   - paths: `draws · horizon`, at least one.
  ///   - means: expected values, where they are known exactly.
  public init(paths: [[Double]], means: [Double]? = nil) {
    self.init(
      .sampled((0..<(paths.first?.count ?? 0)).map { step in paths.map { $0[step] }.sorted() }),
      exactMeans: means)
  }

  public var horizon: Int {
    switch shape {
    case .located(let mean, _, _): mean.count
    case .sampled(let draws): draws.count
    case .bare(let values): values.count
    case .averaged(let centres, _, _): centres.count
    }
  }

  public var hasIntervals: Bool {
    if case .bare = shape { return false }
    return true
  }

  public var isSimulated: Bool {
    switch shape {
    case .sampled: true
    case .averaged(_, let members, _): members.contains(where: \.isSimulated)
    case .located, .bare: false
    }
  }

  /// Expected value of each step. On another scale that of a normal distribution, on logarithms `exp(m + s²/2)`,
  /// also for Student's t, whose exponential has no mean, and for averaged quantiles, whose own would need an
  /// integral.
  public var means: [Double] {
    switch shape {
    case .located(let mean, let deviation, _):
      scale == .values
        ? mean : zip(mean, deviation).map { scale.moments(mean: $0, deviation: $1).mean }
    case .sampled(let draws):
      exactMeans
        ?? draws.map { step in step.reduce(0) { $0 + back($1) } / Double(step.count) }
    case .bare(let values): scale == .values ? values : values.map { back($0) }
    case .averaged(let centres, let members, let weights):
      zip(averagedMeans(centres, members, weights), deviations).map {
        scale == .values ? $0 : scale.moments(mean: $0, deviation: $1).mean
      }
    }
  }

  /// Averaging quantiles averages means, so the centre moves by the members' mean skew.
  private func averagedMeans(
    _ centres: [Double], _ members: [Predictive], _ weights: [Double]
  ) -> [Double] {
    let skews = members.map { zip($0.means, $0.medians).map { $0 - $1 } }
    return centres.indices.map { step in centres[step] + dot(weights, skews.map { $0[step] }) }
  }

  public var medians: [Double] {
    (0..<horizon).map { back(centre($0)) }
  }

  /// Standard deviation (or t scale) of each step on the scale the model works on; NaN without one.
  /// Of averaged quantiles the mean of the members', on values; exact where they are of one family.
  public var deviations: [Double] {
    switch shape {
    case .located(_, let deviation, _): deviation
    case .sampled(let draws): draws.map { Statistics.standardDeviation($0) }
    case .bare(let values): values.map { _ in .nan }
    case .averaged(let centres, let members, let weights):
      centres.indices.map { step in dot(weights, members.map { $0.valueDeviations[step] }) }
    }
  }

  /// The same of values; on logarithms about the median, the lognormal's.
  private var valueDeviations: [Double] {
    switch scale {
    case .values: deviations
    case .logarithm:
      zip(medians, deviations).map { $0 * (Glibc.expm1($1 * $1) * Glibc.exp($1 * $1)).squareRoot() }
    case .power, .logit:
      deviations.indices.map { step in
        scale.moments(mean: centre(step), deviation: deviations[step]).variance.squareRoot()
      }
    }
  }

  /// Moved step by step, with a variance added that is independent of its own; `nil` where that is no closed
  /// form.
  func shifted(by shift: [Double], variance: [Double]) -> Predictive? {
    guard scale == .values else { return nil }
    switch shape {
    case .located(let mean, let deviation, let degrees):
      return Predictive(
        mean: zip(mean, shift).map { $0 + $1 },
        deviation: zip(deviation, variance).map { ($0 * $0 + $1).squareRoot() }, degrees: degrees)
    case .bare(let values): return Predictive(.bare(zip(values, shift).map { $0 + $1 }))
    case .sampled, .averaged: return nil
    }
  }

  /// The same distribution of `exp(y)`.
  func exponentiated() -> Predictive { taken(back: .logarithm) }

  /// The same distribution of the values, this one being of them on a scale.
  ///
  /// - Precondition: it is on no other scale yet.
  func taken(back scale: ValueScale) -> Predictive {
    precondition(self.scale == .values, "a scale on a scale")
    return Predictive(shape, scale: scale)
  }

  func centre(_ step: Int) -> Double {
    switch shape {
    case .located(let mean, _, _): mean[step]
    case .sampled(let draws): Statistics.quantile(sorted: draws[step], 0.5)
    case .bare(let values): values[step]
    case .averaged(let centres, _, _): centres[step]
    }
  }

  func back(_ value: Double) -> Double { scale.back(value) }
  func scaled(_ value: Double) -> Double { scale.scaled(value) }

  /// Distances below and above the centre that hold `level` per cent, on the model's own scale, for
  /// each step.
  func reaches(_ level: Double) -> [(below: Double, above: Double)] {
    var tails = TailQuantiles()
    return reaches(level, &tails)
  }

  /// - Parameter tails: those that are known from other predictions already.
  private func reaches(
    _ level: Double, _ tails: inout TailQuantiles
  ) -> [(below: Double, above: Double)] {
    let tail = (1 - level / 100) / 2
    switch shape {
    case .located(_, let deviation, let degrees):
      let z = tails.upper(tail, degrees: degrees)
      return deviation.map { (z * $0, z * $0) }
    case .sampled(let draws):
      return draws.map { sorted in
        let middle = Statistics.quantile(sorted: sorted, 0.5)
        return (
          middle - Statistics.quantile(sorted: sorted, tail),
          Statistics.quantile(sorted: sorted, 1 - tail) - middle
        )
      }
    case .bare(let values): return values.map { _ in (.nan, .nan) }
    case .averaged(let centres, let members, let weights):
      let all = members.map { $0.valueReaches(level, &tails) }
      return centres.indices.map { step in
        (dot(weights, all.map { $0[step].below }), dot(weights, all.map { $0[step].above }))
      }
    }
  }

  /// The same distances between values, also where the model works on another scale.
  private func valueReaches(
    _ level: Double, _ tails: inout TailQuantiles
  ) -> [(below: Double, above: Double)] {
    let own = reaches(level, &tails)
    guard scale != .values else { return own }
    return own.indices.map { step in
      let middle = centre(step)
      return (
        back(middle) - back(middle - own[step].below), back(middle + own[step].above) - back(middle)
      )
    }
  }

  /// - Parameter calibration: widens what rolling-origin errors showed to be too narrow.
  func forecast(
    of series: TimeSeries, label: String, levels: [Double], calibration: Calibration?
  ) -> Forecast {
    var tails = TailQuantiles()
    return forecast(
      of: series, label: label, levels: levels, calibration: calibration, tails: &tails)
  }

  /// - Parameters:
  ///   - calibration: widens what rolling-origin errors showed to be too narrow.
  ///   - tails: those that are known from other forecasts already.
  func forecast(
    of series: TimeSeries, label: String, levels: [Double], calibration: Calibration?,
    tails: inout TailQuantiles
  ) -> Forecast {
    let reaches = widened(levels, by: calibration, &tails)
    let means = means
    let steps = (0..<horizon).map { step in
      let middle = centre(step)
      let intervals = levels.indices.map { index in
        Interval(
          level: levels[index], lower: back(middle - reaches[index][step].below),
          upper: back(middle + reaches[index][step].above))
      }
      return Forecast.Step(
        period: series.period(series.count + step), mean: means[step], median: back(middle),
        intervals: hasIntervals ? intervals : [])
    }
    let basis: Forecast.Basis =
      !hasIntervals
      ? .none : calibration != nil ? .calibrated : isSimulated ? .simulated : .analytic
    return Forecast(seriesID: series.id, model: label, basis: basis, steps: steps)
  }

  /// Reaches of each level and step, widened; those of a higher level are never the shorter ones.
  private func widened(
    _ levels: [Double], by calibration: Calibration?, _ tails: inout TailQuantiles
  ) -> [[(below: Double, above: Double)]] {
    var result = levels.map { reaches($0, &tails) }
    var before: Int?
    for index in levels.indices.sorted(by: { levels[$0] < levels[$1] }) {
      for step in 0..<horizon {
        let factor = calibration?.factor(level: levels[index], step: step) ?? 1
        result[index][step].below *= factor
        result[index][step].above *= factor
        guard let before else { continue }
        result[index][step].below = max(result[index][step].below, result[before][step].below)
        result[index][step].above = max(result[index][step].above, result[before][step].above)
      }
      before = index
    }
    return result
  }
}
