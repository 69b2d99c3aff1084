import Glibc

/// Sums over the innovations of a series and of a regressor, for unit innovation variance.
struct WhitenedSums {
  var observed = 0
  /// Σ ln F.
  var logVariances = 0.0
  /// Σ v²/F of the series, of both, of the regressor.
  var yy = 0.0
  var xy = 0.0
  var xx = 0.0

  /// Generalised least squares coefficient of the regressor; `nil` without one.
  var coefficient: Double? { xx > 0 ? xy / xx : nil }

  /// Σ v²/F with the regressor taken out.
  var squares: Double { xx > 0 ? max(0, yy - xy * xy / xx) : yy }

  mutating func add(_ v: Double, _ x: Double, variance F: Double) {
    observed += 1
    yy += v * v / F
    xy += v * x / F
    xx += x * x / F
  }

  /// Log-likelihood at the best variance, Σ v²/F over the number observed.
  var logLikelihood: Double {
    let n = Double(observed)
    return -0.5 * (n * (Glibc.log(2 * .pi * squares / n) + 1) + logVariances)
  }
}

/// Exact whitening of a series without gaps, O(r) a step.
///
/// - Parameter x: a regressor with the series' length, or empty.
/// - Returns: `nil` when precision is lost near the unit circle.
func whitened(_ y: [Double], regressor x: [Double], by process: ARMAProcess) -> WhitenedSums? {
  guard var gains = ARMAGains(process) else { return nil }
  let r = process.size
  let phi = process.phi
  var a = [Double](repeating: 0, count: r)
  var b = [Double](repeating: 0, count: x.isEmpty ? 0 : r)
  var sums = WhitenedSums()
  var logarithm = ProductLogarithm()
  for t in y.indices {
    let inverse = 1 / gains.variance
    let v = y[t] - a[0]
    sums.yy += v * v * inverse
    advance(&a, phi, gains.gain, v * inverse)
    if !x.isEmpty {
      let u = x[t] - b[0]
      sums.xy += v * u * inverse
      sums.xx += u * u * inverse
      advance(&b, phi, gains.gain, u * inverse)
    }
    logarithm.add(gains.variance)
    if gains.isSteady { continue }
    guard gains.advance() else { return nil }
  }
  sums.observed = y.count
  sums.logVariances = logarithm.value
  return sums
}

/// `a ← T a + K g`.
@inline(__always)
private func advance(_ a: inout [Double], _ phi: [Double], _ K: [Double], _ g: Double) {
  let first = a[0]
  let last = a.count - 1
  for i in 0..<last { a[i] = phi[i] * first + a[i + 1] + K[i] * g }
  a[last] = phi[last] * first + K[last] * g
}
