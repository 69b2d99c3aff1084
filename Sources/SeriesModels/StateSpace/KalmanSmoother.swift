import Kernel

/// States and disturbances given all observations, from a filter that kept its steps.
///
/// Backward recursions for single observations; over the diffuse start the expansions of r and N in
/// 1/κ go along to the second order (Durbin and Koopman 2012, 5.3 and 6.4).
public struct KalmanSmoother: Sendable {
  /// Means of the states, step by step.
  public let states: [[Double]]
  /// Their covariances, step by step, column-major.
  public let covariances: [[Double]]
  /// Means of the observation errors, variable by variable within a step; NaN where missing.
  public let errors: [[Double]]
  /// Variance of each of these means, for auxiliary residuals (Harvey and Koopman 1992).
  public let errorVariances: [[Double]]
  /// Means of the state disturbances of each step, those between it and the next.
  public let disturbances: [[Double]]

  /// - Precondition: the filter was made with `keeps`.
  /// - Complexity: O(s²) an observation and O(s · non-zeros of T) a step, s states.
  public init(_ filter: KalmanFilter) {
    let system = filter.system
    let n = filter.predictions.count
    precondition(n > 0 && filter.time == n, "a smoother needs a filter that kept its steps")
    var backward = Backward(system)
    var states = [[Double]](repeating: [], count: n)
    var covariances = states
    let missing = [Double](repeating: .nan, count: system.variables)
    var errors = [[Double]](repeating: missing, count: n)
    var errorVariances = errors
    var disturbances = states
    var next = filter.passages.count - 1
    for t in stride(from: n - 1, through: 0, by: -1) {
      disturbances[t] = backward.disturbance(system)
      backward.pullBack(system)
      while next >= 0, filter.passages[next].time == t {
        let passage = filter.passages[next]
        let error = backward.pass(passage)
        let H = system.errors[passage.variable]
        errors[t][passage.variable] = H * error.mean
        errorVariances[t][passage.variable] = H * H * error.variance
        next -= 1
      }
      (states[t], covariances[t]) = backward.state(filter.predictions[t])
    }
    self.states = states
    self.covariances = covariances
    self.errors = errors
    self.errorVariances = errorVariances
    self.disturbances = disturbances
  }
}

/// `r = r₀ + r₁/κ` and `N = N₀ + N₁/κ + N₂/κ²`, walking back.
private struct Backward {
  private let m: Int
  private var r0: [Double]
  private var r1: [Double]
  private var N0: [Double]
  private var N1: [Double]
  private var N2: [Double]

  init(_ system: StateSpace) {
    m = system.size
    r0 = [Double](repeating: 0, count: m)
    r1 = r0
    N0 = [Double](repeating: 0, count: m * m)
    N1 = N0
    N2 = N0
  }

  /// `Q Rᵀ r`, before the step back.
  func disturbance(_ system: StateSpace) -> [Double] {
    zip(system.noise, system.selection.transposeTimes(r0)).map { $0 * $1 }
  }

  mutating func pullBack(_ system: StateSpace) {
    r0 = system.pulledBack(r0)
    r1 = system.pulledBack(r1)
    N0 = system.pulledBack(covariance: N0)
    N1 = system.pulledBack(covariance: N1)
    N2 = system.pulledBack(covariance: N2)
  }

  /// Passes an observation.
  /// - Returns: mean of its error over H, and variance of that mean over H².
  mutating func pass(_ passage: KalmanFilter.Passage) -> (mean: Double, variance: Double) {
    let Z = passage.loading
    guard passage.diffuseF > 0 else { return passOrdinary(passage) }
    let F = passage.F
    let D = passage.diffuseF
    let K0 = passage.diffuseGain.map { $0 / D }
    let K1 = zip(passage.gain, K0).map { $0 / D - $1 * F / D }
    let N0K0 = times(N0, K0)
    let N0K1 = times(N0, K1)
    let N1K0 = times(N1, K0)
    let N1K1 = times(N1, K1)
    let N2K0 = times(N2, K0)
    let u = -inner(K0, r0)
    let variance = inner(K0, N0K0)
    let first = inner(K0, N1K0) + 2 * inner(K1, N0K0) + 1 / D
    let second = inner(K0, N2K0) + 2 * inner(K1, N1K0) + inner(K1, N0K1) - F / (D * D)
    let step = passage.v / D - inner(K0, r1) - inner(K1, r0)
    for i in 0..<m {
      r1[i] += Z[i] * step
      r0[i] += Z[i] * u
    }
    turn(&N2, Z, zip(N2K0, N1K1).map { $0 + $1 }, second)
    turn(&N1, Z, zip(N1K0, N0K1).map { $0 + $1 }, first)
    turn(&N0, Z, N0K0, variance)
    return (u, variance)
  }

  private mutating func passOrdinary(
    _ passage: KalmanFilter.Passage
  ) -> (mean: Double, variance: Double) {
    let Z = passage.loading
    let K = passage.gain.map { $0 / passage.F }
    let u = passage.v / passage.F - inner(K, r0)
    let w0 = times(N0, K)
    let w1 = times(N1, K)
    let w2 = times(N2, K)
    let variance = 1 / passage.F + inner(K, w0)
    let step = -inner(K, r1)
    for i in 0..<m {
      r0[i] += Z[i] * u
      r1[i] += Z[i] * step
    }
    turn(&N0, Z, w0, variance)
    turn(&N1, Z, w1, inner(K, w1))
    turn(&N2, Z, w2, inner(K, w2))
    return (u, variance)
  }

  /// `a + P* r₀ + P∞ r₁` and `P* − P* N₀ P* − P∞ N₁ P* − P* N₁ P∞ − P∞ N₂ P∞`.
  func state(_ prediction: KalmanFilter.Prediction) -> ([Double], [Double]) {
    let P = Matrix(rows: m, columns: m, values: prediction.covariance)
    var mean = zip(prediction.mean, P.times(r0)).map { $0 + $1 }
    let n0 = Matrix(rows: m, columns: m, values: N0)
    var covariance = P - P.times(n0).times(P)
    if !prediction.diffuse.isEmpty {
      let D = Matrix(rows: m, columns: m, values: prediction.diffuse)
      mean = zip(mean, D.times(r1)).map { $0 + $1 }
      let cross = D.times(Matrix(rows: m, columns: m, values: N1)).times(P)
      covariance -= cross + cross.transposed
      covariance -= D.times(Matrix(rows: m, columns: m, values: N2)).times(D)
    }
    return (mean, (0.5 * (covariance + covariance.transposed)).values)
  }

  /// `N − Z wᵀ − w Zᵀ + s Z Zᵀ`.
  private func turn(_ N: inout [Double], _ Z: [Double], _ w: [Double], _ s: Double) {
    for j in 0..<m {
      for i in 0..<m where Z[i] != 0 || Z[j] != 0 {
        N[i + j * m] += s * Z[i] * Z[j] - (Z[i] * w[j] + w[i] * Z[j])
      }
    }
  }

  private func times(_ N: [Double], _ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: m)
    for j in 0..<m where x[j] != 0 {
      for i in 0..<m { result[i] += N[i + j * m] * x[j] }
    }
    return result
  }

  private func inner(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for i in x.indices { sum += x[i] * y[i] }
    return sum
  }
}
