import Glibc

/// Kalman filter of a series with its differencing in the state, started exactly diffuse.
///
/// State: the ARMA process (`size` numbers), then the last d + m D values, which are unknown at the
/// start (Durbin and Koopman 2012, Time Series Analysis by State Space Methods, 5.2). It serves
/// series with gaps, and every final fit, for its innovations and forecast variances. Filter gains
/// do not depend on data, so a regressor is filtered beside the series. Unit innovation variance.
///
/// - Complexity: O(s²) a step, s states.
struct ARIMAFilter {
  private let process: ARMAProcess
  private let delta: [Double]
  private let s: Int
  private let r: Int
  /// Predicted state of the series and of the regressor.
  private var a: [Double]
  private var b: [Double]
  /// Column-major `s · s`.
  private var P: [Double]
  private var diffuse: [Double]
  private var isDiffuse: Bool
  /// Whether nothing but the process is uncertain.
  private let isWhole: Bool
  private(set) var sums = WhitenedSums()
  /// One-step errors of series and regressor, and whether they count; NaN at missing values.
  private(set) var errors: [(y: Double, x: Double)] = []

  /// - Returns: `nil` when the process has no stationary covariance.
  init?(_ process: ARMAProcess, differencing delta: [Double]) {
    guard let covariance = process.covariance() else { return nil }
    self.process = process
    self.delta = delta
    r = process.size
    s = r + delta.count
    a = [Double](repeating: 0, count: s)
    b = a
    P = [Double](repeating: 0, count: s * s)
    diffuse = P
    for j in 0..<r {
      for i in 0..<r { P[i + j * s] = covariance[i + j * r] }
    }
    for i in r..<s { diffuse[i + i * s] = 1 }
    isDiffuse = !delta.isEmpty
    isWhole = false
  }

  /// The filter behind a series without gaps, by way of its differences: the values that differencing uses up
  /// are known, so that nothing but the process is uncertain.
  ///
  /// - Parameters:
  ///   - x: a regressor with the series' length, or empty.
  ///   - differences: the series and the regressor differenced.
  /// - Returns: `nil` as above, and where precision is lost.
  init?(
    _ process: ARMAProcess, differencing delta: [Double], after y: [Double], regressor x: [Double],
    differences: (y: [Double], x: [Double])
  ) {
    guard let whole = ARMAFilter(process, differences.y, regressor: differences.x) else {
      return nil
    }
    self.process = process
    self.delta = delta
    r = process.size
    s = r + delta.count
    a = whole.series + y.suffix(delta.count).reversed()
    b =
      whole.regressor
      + (x.isEmpty ? delta.map { _ in 0 } : Array(x.suffix(delta.count).reversed()))
    P = [Double](repeating: 0, count: s * s)
    diffuse = []
    for j in 0..<r {
      for i in 0..<r { P[i + j * s] = whole.covariance[i + j * r] }
    }
    isDiffuse = false
    isWhole = true
    sums = whole.sums
    let lost = y.count - differences.y.count
    errors = [(y: Double, x: Double)](repeating: (.nan, .nan), count: lost) + whole.errors
  }

  mutating func run(_ y: [Double], regressor x: [Double]) {
    for t in y.indices {
      update(y[t], x.isEmpty ? 0 : x[t])
      predict()
    }
  }

  private mutating func update(_ y: Double, _ x: Double) {
    guard !y.isNaN else {
      errors.append((.nan, .nan))
      return
    }
    let v = y - observed(a)
    let u = x - observed(b)
    let ordinary = column(P)
    let F = observed(ordinary)
    if isDiffuse {
      let unknown = column(diffuse)
      let unknownF = observed(unknown)
      if unknownF > 1e-8 {
        errors.append((.nan, .nan))
        diffuseUpdate(v, u, ordinary, F, unknown, unknownF)
        return
      }
    }
    errors.append((v, u))
    sums.add(v, u, variance: F)
    sums.logVariances += Glibc.log(F)
    for i in 0..<s {
      a[i] += ordinary[i] * v / F
      b[i] += ordinary[i] * u / F
    }
    for j in 0..<s {
      let g = ordinary[j] / F
      for i in 0..<s { P[i + j * s] -= ordinary[i] * g }
    }
  }

