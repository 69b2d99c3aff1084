import Kernel

/// A stationary ARMA process of unit innovation variance in the companion form of Harvey: state 1
/// is the process, `T x = φ x₁ + shift x`, `R = (1, θ)`.
struct ARMAProcess {
  /// Padded with zeros to `size`.
  let phi: [Double]
  /// `size − 1` coefficients.
  let theta: [Double]
  let size: Int
  private let p: Int
  private let q: Int

  /// - Parameters: expanded coefficients, lag 1 first.
  init(ar: [Double], ma: [Double]) {
    p = ar.count
    q = ma.count
    size = max(p, q + 1)
    phi = ar + [Double](repeating: 0, count: size - p)
    theta = ma + [Double](repeating: 0, count: size - 1 - q)
  }

  /// First column of the stationary covariance of the state, or `nil` when the autocovariances
  /// cannot be had (a root on the unit circle).
  ///
  /// γ solves γ_k − Σ φ_j γ_|k−j| = Σ_{j≥k} θ_j ψ_{j−k}, and c_i = Σ_{k≥i} φ_k γ_{k−i+1}
  /// + Σ_{k≥i−1} θ_k ψ_{k−i+1}.
  func firstColumn() -> [Double]? {
    guard p > 0 else { return movingAverageColumn() }
    var psi = [Double](repeating: 0, count: q + 1)
    psi[0] = 1
    for j in 1..<(q + 1) where q > 0 {
      var sum = theta[j - 1]
      for i in 1...j where i <= p { sum += phi[i - 1] * psi[j - i] }
      psi[j] = sum
    }
    func ma(_ k: Int) -> Double { k == 0 ? 1 : theta[k - 1] }
    var right = [Double](repeating: 0, count: p + 1)
    for k in 0...p where k <= q {
      for j in k...q { right[k] += ma(j) * psi[j - k] }
    }
    guard let gamma = autocovariances(right), gamma[0] > 0, gamma[0].isFinite else { return nil }
    var column = [Double](repeating: 0, count: size)
    column[0] = gamma[0]
    for i in 1..<size where size > 1 {
      var sum = 0.0
      if i < p { for k in i..<p { sum += phi[k] * gamma[k - i + 1] } }
      if i <= q { for k in i...q { sum += ma(k) * psi[k - i] } }
      column[i] = sum
    }
    return column
  }

  /// The same without an autoregression, c_i = Σ_{k≥i} θ_k θ_{k−i}: only coefficients other than zero cost.
  private func movingAverageColumn() -> [Double] {
    var column = [Double](repeating: 0, count: size)
    column[0] = 1
    let lags = theta.indices.filter { theta[$0] != 0 }
    for (place, k) in lags.enumerated() {
      column[k + 1] += theta[k]
      for j in lags[...place] { column[k - j] += theta[k] * theta[j] }
    }
    return column
  }

  private func autocovariances(_ right: [Double]) -> [Double]? {
    if p == 1 {
      let phi = phi[0]
      let gamma0 = (right[0] + phi * right[1]) / (1 - phi * phi)
      return [gamma0, phi * gamma0 + right[1]]
    }
    var system = Matrix(rows: p + 1, columns: p + 1)
    for k in 0...p {
      system[k, k] += 1
      for j in 1...p { system[k, abs(k - j)] -= phi[j - 1] }
    }
    return try? solve(system, right)
  }

  /// Stationary covariance of the state, `size · size`, from its first column: walking down the
  /// diagonals, P_{i+1,j+1} = P_ij − φ_i φ_j P_11 − φ_i P_{1,j+1} − φ_j P_{i+1,1} − R_i R_j, taken from
  /// the far end, where it is zero.
  func covariance() -> [Double]? {
    guard let c = firstColumn() else { return nil }
    let r = size
    var P = [Double](repeating: 0, count: r * r)
    for gap in 0..<r {
      for i in stride(from: r - 1 - gap, through: 0, by: -1) {
        let j = i + gap
        let noise = (i == 0 ? 1 : theta[i - 1]) * (j == 0 ? 1 : theta[j - 1])
        var value = phi[i] * phi[j] * c[0] + noise
        if j + 1 < r { value += phi[i] * c[j + 1] }
        if i + 1 < r { value += phi[j] * c[i + 1] }
        if j + 1 < r { value += P[(i + 1) + (j + 1) * r] }
        P[i + j * r] = value
        P[j + i * r] = value
      }
    }
    return P
  }
}
