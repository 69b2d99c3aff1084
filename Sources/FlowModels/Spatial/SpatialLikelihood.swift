import Demography
import Glibc
import Kernel

/// The likelihood of a spatial model of flows with δ and σ² at their best values for each ρ.
struct SpatialLikelihood: Sendable {
  let form: SpatialForm
  let moments: SpatialMoments
  let determinant: FlowLogDeterminant

  /// Value, slopes and curvature by the free parameters at one point.
  struct Point {
    let theta: [Double]
    let value: Double
    let gradient: [Double]
    let hessian: Matrix
    let logDeterminant: FlowLogDeterminant.Point
  }

  /// The maximum found.
  struct Maximum {
    let point: Point
    let steps: Int
    /// `g' H⁻¹ g` at the last point: twice what another step could still gain.
    let decrement: Double
  }

  /// Largest number of Newton steps.
  static let stepLimit = 100

  /// `−N/2 ln(2π e'e/N) − N/2 + ln|A|`; `nil` outside the region.
  func value(_ theta: [Double]) throws -> Double? {
    let rho = form.dependence(theta)
    guard let logDeterminant = try determinant.value(rho) else { return nil }
    return concentrated(moments.squares(rho).value) + logDeterminant
  }

  private func concentrated(_ squares: Double) -> Double {
    let n = Double(moments.count)
    return -0.5 * n * (Glibc.log(2 * Double.pi * squares / n) + 1)
  }

  func point(_ theta: [Double]) throws -> Point? {
    let rho = form.dependence(theta)
    guard let logDeterminant = try determinant.point(rho) else { return nil }
    let n = Double(moments.count)
    let squares = moments.squares(rho)
    let s = squares.value
    let byRho = (0..<3).map { logDeterminant.gradient[$0] - n * squares.slopes[$0] / s }
    var curvature = logDeterminant.hessian
    for k in 0..<3 {
      for l in 0..<3 {
        curvature[k, l] -=
          n * squares.curvature[k, l] / s - 2 * n * squares.slopes[k] * squares.slopes[l] / (s * s)
      }
    }
    let (gradient, hessian) = form.chained(theta, byRho, curvature)
    return Point(
      theta: theta, value: concentrated(s) + logDeterminant.value, gradient: gradient,
      hessian: hessian, logDeterminant: logDeterminant)
  }

  /// Newton's method from independence, every step halved until it stays in the region and gains.
  ///
  /// `ln|A|` falls to −∞ at the edge of the region, so the maximum lies inside.
  /// - Throws: `spatial.not-converged`.
  func maximum() throws -> Maximum {
    let start = [Double](repeating: 0, count: form.parameters.count)
    guard var current = try point(start) else { preconditionFailure("|I| is 1") }
    if start.isEmpty { return Maximum(point: current, steps: 0, decrement: 0) }
    for step in 1...Self.stepLimit {
      let direction = try Self.ascent(current)
      let decrement = dot(direction, current.gradient)
      // Below this the gain is lost in the rounding of the value; one more step polishes.
      let isLast = decrement < 1e-16 * max(1, abs(current.value))
      guard let next = try improved(current, direction, decrement, mayStay: isLast) else {
        throw notConverged(step, decrement)
      }
      current = next
      if isLast { return Maximum(point: current, steps: step, decrement: decrement) }
    }
    throw notConverged(Self.stepLimit, dot(try Self.ascent(current), current.gradient))
  }

  private func notConverged(_ steps: Int, _ decrement: Double) -> Fault {
    Fault(
      .incomplete, "spatial.not-converged", ["steps": "\(steps)", "decrement": "\(decrement)"])
  }

  private func improved(
    _ current: Point, _ direction: [Double], _ decrement: Double, mayStay: Bool
  ) throws -> Point? {
    let slack = 1e-13 * max(1, abs(current.value))
    var length = 1.0
    while length > 1e-10 {
      let theta = current.theta.indices.map { current.theta[$0] + length * direction[$0] }
      if let next = try point(theta),
        next.value >= current.value + 1e-4 * length * decrement - slack
      {
        return next
      }
      length /= 2
    }
    return mayStay ? current : nil
  }

  /// `(−H)⁻¹ g`, with multiples of the identity added to −H until it is positive definite.
  private static func ascent(_ point: Point) throws -> [Double] {
    let n = point.gradient.count
    let negative = -1 * point.hessian
    let size = max(negative.diagonal.map(abs).max() ?? 0, 1)
    var shift = 0.0
    while true {
      let shifted = negative + Matrix.diagonal([Double](repeating: shift, count: n))
      if let factor = try factor(shifted) { return factor.solve(point.gradient) }
      shift = max(2 * shift, 1e-3 * size)
    }
  }
}

extension SpatialForm {
  /// Slopes and curvature by the free parameters from those by (ρ_d, ρ_o, ρ_w).
  func chained(
    _ theta: [Double], _ gradient: [Double], _ hessian: Matrix
  ) -> (gradient: [Double], hessian: Matrix) {
    let J = slopes(theta)
    let n = J.count
    var H = Matrix(rows: n, columns: n)
    for a in 0..<n {
      let product = hessian.times(J[a])
      for b in 0..<n { H[b, a] = dot(J[b], product) }
    }
    if self == .separable {
      H[0, 1] += curvature * gradient[2]
      H[1, 0] += curvature * gradient[2]
    }
    return (J.map { dot($0, gradient) }, H)
  }
}
