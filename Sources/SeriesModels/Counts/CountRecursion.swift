import Glibc
import Kernel

/// The conditional means of a count series and their derivatives.
///
/// Identity link: λ_t = β₀ + Σ β_k y_{t−i_k} + Σ α_l λ_{t−j_l} + η'x_t. Log link: the same for ν = ln λ
/// with ln(y + 1). Before the series λ and y stand at the stationary mean without regressors,
/// β₀/(1 − Σβ − Σα), as in Liboschik, Fokianos and Fried (2017, Journal of Statistical Software 82(5)).
struct CountRecursion {
  let counts: [Double]
  let observations: [Int]
  let means: [Int]
  let columns: [[Double]]
  let isLog: Bool

  var parameterCount: Int { 1 + observations.count + means.count + columns.count }

  struct Path {
    /// λ, or ν under the log link.
    let predictor: [Double]
    /// `parameterCount` derivatives a step, step by step.
    let derivatives: [Double]
  }

  /// - Parameter fixesPast: takes the observations before the series as given, not as functions of the
  ///   parameters: what standard errors and score tests condition on.
  /// - Returns: `nil` where the process is not stationary or a mean is not positive.
  func path(_ theta: [Double], fixesPast: Bool) -> Path? {
    let k = parameterCount
    let P = observations.count
    let Q = means.count
    let share = theta[1..<(1 + P + Q)].reduce(0, +)
    guard abs(share) < 1, theta.allSatisfy(\.isFinite) else { return nil }
    let stationary = theta[0] / (1 - share)
    let slope = (0..<k).map { j in
      j == 0 ? 1 / (1 - share) : j < 1 + P + Q ? stationary / (1 - share) : 0
    }
    var predictor = [Double](repeating: 0, count: counts.count)
    var derivatives = [Double](repeating: 0, count: counts.count * k)
    for t in counts.indices {
      let row = t * k
      var value = theta[0]
      derivatives[row] = 1
      for (j, lag) in observations.enumerated() {
        let past = t >= lag ? transformed(counts[t - lag]) : stationary
        value += theta[1 + j] * past
        derivatives[row + 1 + j] += past
        guard t < lag, !fixesPast else { continue }
        for i in 0..<k { derivatives[row + i] += theta[1 + j] * slope[i] }
      }
      for (j, lag) in means.enumerated() {
        let weight = theta[1 + P + j]
        let past = t >= lag ? predictor[t - lag] : stationary
        value += weight * past
        derivatives[row + 1 + P + j] += past
        let before = (t - lag) * k
        for i in 0..<k {
          derivatives[row + i] += weight * (t >= lag ? derivatives[before + i] : slope[i])
        }
      }
      for (j, column) in columns.enumerated() {
        value += theta[1 + P + Q + j] * column[t]
        derivatives[row + 1 + P + Q + j] += column[t]
      }
      guard value.isFinite, isLog ? value < 500 : value > 0 else { return nil }
      predictor[t] = value
    }
    return Path(predictor: predictor, derivatives: derivatives)
  }

  /// What the recursion takes of a count.
  func transformed(_ count: Double) -> Double { isLog ? log1p(count) : count }

  /// λ of a path.
  func means(of path: Path) -> [Double] {
    isLog ? path.predictor.map { Glibc.exp($0) } : path.predictor
  }

  /// `Σ (y ln λ − λ)`, the Poisson quasi-likelihood, negative, with its gradient and Fisher information.
  func local(_ theta: [Double]) -> BoxedGaussNewton.Local? {
    guard let path = path(theta, fixesPast: false) else { return nil }
    let k = parameterCount
    let means = means(of: path)
    var value = 0.0
    var gradient = [Double](repeating: 0, count: k)
    for (t, mean) in means.enumerated() {
      let y = counts[t]
      value += mean - (y > 0 ? y * Glibc.log(mean) : 0)
      let weight = isLog ? mean - y : 1 - y / mean
      for i in 0..<k { gradient[i] += weight * path.derivatives[t * k + i] }
    }
    return BoxedGaussNewton.Local(
      value: value, gradient: gradient,
      curvature: information(path) { isLog ? $0 : 1 / $0 })
  }

  /// `Σ w(λ) ∂ ∂ᵀ`.
  func information(_ path: Path, _ weight: (Double) -> Double) -> Matrix {
    let k = parameterCount
    let rows = Matrix(rows: k, columns: counts.count, values: path.derivatives)
    let weights = means(of: path).map(weight)
    return rows.scalingColumns(by: weights).timesTranspose(rows)
  }
}
