import Glibc
import Kernel

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

  /// Σ v²/F with another coefficient of the regressor than the best; that of the best are the same bits.
  func squares(at beta: Double?) -> Double {
    guard let best = coefficient, let beta, beta != best else { return squares }
    return squares + (beta - best) * (beta - best) * xx
  }

  /// Log-likelihood at the best variance, Σ v²/F over the number observed.
  var logLikelihood: Double { logLikelihood(at: squares) }

  /// The same for another sum of squares than the least.
  func logLikelihood(at squares: Double) -> Double {
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

/// The same under several processes of one size, side by side; the bits of each are those it has alone.
func whitened(
  _ y: [Double], regressor x: [Double], by processes: [ARMAProcess]
) -> [WhitenedSums?] {
  var result: [WhitenedSums?] = []
  while result.count < processes.count {
    let some = processes[result.count...].prefix(8)
    if some.count == 1 {
      result += some.map { whitened(y, regressor: x, by: $0) }
    } else {
      result += whitenedLanes(y, x, Array(some))
    }
  }
  return result
}

/// - Parameter processes: up to eight.
private func whitenedLanes(
  _ y: [Double], _ x: [Double], _ processes: [ARMAProcess]
) -> [WhitenedSums?] {
  let groups = processes.count > 4 ? 2 : 1
  let size = processes[0].size
  var phi = [SIMD4<Double>](repeating: .zero, count: size * groups)
  var gain = phi
  var variance = [SIMD4<Double>](repeating: SIMD4(repeating: 1), count: groups)
  var isPossible: [Bool] = []
  for (place, process) in processes.enumerated() {
    let gains = ARMAGains(process)
    isPossible.append(gains != nil)
    guard let gains else { continue }
    let (group, lane) = (place / 4, place % 4)
    variance[group][lane] = gains.variance
    for i in 0..<size {
      phi[i * groups + group][lane] = process.phi[i]
      gain[i * groups + group][lane] = gains.gain[i]
    }
  }
  let sums = innovationSums(of: y, regressor: x, phi: phi, gain: gain, variance: variance)
  return isPossible.indices.map { place in
    guard isPossible[place], let own = sums[place] else { return nil }
    return WhitenedSums(
      observed: y.count, logVariances: own.logVariances, yy: own.yy, xy: own.xy, xx: own.xx)
  }
}

/// The same under several moving averages without an autoregression.
///
/// - Parameters:
///   - lags: with a coefficient, in lanes.
///   - size: one more than the longest lag.
///   - count: lanes that are used, up to eight.
func whitened(
  _ y: [Double], regressor x: [Double], byMovingAverages lags: [LagLanes<SIMD8<Double>>.Lag],
  size: Int, count: Int
) -> [WhitenedSums?] {
  let groups = count > 4 ? 2 : 1
  // First column of the state's covariance, c_i = Σ_{k≥i} θ_k θ_{k−i} with θ_0 = 1, which the shift moves up.
  var column = [SIMD8<Double>](repeating: .zero, count: size)
  column[0] = SIMD8(repeating: 1)
  for (place, lag) in lags.enumerated() {
    column[lag.steps] += lag.coefficient
    for other in lags[...place] {
      column[abs(lag.steps - other.steps)] += lag.coefficient * other.coefficient
    }
  }
  var gain = [SIMD4<Double>](repeating: .zero, count: size * groups)
  for i in 0..<(size - 1) {
    gain[i * groups] = column[i + 1].lowHalf
    if groups == 2 { gain[2 * i + 1] = column[i + 1].highHalf }
  }
  let variance = groups == 2 ? [column[0].lowHalf, column[0].highHalf] : [column[0].lowHalf]
  let sums = innovationSums(of: y, regressor: x, phi: [], gain: gain, variance: variance)
  return sums.prefix(count).map { own in
    own.map {
      WhitenedSums(
        observed: y.count, logVariances: $0.logVariances, yy: $0.yy, xy: $0.xy, xx: $0.xx)
    }
  }
}

/// `a ← T a + K g`.
@inline(__always)
private func advance(_ a: inout [Double], _ phi: [Double], _ K: [Double], _ g: Double) {
  let first = a[0]
  let last = a.count - 1
  for i in 0..<last { a[i] = phi[i] * first + a[i + 1] + K[i] * g }
  a[last] = phi[last] * first + K[last] * g
}
