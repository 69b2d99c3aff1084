import Glibc
import Kernel

/// What a unit's past says of its future at one origin: regressors of the centre and of the log scale.
struct PanelRow: Sendable {
  static let centreCount = 6
  static let scaleCount = 9
  /// Added to every distance before its logarithm is taken, in units of the panel's mean step.
  private static let least = 0.02

  /// The last value, the median of the last five, the means of the last ten and of all, the last step, 1.
  let centre: [Double]
  /// 1 and the logarithms of: the last step; the mean step of the last five, of all, and the median one;
  /// the distances of the last value from the mean of all, from 0 and from the median of the last ten;
  /// the mean distance from the mean.
  let scale: [Double]

  /// - Parameter past: values from the first to the origin in units of the panel's mean step; NaN where missing.
  /// - Returns: `nil` without the last two values, or with fewer than six.
  init?(past: ArraySlice<Double>) {
    let known = past.filter { !$0.isNaN }
    let two = past.suffix(2)
    guard known.count > 5, two.count == 2, !two.contains(where: \.isNaN) else { return nil }
    let last = known[known.count - 1]
    let steps = PanelRow.steps(past)
    let mean = Statistics.mean(known)
    func log(_ distance: Double) -> Double { Glibc.log(distance + PanelRow.least) }
    centre = [
      last, Statistics.median(Array(known.suffix(5))), Statistics.mean(Array(known.suffix(10))),
      mean,
      last - known[known.count - 2], 1,
    ]
    scale = [
      1, log(steps[steps.count - 1]), log(Statistics.mean(Array(steps.suffix(5)))),
      log(Statistics.mean(steps)), log(abs(last - mean)),
      log(Statistics.mean(known.map { abs($0 - mean) })), log(Statistics.median(steps)),
      log(abs(last)), log(abs(last - Statistics.median(Array(known.suffix(10))))),
    ]
  }

  /// Distances between neighbouring known values.
  static func steps(_ values: ArraySlice<Double>) -> [Double] {
    zip(values.dropFirst(), values).map { abs($0 - $1) }.filter { !$0.isNaN }
  }
}
