public import Demography
import Kernel

/// Values that are often zero: the size of what comes and how often it comes, smoothed apart.
///
/// All are flat point forecasts. Futures draw each step's occurrence and, where something comes, one of the
/// sizes seen, scaled to the forecast; the methods themselves have no distribution.
public struct IntermittentModel: ComputedSeriesModel {
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Smoothed size over smoothed interval, weight 0.1 (Croston 1972, Operational Research Quarterly 23).
    case croston
    /// The same with the weights of least one-step squares within 0.1 … 0.3.
    case optimised = "croston-optimised"
    /// 0.95 of Croston's, which is biased upwards (Syntetos and Boylan 2005, International Journal of
    /// Forecasting 21).
    case corrected = "croston-sba"
    /// Size times probability of each step, weights 0.1, so that what has ended fades (Teunter,
    /// Syntetos and Babai 2011, European Journal of Operational Research 214).
    case fading = "tsb"
    /// Smoothing of sums over the mean interval (Nikolopoulos, Syntetos, Boylan, Petropoulos and
    /// Assimakopoulos 2011, Journal of the Operational Research Society 62).
    case aggregated = "adida"
    /// The mean of these over all sums from one step to the mean interval (Petropoulos and Kourentzes 2015,
    /// Journal of the Operational Research Society 66).
    case combined = "imapa"
  }

  public let method: Method

  public init(_ method: Method) { self.method = method }

  public var least: Double? { 0 }

  public var card: Card {
    Card(
      catalogue: "series", id: method.rawValue,
      reference: "Syntetos and Boylan (2005), International Journal of Forecasting 21, 303-314")
  }

  /// - Throws: `.tooShort` below three values, `.missingValues`, `.negative`; `.notFitted` where squares of
  ///   values overflow.
  public func fit(_ series: TimeSeries) throws(SeriesError) -> any FittedSeries {
    guard series.observedCount >= 3 else {
      throw .tooShort(series: series.id, model: name, observed: series.observedCount, needed: 3)
    }
    guard !series.hasGaps else {
      throw .missingValues(
        series: series.id, model: name, count: series.count - series.observedCount)
    }
    for (t, y) in series.values.enumerated() where y < 0 {
      throw .negative(series: series.id, model: name, period: "\(series.period(t))", value: y)
    }
    guard let fit = IntermittentFit(series, self) else {
      throw .notFitted(series: series.id, model: name)
    }
    return fit
  }

  /// The flat forecast after some values; 0 where nothing has come yet, `nil` where no weight is best.
  func forecast(_ values: [Double]) -> Double? {
    let demand = IntermittentDemand(values)
    guard !demand.sizes.isEmpty else { return 0 }
    switch method {
    case .croston: return demand.croston
    case .corrected: return 0.95 * demand.croston
    case .optimised:
      guard let ofSize = bestWeight(demand.sizes), let ofInterval = bestWeight(demand.intervals)
      else { return nil }
      return smoothed(demand.sizes, weight: ofSize) / smoothed(demand.intervals, weight: ofInterval)
    case .fading:
      return smoothed(demand.sizes, weight: 0.1)
        * smoothed(values.map { $0 > 0 ? 1 : 0 }, weight: 0.1)
    case .aggregated: return demand.aggregated(demand.meanInterval)
    case .combined:
      let all = (1...demand.meanInterval).compactMap { demand.aggregated($0) }
      return all.count == demand.meanInterval ? Statistics.mean(all) : nil
    }
  }
}

/// Sizes above zero and the steps between them.
struct IntermittentDemand {
  private let values: [Double]
  let sizes: [Double]
  /// From the step before the first value.
  let intervals: [Double]

  init(_ values: [Double]) {
    self.values = values
    let places = values.indices.filter { values[$0] > 0 }
    sizes = places.map { values[$0] }
    intervals = zip(places, [-1] + places).map { Double($0 - $1) }
  }

  var croston: Double { smoothed(sizes, weight: 0.1) / smoothed(intervals, weight: 0.1) }

  /// Rounded to even at halves, at least one step.
  var meanInterval: Int {
    max(1, Int(Statistics.mean(intervals).rounded(.toNearestOrEven)))
  }

  /// Smoothed sums of `width` steps, the last one complete, for one step; `nil` as `bestWeight`.
  func aggregated(_ width: Int) -> Double? {
    let first = values.count % width
    let sums = stride(from: first, to: values.count, by: width).map { start in
      values[start..<(start + width)].reduce(0, +)
    }
    guard !sums.isEmpty else { return Statistics.mean(values) }
    return bestWeight(sums).map { smoothed(sums, weight: $0) / Double(width) }
  }
}

/// Simple exponential smoothing from the first value.
func smoothed(_ x: [Double], weight: Double) -> Double {
  x.dropFirst().reduce(x[0]) { weight * $1 + (1 - weight) * $0 }
}

/// The weight within 0.1 … 0.3 of least one-step squares; `nil` where these overflow.
func bestWeight(_ x: [Double]) -> Double? {
  func squares(_ weight: Double) -> Double {
    var level = x[0]
    var sum = 0.0
    for value in x.dropFirst() {
      sum += (value - level) * (value - level)
      level = weight * value + (1 - weight) * level
    }
    return sum
  }
  guard let inner = (try? brentMinimum(in: 0.1...0.3, squares))?.point[0] else { return nil }
  return [0.1, 0.3].reduce(inner) { squares($1) <= squares($0) ? $1 : $0 }
}
