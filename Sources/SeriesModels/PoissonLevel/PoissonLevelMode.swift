import Glibc
import Kernel

/// The most probable states of a Poisson model with a level that wanders, and the likelihood by Laplace's
/// method, at one variance of the level.
///
/// ln λ_t = μ_t + x_t'β, μ_{t+1} = μ_t + η, η ~ N(0, q), with μ₁ and β unknown at the start. Newton steps on the
/// posterior density of all μ and β: the part of μ is tridiagonal, and β follows from the Schur complement.
/// The curvature at the mode gives the likelihood, as the approximating Gaussian model of Durbin and Koopman
/// (2012, Time Series Analysis by State Space Methods, 10.6) does, and covariances.
///
/// - Complexity: O(n k²) a step for n values and k columns.
struct PoissonLevelMode {
  let levels: [Double]
  let effects: [Double]
  /// ln λ at each step.
  let predictor: [Double]
  /// With μ₁ and β flat, and no constant for them (Koopman and Durbin).
  let logLikelihood: Double
  /// Covariance of the last level and the effects, in this order.
  let lastCovariance: Matrix

  private static let mostSteps = 100

  /// - Parameters:
  ///   - counts: NaN where missing.
  ///   - columns: of β, one value a step each.
  ///   - start: ln λ to begin at.
  /// - Returns: `nil` where the steps do not come to an end: nothing holds a level if all counts are zero.
  init?(_ counts: [Double], _ columns: [[Double]], variance q: Double, start: [Double]) {
    let n = counts.count
    var predictor = start
    var system = Tridiagonal(n)
    var before = Double.infinity
    for _ in 0..<Self.mostSteps {
      guard predictor.allSatisfy({ $0.isFinite && $0 < 700 }) else { return nil }
      let weights = zip(counts, predictor).map { $0.isNaN ? 0 : Glibc.exp($1) }
      // The pseudo-observation times its weight.
      let target = counts.indices.map { t in
        counts[t].isNaN ? 0 : weights[t] * predictor[t] + counts[t] - weights[t]
      }
      guard let solved = Solved(&system, weights, target, columns, q) else { return nil }
      var next = solved.levels
      for (beta, column) in zip(solved.effects, columns) {
        for t in 0..<n { next[t] += beta * column[t] }
      }
      let change = zip(next, predictor).reduce(0) { max($0, abs($1.0 - $1.1)) }
      predictor = next
      let size = 1 + predictor.reduce(0) { max($0, abs($1)) }
      // With a small q the tridiagonal system is stiff, and steps end in rounding before they end in nothing.
      let isRounding = change < 1e-6 * size && change > 0.5 * before
      before = change
      if change < 1e-11 * size || isRounding {
        levels = solved.levels
        effects = solved.effects
        lastCovariance = solved.lastCovariance
        self.predictor = predictor
        var sum = 0.5 * Double(columns.count + 1) * Glibc.log(2 * .pi) - 0.5 * solved.logDeterminant
        sum -= 0.5 * Double(n - 1) * Glibc.log(q)
        for t in 1..<max(1, n) {
          sum -= (levels[t] - levels[t - 1]) * (levels[t] - levels[t - 1]) / (2 * q)
        }
        for t in 0..<n where !counts[t].isNaN {
          sum += Poisson(mean: Glibc.exp(predictor[t])).logDensity(counts[t])
        }
        logLikelihood = sum
        return
      }
    }
    return nil
  }

  /// One Newton step.
  private struct Solved {
    let levels: [Double]
    let effects: [Double]
    /// Of the negative second derivatives by all μ and β.
    let logDeterminant: Double
    let lastCovariance: Matrix

    init?(
      _ system: inout Tridiagonal, _ weights: [Double], _ target: [Double], _ columns: [[Double]],
      _ q: Double
    ) {
      let n = weights.count
      guard system.factor(weights, link: 1 / q) else { return nil }
      let k = columns.count
      let weighted = columns.map { column in zip(column, weights).map { $0 * $1 } }
      let responses = weighted.map { system.solve($0) }
      let base = system.solve(target)
      var S = Matrix(rows: k, columns: k)
      var right = [Double](repeating: 0, count: k)
      for i in 0..<k {
        right[i] = dot(columns[i], target) - dot(weighted[i], base)
        for j in 0..<k { S[i, j] = dot(weighted[i], columns[j]) - dot(weighted[i], responses[j]) }
      }
      var unit = [Double](repeating: 0, count: n)
      unit[n - 1] = 1
      let ofLast = system.solve(unit)[n - 1]
      guard k > 0 else {
        levels = base
        effects = []
        logDeterminant = system.logDeterminant
        lastCovariance = Matrix(rows: 1, columns: 1, values: [ofLast])
        return
      }
      guard let factor = try? Cholesky(0.5 * (S + S.transposed)) else { return nil }
      effects = factor.solve(right)
      var levels = base
      for (beta, response) in zip(effects, responses) {
        for t in 0..<n { levels[t] -= beta * response[t] }
      }
      self.levels = levels
      logDeterminant = system.logDeterminant + factor.logDeterminant
      let inverse = factor.inverse()
      let ends = responses.map { $0[n - 1] }
      let cross = inverse.times(ends)
      var covariance = Matrix(rows: k + 1, columns: k + 1)
      covariance[0, 0] = ofLast + dot(ends, cross)
      for i in 0..<k {
        covariance[0, i + 1] = -cross[i]
        covariance[i + 1, 0] = -cross[i]
        for j in 0..<k { covariance[i + 1, j + 1] = inverse[i, j] }
      }
      lastCovariance = covariance
    }
  }
}

/// A symmetric tridiagonal matrix W + link · D'D, D the differences of neighbours, factored as L D L'.
private struct Tridiagonal {
  private var pivots: [Double]
  private var below: [Double]
  private(set) var logDeterminant = 0.0

  init(_ n: Int) {
    pivots = [Double](repeating: 0, count: n)
    below = pivots
  }

  /// - Returns: whether every pivot is above zero.
  mutating func factor(_ weights: [Double], link: Double) -> Bool {
    let n = weights.count
    logDeterminant = 0
    for t in 0..<n {
      let links = (t > 0 ? link : 0) + (t + 1 < n ? link : 0)
      var pivot = weights[t] + links
      if t > 0 {
        below[t] = -link / pivots[t - 1]
        pivot -= below[t] * below[t] * pivots[t - 1]
      }
      guard pivot > 0, pivot.isFinite else { return false }
      pivots[t] = pivot
      logDeterminant += Glibc.log(pivot)
    }
    return true
  }

  func solve(_ b: [Double]) -> [Double] {
    var x = b
    for t in x.indices.dropFirst() { x[t] -= below[t] * x[t - 1] }
    for t in x.indices { x[t] /= pivots[t] }
    for t in x.indices.dropLast().reversed() { x[t] -= below[t + 1] * x[t + 1] }
    return x
  }
}
