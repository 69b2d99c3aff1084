import Kernel

/// Intervals from the leave-one-out errors of an ensemble fitted on resampled stretches, for series too short
/// to set a calibration part aside (EnbPI; Xu and Xie 2021, ICML).
public struct EnsembleConformal: Hashable, Sendable {
  /// Errors of each training value by the members that did not see it, in order; values every member saw
  /// have none.
  public private(set) var errors: [Double]

  /// - Parameters:
  ///   - values: training values.
  ///   - fitted: members by value, what each member says of each value.
  ///   - seen: members by value, whether the value was in the member's resample.
  public init(values: [Double], fitted: [[Double]], seen: [[Bool]]) {
    self.init(errors: Self.leaveOneOut(values: values, fitted: fitted, seen: seen))
  }

  /// - Parameter errors: NaN ones are left out.
  init(errors: [Double]) { self.errors = errors.filter { !$0.isNaN } }

  /// Errors of each value by the members that did not see it; NaN where all did, or it is missing.
  static func leaveOneOut(
    values: [Double], fitted: [[Double]], seen: [[Bool]]
  ) -> [Double] {
    precondition(fitted.count == seen.count, "\(fitted.count) members, \(seen.count) resamples")
    return values.indices.map { t in
      let others = fitted.indices.filter { !seen[$0][t] }
      return others.isEmpty ? .nan : values[t] - Statistics.mean(others.map { fitted[$0][t] })
    }
  }

  /// Distances below and above the ensemble's forecast: of all splits of the risk between the tails, the
  /// one with the shortest interval.
  ///
  /// - Parameter level: per cent, in (0, 100).
  /// - Throws: `.unreachable`.
  public func reach(_ level: Double) throws(ConformalError) -> (below: Double, above: Double) {
    let tail = 1 - level / 100
    precondition(tail > 0 && tail < 1, "level \(level)")
    let sorted = errors.sorted()
    let n = sorted.count
    let held = Int((Double(n + 1) * (1 - tail) - 1e-9).rounded(.up))
    guard held <= n, held > 0 else {
      throw .unreachable(level: level, errors: n, needed: SplitConformal.needed(tail: tail))
    }
    let spans = (0...(n - held)).map { sorted[$0 + held - 1] - sorted[$0] }
    let start = spans.indices.min { spans[$0] < spans[$1] } ?? 0
    return (-sorted[start], sorted[start + held - 1])
  }

  /// Takes in the error of a value that came and drops the oldest, so that the width follows the series.
  public mutating func observe(error: Double) {
    errors.append(error)
    errors.removeFirst()
  }
}
