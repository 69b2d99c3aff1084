import Demography
import Glibc
import Kernel

/// Solves `A y = b`, `A = I − ρ_d W_d − ρ_o W_o − ρ_w W_w`, without forming A.
///
/// The stabilised bi-conjugate gradients of van der Vorst (1992), in which A is applied through
/// neighbour lists: O(links · areas) a step and some ten steps for one digit near the edge of the
/// region, two or three inside. The residual is computed anew at the end and has to be small.
struct FlowSystem {
  let lags: FlowLags
  let dependence: [Double]

  static let stepLimit = 2000
  /// Of the residual, relative to the right side.
  static let tolerance = 1e-13

  /// - Throws: `spatial.unsolved`.
  func solve(_ b: [Double]) throws(Fault) -> [Double] {
    let size = norm(b)
    if size == 0 { return b }
    var x = b
    var steps = 0
    var left = Double.infinity
    // A restart from the true residual takes back what rounding took.
    for _ in 0..<4 {
      steps += improve(&x, b, within: Self.tolerance * size)
      let rest = residual(x, b)
      left = norm(rest) / size
      if left <= 10 * Self.tolerance { return x }
    }
    throw Fault(
      .incomplete, "spatial.unsolved", ["steps": "\(steps)", "residual": "\(left)"])
  }

  private func residual(_ x: [Double], _ b: [Double]) -> [Double] {
    let Ax = lags.filtered(x, dependence)
    return b.indices.map { b[$0] - Ax[$0] }
  }

  private func improve(_ x: inout [Double], _ b: [Double], within goal: Double) -> Int {
    var r = residual(x, b)
    let shadow = r
    var p = r
    var rho = dot(shadow, r)
    for step in 0..<Self.stepLimit / 4 {
      if norm(r) <= goal || rho == 0 { return step }
      let Ap = lags.filtered(p, dependence)
      let along = dot(shadow, Ap)
      if along == 0 { return step }
      let alpha = rho / along
      let s = r.indices.map { r[$0] - alpha * Ap[$0] }
      let As = lags.filtered(s, dependence)
      let length = dot(As, As)
      let omega = length > 0 ? dot(As, s) / length : 0
      for k in x.indices { x[k] += alpha * p[k] + omega * s[k] }
      r = r.indices.map { s[$0] - omega * As[$0] }
      let next = dot(shadow, r)
      if omega == 0 { return step }
      let beta = next / rho * (alpha / omega)
      p = p.indices.map { r[$0] + beta * (p[$0] - omega * Ap[$0]) }
      rho = next
    }
    return Self.stepLimit / 4
  }
}
