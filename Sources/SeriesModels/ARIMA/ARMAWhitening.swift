import Glibc

/// What turns series of one ARMA process into independent errors of unit variance, whatever the
/// series: its gains, kept until they are steady.
struct ARMAWhitening {
  private let process: ARMAProcess
  /// Variances and gains of each step; the last one goes on.
  private let steps: [(root: Double, gain: [Double])]
  /// Σ ln F over the steps asked for.
  let logVariances: Double

  /// - Returns: `nil` at the border of stationarity or where precision is lost.
  init?(_ process: ARMAProcess, count: Int) {
    guard var gains = ARMAGains(process), gains.variance >= 1 - 1e-9, gains.variance.isFinite
    else { return nil }
    var steps: [(root: Double, gain: [Double])] = []
    var sum = 0.0
    for t in 0..<count {
      let F = gains.variance
      steps.append((F.squareRoot(), gains.gain.map { $0 / F }))
      if gains.isSteady {
        sum += Double(count - t) * Glibc.log(F)
        break
      }
      sum += Glibc.log(F)
      guard gains.advance() else { return nil }
    }
    self.process = process
    self.steps = steps
    logVariances = sum
  }

  /// One-step errors over their standard deviations.
  func whitened(_ x: [Double]) -> [Double] {
    let r = process.size
    var a = [Double](repeating: 0, count: r)
    return x.enumerated().map { t, value in
      let step = steps[min(t, steps.count - 1)]
      let v = value - a[0]
      let first = a[0]
      for i in 0..<(r - 1) { a[i] = process.phi[i] * first + a[i + 1] + step.gain[i] * v }
      a[r - 1] = process.phi[r - 1] * first + step.gain[r - 1] * v
      return v / step.root
    }
  }
}
