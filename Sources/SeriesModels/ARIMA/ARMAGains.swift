/// Variance F and gain K of an ARMA process' one-step errors, for unit innovation variance, step by step.
///
/// They change by matrices of rank one, O(r) a step where the Kalman filter takes O(r²): with W of the
/// state's size and a scalar M, F' = F + M z², K' = K + (T W) M z, W' = T W − K' z/F', M' = M + M² z²/F,
/// z = W₁ (Morf, Sidhu and Kailath 1974, IEEE Transactions on Automatic Control 19). They stop when the
/// change vanishes.
struct ARMAGains {
  /// F of the step at hand.
  private(set) var variance: Double
  /// K of the step at hand, not yet divided by F.
  private(set) var gain: [Double]
  private(set) var isSteady = false
  private let phi: [Double]
  /// W, with a zero behind.
  private var direction: [Double]
  private var scale: Double

  /// - Returns: `nil` where the process has no variance of its own.
  init?(_ process: ARMAProcess) {
    guard let column = process.firstColumn() else { return nil }
    let r = process.size
    phi = process.phi
    variance = column[0]
    gain = [Double](repeating: 0, count: r)
    for i in 0..<r { gain[i] = phi[i] * column[0] + (i + 1 < r ? column[i + 1] : 0) }
    direction = gain + [0]
    scale = -1 / column[0]
  }

  /// Goes one step on; nothing changes once steady.
  ///
  /// - Returns: `false` when precision is lost near the unit circle.
  @inline(__always)
  mutating func advance() -> Bool {
    if isSteady { return true }
    let r = gain.count
    let z = direction[0]
    let change = scale * z * z
    let next = variance + change
    guard next > 0.999 else { return false }
    let step = scale * z
    let share = z / next
    for i in 0..<r {
      let moved = phi[i] * z + direction[i + 1]
      let g = gain[i] + moved * step
      gain[i] = g
      direction[i] = moved - g * share
    }
    scale += scale * change / variance
    variance = next
    if abs(change) < 1e-14 * next {
      isSteady = direction.reduce(0) { $0 + $1 * $1 } * abs(scale) < 1e-14
    }
    return true
  }
}
