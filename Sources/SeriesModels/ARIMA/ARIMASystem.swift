import Kernel

extension ARIMAOrder {
  /// The state space form of this order at given coefficients, of unit innovation variance: the process,
  /// then the last d + m D values, unknown at the start.
  ///
  /// - Parameter kappa: variance of what is unknown; infinite is exact.
  /// - Returns: `nil` when the process has no stationary covariance.
  func system(
    _ coefficients: ARIMACoefficients, season m: Int, kappa: Double = .infinity
  ) -> StateSpace? {
    let process = ARMAProcess(ar: coefficients.expandedAR(m), ma: coefficients.expandedMA(m))
    guard let covariance = process.covariance() else { return nil }
    let delta = differencing(m)
    let r = process.size
    let size = r + delta.count
    var T = Matrix(rows: size, columns: size)
    for i in 0..<r {
      T[i, 0] = process.phi[i]
      if i + 1 < r { T[i, i + 1] = 1 }
    }
    var Z = [Double](repeating: 0, count: size)
    Z[0] = 1
    for (j, value) in delta.enumerated() { Z[r + j] = value }
    if !delta.isEmpty {
      for j in 0..<size { T[r, j] = Z[j] }
      for j in 1..<max(1, delta.count) { T[r + j, r + j - 1] = 1 }
    }
    var R = Matrix(rows: size, columns: 1)
    R[0, 0] = 1
    for (i, value) in process.theta.enumerated() { R[i + 1, 0] = value }
    var P = Matrix(rows: size, columns: size)
    for j in 0..<r {
      for i in 0..<r { P[i, j] = covariance[i + j * r] }
    }
    return StateSpace(
      transition: T, selection: R, noise: [1],
      loadings: [Matrix(rows: 1, columns: size, values: Z)], errors: [0],
      start: StateSpace.Start(
        mean: [Double](repeating: 0, count: size), covariance: P,
        diffuse: [Double](repeating: 0, count: r) + delta.map { _ in 1 }, kappa: kappa))
  }
}
