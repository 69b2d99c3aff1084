import Glibc
import Kernel

/// The Kalman filter, one scalar observation at a time, with an exactly diffuse start.
///
/// While part of the state is unknown its variance is `κ P∞ + P*` with κ → ∞ (Koopman 1997, Journal of
/// the American Statistical Association 92; Koopman and Durbin 2000, Journal of Time Series Analysis
/// 21). Missing values are passed over. Regressors are filtered beside the series, since gains do
/// not depend on data.
///
/// - Complexity: O(s²) an observation and O(s · non-zeros of T) a step, s states.
public struct KalmanFilter: Sendable {
  public let system: StateSpace
  /// Step whose state is predicted next, from 0.
  public private(set) var time = 0
  /// Predicted state.
  public private(set) var mean: [Double]
  /// Covariance of its known part, column-major.
  public private(set) var covariance: [Double]
  /// Weight of what is still unknown, column-major; all zero once nothing is.
  public private(set) var diffuse: [Double]
  public private(set) var isDiffuse: Bool
  public private(set) var sums = Sums()
  /// Observations in order, when they are kept.
  private(set) var passages: [Passage] = []
  /// Predictions of each step, when they are kept.
  private(set) var predictions: [Prediction] = []
  /// Rows `(v, u₁ … u_k)/√F` of the observations that count, when regressors were asked for.
  private(set) var whitened: [[Double]] = []
  /// Predicted states of the regressors.
  private(set) var columns: [[Double]]
  private let keeps: Bool
  private let whitens: Bool
  private let limit: Double
  /// Below it P∞ along an observation is rounding.
  private let tolerance = 1e-8

  /// What the likelihood is made of.
  public struct Sums: Hashable, Sendable {
    /// Observations that count, those taken up by the diffuse start left out.
    public var observed = 0
    /// Σ v²/F.
    public var squares = 0.0
    /// Σ ln F.
    public var logVariances = 0.0
    /// Σ ln F∞ over the observations that the diffuse start takes up, for unit weights.
    public var logDiffuse = 0.0
    /// Whether an observation was predicted without error.
    public var isDegenerate = false

    /// `−½ (n ln 2π + Σ ln F + Σ v²/F + Σ ln F∞)`.
    public var logLikelihood: Double {
      -0.5 * (Double(observed) * Glibc.log(2 * .pi) + logVariances + squares + logDiffuse)
    }
  }

  struct Passage: Sendable {
    let time: Int
    let variable: Int
    let loading: [Double]
    let v: Double
    let F: Double
    /// 0 where the observation is ordinary.
    let diffuseF: Double
    let gain: [Double]
    let diffuseGain: [Double]
  }

  struct Prediction: Sendable {
    let mean: [Double]
    let covariance: [Double]
    /// Empty once nothing is unknown.
    let diffuse: [Double]
  }

  /// - Parameters:
  ///   - regressors: how many columns will be filtered beside the series, to regress it on them; `nil` is
  ///     no regression.
  ///   - keeps: whether to keep what a smoother needs.
  ///   - limit: observations of this error variance and more move the state and do not count, as a
  ///     start with a large variance κ asks for (10⁴ in R's `arima`).
  public init(
    _ system: StateSpace, regressors: Int? = nil, keeps: Bool = false, limit: Double = .infinity
  ) {
    self.system = system
    self.keeps = keeps
    whitens = regressors != nil
    self.limit = limit
    let start = system.start
    let m = system.size
    mean = start.mean
    covariance = start.covariance.values
    diffuse = [Double](repeating: 0, count: m * m)
    columns = [[Double]](repeating: [Double](repeating: 0, count: m), count: regressors ?? 0)
    let isExact = start.kappa.isInfinite
    isDiffuse = isExact && start.diffuse.contains { $0 > 0 }
    for (i, weight) in start.diffuse.enumerated() where weight > 0 {
      if isExact {
        diffuse[i + i * m] = weight
        sums.logDiffuse -= Glibc.log(weight)
      } else {
        covariance[i + i * m] += start.kappa * weight
      }
    }
  }

  /// Filters series of equal length, one for each variable; NaN is missing.
  /// - Parameter regressors: columns beside a single variable.
  public mutating func run(_ values: [[Double]], regressors: [[Double]] = []) {
    precondition(values.count == system.variables, "\(values.count) series")
    for t in 0..<(values.first?.count ?? 0) {
      take(values.map { $0[t] }, regressors: regressors.map { $0[t] })
      advance()
    }
  }

