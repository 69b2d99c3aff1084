import Glibc
import Kernel

/// Kalman filter of an ARMA process without gaps in its differenced series.
///
/// The process is the first state and is observed without error, so that its row of the updated covariance
/// is zero and what is left moves up the diagonal: P' = shift (P − M M'/F) + R R', M the first column.
/// Unit innovation variance.
///
/// - Complexity: O(r²) a step, r numbers in the state.
struct ARMAFilter {
  private let process: ARMAProcess
  /// Predicted state of the series and of the regressor.
  private(set) var series: [Double]
  private(set) var regressor: [Double]
  /// Column-major `r · r`.
  private(set) var covariance: [Double]
  private(set) var sums = WhitenedSums()
  private(set) var errors: [(y: Double, x: Double)] = []
  private let noise: [Double]

  /// - Parameter x: a regressor with the series' length, or empty.
  /// - Returns: `nil` when the process has no stationary covariance, or precision is lost.
  init?(_ process: ARMAProcess, _ y: [Double], regressor x: [Double]) {
    guard let covariance = process.covariance() else { return nil }
    self.process = process
    self.covariance = covariance
    noise = [1] + process.theta
    series = [Double](repeating: 0, count: process.size)
    regressor = series
    errors.reserveCapacity(y.count)
    for t in y.indices {
      guard step(y[t], x.isEmpty ? 0 : x[t]) else { return nil }
    }
  }

  private mutating func step(_ y: Double, _ x: Double) -> Bool {
    let r = process.size
    let F = covariance[0]
    guard F > 0.999, F.isFinite else { return false }
    let v = y - series[0]
    let u = x - regressor[0]
    errors.append((v, u))
    sums.add(v, u, variance: F)
    sums.logVariances += Glibc.log(F)
    let M = Array(covariance[0..<r])
    move(&series, y, M, v / F)
    move(&regressor, x, M, u / F)
    shiftAfterFirst(&covariance, noise: noise)
    return true
  }

  /// `T (a + M g)`, whose first number is then the observed one.
  private func move(_ a: inout [Double], _ observed: Double, _ M: [Double], _ g: Double) {
    let last = a.count - 1
    for i in 0..<last { a[i] = process.phi[i] * observed + a[i + 1] + M[i + 1] * g }
    a[last] = process.phi[last] * observed
  }
}
