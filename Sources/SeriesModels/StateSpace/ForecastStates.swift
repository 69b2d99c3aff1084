import Kernel

/// A state space model's first variable in the steps after its last observation, jointly.
struct ForecastStates {
  let means: [Double]
  let variances: [Double]
  private let system: StateSpace
  private let mean: [Double]
  private let first: [Double]
  private let horizon: Int

  /// - Parameters:
  ///   - system: its step 0 is the first one ahead.
  ///   - mean: of the state at that step.
  init(_ system: StateSpace, mean: [Double], covariance: [Double], horizon: Int) {
    let m = system.size
    let known = StateSpace(
      transition: system.transition, selection: system.selection, noise: system.noise,
      loadings: system.loadings, errors: system.errors,
      start: StateSpace.Start(
        mean: mean, covariance: Matrix(rows: m, columns: m, values: covariance),
        diffuse: [Double](repeating: 0, count: m)))
    var filter = KalmanFilter(known)
    var means: [Double] = []
    var variances: [Double] = []
    for _ in 0..<horizon {
      let next = filter.next(0)
      means.append(next.mean)
      variances.append(next.variance)
      filter.advance()
    }
    self.means = means
    self.variances = variances
    self.system = known
    self.mean = mean
    first = covariance
    self.horizon = horizon
  }

  /// Covariance of the errors: for i ≤ j it is `Z_i P_i (Tᵀ)^(j−i) Z_jᵀ`, plus H where i = j.
  var covariance: Matrix {
    var result = Matrix(rows: horizon, columns: horizon)
    let m = system.size
    var P = first
    for i in 0..<horizon {
      var row = Matrix(rows: m, columns: m, values: P).times(system.loading(0, at: i))
      for j in i..<horizon {
        let value = dot(row, system.loading(0, at: j)) + (i == j ? system.errors[0] : 0)
        result[i, j] = value
        result[j, i] = value
        row = system.moved(row)
      }
      P = zip(system.moved(covariance: P), system.stateNoise).map { $0 + $1 }
    }
    return result
  }

  /// Futures: a state from its distribution, then disturbances and errors of every step.
  func paths(draws: Int, noise: SeriesNoise) -> [[Double]] {
    let m = system.size
    let root = squareRoot(Matrix(rows: m, columns: m, values: first))
    let scales = system.noise.map { $0.squareRoot() }
    let error = system.errors[0].squareRoot()
    return (0..<draws).map { k in
      var state = zip(mean, root.times(noise.shocks(m, draw: k, step: 0))).map { $0 + $1 }
      return (0..<horizon).map { step in
        let shocks = noise.shocks(scales.count + 1, draw: k, step: step + 1)
        let value = dot(state, system.loading(0, at: step)) + error * shocks[0]
        let moves = system.selection.times(zip(scales, shocks.dropFirst()).map { $0 * $1 })
        state = zip(system.moved(state), moves).map { $0 + $1 }
        return value
      }
    }
  }

  /// A matrix whose product with its transpose is `A`, of any rank: Cholesky columns, the state with the
  /// largest share of its variance left first, until what is left is rounding. It cannot fail.
  private func squareRoot(_ A: Matrix) -> Matrix {
    let m = A.rows
    var rest = A
    var root = Matrix(rows: m, columns: m)
    for k in 0..<m {
      let shares = (0..<m).map { A[$0, $0] > 0 ? rest[$0, $0] / A[$0, $0] : 0 }
      guard let i = shares.indices.max(by: { shares[$0] < shares[$1] }), shares[i] > 1e-12 else {
        break
      }
      let column = rest.column(i).map { $0 / rest[i, i].squareRoot() }
      root.setColumn(k, column)
      for b in 0..<m { for a in 0..<m { rest[a, b] -= column[a] * column[b] } }
    }
    return root
  }
}