  /// Updates the state with the observations of the present step.
  mutating func take(_ y: [Double], regressors x: [Double] = []) {
    if keeps {
      predictions.append(
        Prediction(mean: mean, covariance: covariance, diffuse: isDiffuse ? diffuse : []))
    }
    for variable in y.indices where !y[variable].isNaN { take(y[variable], x, variable) }
  }

  private mutating func take(_ y: Double, _ x: [Double], _ variable: Int) {
    let Z = system.loading(variable, at: time)
    let v = y - along(mean, Z)
    let gain = across(covariance, Z)
    let F = along(gain, Z) + system.errors[variable]
    let u = zip(x, columns).map { $0 - along($1, Z) }
    if isDiffuse {
      let unknown = across(diffuse, Z)
      let unknownF = along(unknown, Z)
      if unknownF > tolerance * scale(Z) {
        keep(Z, variable, v, F, unknownF, gain, unknown)
        takeDiffuse(v, u, gain, F, unknown, unknownF)
        return
      }
    }
    guard F > 0, F.isFinite else {
      sums.isDegenerate = true
      return
    }
    keep(Z, variable, v, F, 0, gain, [])
    if F < limit {
      sums.observed += 1
      sums.squares += v * v / F
      sums.logVariances += Glibc.log(F)
      if whitens {
        let root = F.squareRoot()
        whitened.append([v / root] + u.map { $0 / root })
      }
    }
    move(gain, v / F, u.map { $0 / F })
    let m = system.size
    let g = 1 / F
    for j in 0..<m where gain[j] != 0 {
      for i in 0..<m { covariance[i + j * m] -= gain[i] * gain[j] * g }
    }
  }

  private mutating func takeDiffuse(
    _ v: Double, _ u: [Double], _ gain: [Double], _ F: Double, _ unknown: [Double], _ N: Double
  ) {
    sums.logDiffuse += Glibc.log(N)
    move(unknown, v / N, u.map { $0 / N })
    let m = system.size
    let g = 1 / N
    let h = F * g * g
    var rest = 0.0
    for j in 0..<m {
      for i in 0..<m {
        let both = unknown[i] * unknown[j]
        covariance[i + j * m] += both * h - (gain[i] * unknown[j] + unknown[i] * gain[j]) * g
        diffuse[i + j * m] -= both * g
      }
      let weight = system.start.diffuse[j]
      rest = max(rest, abs(diffuse[j + j * m]) / (weight > 0 ? weight : 1))
    }
    if rest < tolerance { isDiffuse = false }
  }

  private mutating func move(_ gain: [Double], _ g: Double, _ h: [Double]) {
    for i in gain.indices { mean[i] += gain[i] * g }
    for (k, h) in h.enumerated() {
      for i in gain.indices { columns[k][i] += gain[i] * h }
    }
  }

  private mutating func keep(
    _ Z: [Double], _ variable: Int, _ v: Double, _ F: Double, _ diffuseF: Double,
    _ gain: [Double], _ unknown: [Double]
  ) {
    guard keeps else { return }
    passages.append(
      Passage(
        time: time, variable: variable, loading: Z, v: v, F: F, diffuseF: diffuseF, gain: gain,
        diffuseGain: unknown))
  }

  /// One step on in time.
  mutating func advance() {
    mean = system.moved(mean)
    for k in columns.indices { columns[k] = system.moved(columns[k]) }
    covariance = system.moved(covariance: covariance)
    for i in covariance.indices { covariance[i] += system.stateNoise[i] }
    if isDiffuse { diffuse = system.moved(covariance: diffuse) }
    time += 1
  }

  /// Mean of a variable at the present step, and the variance of its error once nothing is unknown.
  func next(_ variable: Int) -> (mean: Double, variance: Double, columns: [Double]) {
    let Z = system.loading(variable, at: time)
    return (
      along(mean, Z), along(across(covariance, Z), Z) + system.errors[variable],
      columns.map { along($0, Z) }
    )
  }

  private func along(_ x: [Double], _ Z: [Double]) -> Double {
    var sum = 0.0
    for i in Z.indices where Z[i] != 0 { sum += Z[i] * x[i] }
    return sum
  }

  /// `P Zᵀ`.
  private func across(_ P: [Double], _ Z: [Double]) -> [Double] {
    let m = Z.count
    var result = [Double](repeating: 0, count: m)
    for j in 0..<m where Z[j] != 0 {
      for i in 0..<m { result[i] += Z[j] * P[i + j * m] }
    }
    return result
  }

  /// What P∞ along Z would be were every diffuse state unknown and independent.
  private func scale(_ Z: [Double]) -> Double {
    var sum = 0.0
    for i in Z.indices { sum += Z[i] * Z[i] * system.start.diffuse[i] }
    return sum > 0 ? sum : 1
  }
}
