/// Minimises a function within a box, given its gradient and a positive semi-definite curvature,
/// by damped steps (Levenberg 1944; Marquardt 1963).
///
/// Components at a bound whose gradient points outwards are held; the others move by
/// `(H + μ diag H)⁻¹ g`, cut at the box, with μ lowered after a fall and raised until there is one. For sums
/// of squares H is `JᵀJ`, for likelihoods Fisher's information.
public struct BoxedGaussNewton: Hashable, Sendable {
  public var maximumIterations: Int
  /// Converged where no free component of `gᵢ · max(|xᵢ|, 1e-8)` exceeds this times `|f|`.
  public var tolerance: Double

  public init(maximumIterations: Int = 500, tolerance: Double = 1e-12) {
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  /// What an objective says at a point.
  public struct Local: Sendable {
    public let value: Double
    public let gradient: [Double]
    public let curvature: Matrix

    public init(value: Double, gradient: [Double], curvature: Matrix) {
      self.value = value
      self.gradient = gradient
      self.curvature = curvature
    }
  }

  /// - Parameter f: `nil`, or a value that is not finite, outside its domain.
  /// - Throws: `objectiveNotFinite` at the start; `notConverged` with the best point at the limit of
  ///   iterations.
  public func minimise(
    from start: [Double], lower: [Double], upper: [Double], _ f: ([Double]) -> Local?
  ) throws(KernelError) -> Minimum {
    precondition(start.count == lower.count && start.count == upper.count, "bounds")
    var x = start.indices.map { min(max(start[$0], lower[$0]), upper[$0]) }
    guard var here = f(x), here.value.isFinite else { throw .objectiveNotFinite(at: x) }
    var damping = 1e-3
    var evaluations = 1
    for iteration in 0..<maximumIterations {
      let free = x.indices.filter {
        !(x[$0] <= lower[$0] && here.gradient[$0] > 0)
          && !(x[$0] >= upper[$0] && here.gradient[$0] < 0)
      }
      let measure = free.reduce(0) {
        max($0, abs(here.gradient[$1]) * max(abs(x[$1]), 1e-8))
      }
      func stop(_ reason: Minimum.Reason) -> Minimum {
        Minimum(
          point: x, value: here.value, iterations: iteration, evaluations: evaluations,
          reason: reason, measure: measure)
      }
      if measure <= tolerance * abs(here.value) { return stop(.gradient) }
      var moved = false
      while damping < 1e14 {
        let trial = step(x, here, free, damping, lower, upper)
        evaluations += 1
        if let there = f(trial), there.value < here.value {
          let fall = here.value - there.value
          x = trial
          here = there
          damping = max(damping / 5, 1e-14)
          moved = fall > 1e-16 * abs(here.value)
          break
        }
        damping *= 4
      }
      // No step lowers the value any more: rounding is reached.
      if !moved {
        return Minimum(
          point: x, value: here.value, iterations: iteration, evaluations: evaluations,
          reason: .value, measure: measure)
      }
    }
    throw .notConverged(
      Minimum(
        point: x, value: here.value, iterations: maximumIterations, evaluations: evaluations,
        reason: .iterationLimit, measure: .nan))
  }

  private func step(
    _ x: [Double], _ here: Local, _ free: [Int], _ damping: Double, _ lower: [Double],
    _ upper: [Double]
  ) -> [Double] {
    var H = Matrix(rows: free.count, columns: free.count)
    let largest = free.reduce(0) { max($0, here.curvature[$1, $1]) }
    for (a, i) in free.enumerated() {
      for (b, j) in free.enumerated() { H[a, b] = here.curvature[i, j] }
      H[a, a] += damping * max(here.curvature[i, i], 1e-20 * largest)
    }
    // The scales of the parameters differ by orders of magnitude.
    let scales = free.indices.map { H[$0, $0] > 0 ? 1 / H[$0, $0].squareRoot() : 0 }
    let scaled = H.scalingRows(by: scales).scalingColumns(by: scales)
    guard let factor = try? Cholesky(scaled) else { return x }
    let right = free.enumerated().map { here.gradient[$1] * scales[$0] }
    let move = factor.solve(right)
    var trial = x
    for (a, i) in free.enumerated() {
      trial[i] = min(max(x[i] - move[a] * scales[a], lower[i]), upper[i])
    }
    return trial
  }
}