  private mutating func diffuseUpdate(
    _ v: Double, _ u: Double, _ m: [Double], _ F: Double, _ n: [Double], _ N: Double
  ) {
    sums.logVariances += Glibc.log(N)
    for i in 0..<s {
      a[i] += n[i] * v / N
      b[i] += n[i] * u / N
    }
    for j in 0..<s {
      for i in 0..<s {
        P[i + j * s] += n[i] * n[j] * F / (N * N) - (m[i] * n[j] + n[i] * m[j]) / N
        diffuse[i + j * s] -= n[i] * n[j] / N
      }
    }
    let rest = diffuse.reduce(0) { max($0, abs($1)) }
    if rest < 1e-9 { isDiffuse = false }
  }

  /// One step on in time.
  private mutating func predict() {
    a = moved(a)
    b = moved(b)
    P = moved(covariance: P)
    for j in 0..<r {
      for i in 0..<r { P[i + j * s] += noise(i) * noise(j) }
    }
    if isDiffuse { diffuse = moved(covariance: diffuse) }
  }

  /// Means of the values ahead, of the regressor's, and the variances of their errors,
  /// `Z T^h P (Z T^h)ᵀ + Σ_{j<h} (Z T^j R)²`.
  ///
  /// - Complexity: O(r²) a step without gaps, r numbers of the process, else O(s²).
  func ahead(_ horizon: Int) -> [(y: Double, x: Double, variance: Double)] {
    var (a, b) = (a, b)
    var reach = [Double](repeating: 0, count: s)
    reach[0] = 1
    for j in delta.indices { reach[r + j] = delta[j] }
    var shocks = 0.0
    return (0..<horizon).map { _ in
      let step = (y: observed(a), x: observed(b), variance: variance(reach) + shocks)
      var response = 0.0
      for i in 0..<r { response += noise(i) * reach[i] }
      shocks += response * response
      a = moved(a)
      b = moved(b)
      reach = movedBack(reach)
      return step
    }
  }

  /// `z P zᵀ`.
  private func variance(_ z: [Double]) -> Double {
    let states = isWhole ? r : s
    var sum = 0.0
    for j in 0..<states where z[j] != 0 {
      var product = 0.0
      for i in 0..<states { product += z[i] * P[i + j * s] }
      sum += z[j] * product
    }
    return sum
  }

  /// `z T`.
  private func movedBack(_ z: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: s)
    for i in 0..<r { result[0] += process.phi[i] * z[i] }
    for i in 1..<max(1, r) { result[i] = z[i - 1] }
    guard !delta.isEmpty else { return result }
    result[0] += z[r]
    for j in delta.indices {
      result[r + j] = delta[j] * z[r] + (j + 1 < delta.count ? z[r + j + 1] : 0)
    }
    return result
  }

  private func noise(_ i: Int) -> Double { i == 0 ? 1 : process.theta[i - 1] }

  /// `Z x`: the process and the differenced-away part.
  private func observed(_ x: [Double]) -> Double {
    var sum = x[0]
    for j in delta.indices { sum += delta[j] * x[r + j] }
    return sum
  }

  /// `P Zᵀ`.
  private func column(_ P: [Double]) -> [Double] {
    var result = Array(P[0..<s])
    for j in delta.indices where delta[j] != 0 {
      let start = (r + j) * s
      for i in 0..<s { result[i] += delta[j] * P[start + i] }
    }
    return result
  }

  /// `T x`.
  private func moved(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: s)
    for i in 0..<r { result[i] = process.phi[i] * x[0] + (i + 1 < r ? x[i + 1] : 0) }
    if !delta.isEmpty {
      result[r] = observed(x)
      for j in 1..<delta.count where delta.count > 1 { result[r + j] = x[r + j - 1] }
    }
    return result
  }

  /// `T P Tᵀ`: columns, then the columns of the transpose.
  private func moved(covariance P: [Double]) -> [Double] {
    let lags = delta.indices.filter { delta[$0] != 0 }
    return turned(turned(P, lags), lags)
  }

  /// The transpose of `T P`.
  private func turned(_ P: [Double], _ lags: [Int]) -> [Double] {
    var result = [Double](repeating: 0, count: s * s)
    for j in 0..<s {
      let column = j * s
      let first = P[column]
      for i in 0..<(r - 1) { result[j + i * s] = process.phi[i] * first + P[column + i + 1] }
      result[j + (r - 1) * s] = process.phi[r - 1] * first
      guard !delta.isEmpty else { continue }
      var sum = first
      for k in lags { sum += delta[k] * P[column + r + k] }
      result[j + r * s] = sum
      for k in 1..<max(1, delta.count) { result[j + (r + k) * s] = P[column + r + k - 1] }
    }
    return result
  }
}
