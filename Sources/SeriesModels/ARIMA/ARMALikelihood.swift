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

/// Exact whitening of a series without gaps by the Chandrasekhar recursions, O(r) a step where the
/// Kalman filter takes O(r²).
///
/// The one-step variance and gain change by matrices of rank one: with W of the state's size and a
/// scalar M, F' = F + M z², K' = K + (T W) M z, W' = T W − K' z/F', M' = M + M² z²/F, z = W₁
/// (Morf, Sidhu and Kailath 1974, IEEE Transactions on Automatic Control 19). They stop when the
/// change vanishes.
///
/// - Parameter x: a regressor with the series' length, or empty.
/// - Returns: `nil` when precision is lost near the unit circle.
func whitened(_ y: [Double], regressor x: [Double], by process: ARMAProcess) -> WhitenedSums? {
  guard let column = process.firstColumn() else { return nil }
  let r = process.size
  let phi = process.phi
  var F = column[0]
  var K = [Double](repeating: 0, count: r)
  for i in 0..<r { K[i] = phi[i] * F + (i + 1 < r ? column[i + 1] : 0) }
  var W = K
  var M = -1 / F
  var a = [Double](repeating: 0, count: r)
  var b = [Double](repeating: 0, count: x.isEmpty ? 0 : r)
  var isSteady = false
  var sums = WhitenedSums()
  var logF = Glibc.log(F)
  for t in y.indices {
    let v = y[t] - a[0]
    let u = x.isEmpty ? 0 : x[t] - b[0]
    sums.add(v, u, variance: F)
    sums.logVariances += logF
    advance(&a, phi, K, v / F)
    if !x.isEmpty { advance(&b, phi, K, u / F) }
    if isSteady { continue }
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
    logF = Glibc.log(F)
    isSteady = abs(change) < 1e-14 * F && size * abs(M) < 1e-14
  }
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
