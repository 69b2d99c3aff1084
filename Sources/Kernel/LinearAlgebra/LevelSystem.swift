/// The normal equations `S u = g` of levels and regressors, the eliminated grouping taken away, and
/// conjugate gradients for them (Hestenes & Stiefel 1952).
///
/// The preconditioner is the diagonal of `D'W D` for levels, or the factor of their graph where there
/// is one, and the whole block of the regressors, which are nearly off the levels already.
struct LevelSystem {
  let projection: LevelProjection
  let weights: LevelProjection.Weights
  let regressors: PlacedRegressors
  /// Of the regressors brought to length 1.
  private let gram: Cholesky?
  private let scales: [Double]

  /// - Throws: `notPositiveDefinite` where a regressor is determined by the others at these weights.
  init(
    _ projection: LevelProjection, _ weights: LevelProjection.Weights,
    _ regressors: PlacedRegressors = .none
  ) throws(KernelError) {
    self.projection = projection
    self.weights = weights
    self.regressors = regressors
    let products = projection.gram(weights, regressors)
    let scales = products.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    self.scales = scales
    gram =
      regressors.count == 0
      ? nil : try Cholesky(products.scalingRows(by: scales).scalingColumns(by: scales))
  }

  var width: Int { projection.reducedCount + regressors.count }

  func times(_ d: [Double]) -> [Double] { projection.sweep(weights, d, regressors) }

  func preconditioned(_ g: [Double]) -> [Double] {
    let reduced = projection.reducedCount
    var p = g
    if let factor = weights.factor {
      factor.solve(&p, threads: projection.threads)
    } else {
      for l in 0..<reduced { p[l] *= weights.inverseDiagonal[l] }
    }
    if let gram {
      let part = gram.solve(scales.indices.map { g[reduced + $0] * scales[$0] })
      for k in scales.indices { p[reduced + k] = part[k] * scales[k] }
    }
    return p
  }

  /// By how much a step may make `g'P g` larger.
  private static let largestJump = 1e8

  /// What conjugate gradients came to.
  struct Descent {
    /// `g'P g` at the end, P the preconditioner.
    var power: Double
    /// By how much `½ u'S u − g'u` fell, twice.
    var gain: Double
    var steps: Int
  }

  /// Moves `u` against the gradient `g` until `g'P g` is at most `threshold`.
  ///
  /// - Parameters:
  ///   - limit: of steps.
  ///   - endsAtLimit: whether what was reached within the limit is the answer.
  /// - Returns: `nil` when the limit is reached otherwise.
  func descend(
    _ u: inout [Double], _ g: inout [Double], threshold: Double, limit: Int,
    endsAtLimit: Bool = false
  ) -> Descent? {
    var d = preconditioned(g)
    var descent = Descent(power: dot(g, d), gain: 0, steps: 0)
    var least = (power: Double.infinity, steps: 0)
    while descent.power > threshold {
      guard descent.steps < limit else { return endsAtLimit ? descent : nil }
      if descent.power < least.power { least = (descent.power, descent.steps) }
      // Where effects hang together by chains rounding may keep the gradient above any threshold.
      if weights.factor != nil, descent.steps - least.steps > max(300, least.steps) { break }
      descent.steps += 1
      let image = times(d)
      let curvature = dot(d, image)
      guard curvature > 0, curvature.isFinite else { break }
      let step = descent.power / curvature
      for l in u.indices {
        u[l] += step * d[l]
        g[l] -= step * image[l]
      }
      let p = preconditioned(g)
      let next = dot(g, p)
      // Levels that move against one another change no fit; along such a `d` curvature is rounding, and the
      // step went anywhere.
      if weights.factor != nil, !(next < Self.largestJump * descent.power) {
        for l in u.indices { u[l] -= step * d[l] }
        break
      }
      descent.gain += step * descent.power
      let ratio = next / descent.power
      descent.power = next
      for l in d.indices { d[l] = p[l] + ratio * d[l] }
    }
    return descent
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += a[k] * b[k] }
    return sum
  }
}
