import Glibc

/// What turns series of one ARMA process into independent errors of unit variance, whatever the
/// series: the gains of the Chandrasekhar recursions, kept until they are steady.
struct ARMAWhitening {
  private let process: ARMAProcess
  /// Variances and gains of each step; the last one goes on.
  private let steps: [(root: Double, gain: [Double])]
  /// Σ ln F over the steps asked for.
  let logVariances: Double

  /// - Returns: `nil` at the border of stationarity or where precision is lost.
  init?(_ process: ARMAProcess, count: Int) {
    guard let column = process.firstColumn() else { return nil }
    let r = process.size
    let phi = process.phi
    var F = column[0]
    guard F >= 1 - 1e-9, F.isFinite else { return nil }
    var K = (0..<r).map { phi[$0] * F + ($0 + 1 < r ? column[$0 + 1] : 0) }
    var W = K
    var M = -1 / F
    var steps: [(root: Double, gain: [Double])] = []
    var sum = 0.0
    for t in 0..<count {
      let inverse = 1 / F
      steps.append((F.squareRoot(), K.map { $0 * inverse }))
      sum += Glibc.log(F)
      let z = W[0]
      let change = M * z * z
      let next = F + change
      guard next > 0.999 else { return nil }
      let step = M * z
      var size = 0.0
      for i in 0..<r {
        let moved = phi[i] * z + (i + 1 < r ? W[i + 1] : 0)
        K[i] += moved * step
        W[i] = moved - K[i] * z / next
        size += W[i] * W[i]
      }
      M += M * change / F
      F = next
      if abs(change) < 1e-14 * F && size * abs(M) < 1e-14 {
        steps.append((F.squareRoot(), K.map { $0 / F }))
        sum += Double(count - t - 1) * Glibc.log(F)
        break
      }
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
