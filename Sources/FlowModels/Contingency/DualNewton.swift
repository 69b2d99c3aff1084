import Glibc
import Kernel

/// A Newton step on the convex dual `Σ ψ_c(η_c) − Σ λ_g T_g` of a fit, where `η_c` sums the λ of the
/// groups of a cell and `ψ_c' = clip(S e^η, L, U)`.
///
/// The Hessian `A diag(v) Aᵀ`, v over the cells inside their bounds, is only ever multiplied with;
/// conjugate gradients with its diagonal solve for the direction. It is singular where margins repeat
/// each other, but the gradient lies in its range, in which the iteration stays.
struct DualNewton {
  private let solver: ContingencySolver
  private let margins: [MarginSet]
  private let active: [Double]
  private let diagonal: [[Double]]

  init(_ solver: ContingencySolver) {
    self.solver = solver
    let problem = solver.problem
    margins = problem.margins
    active = solver.free.indices.map { cell in
      let free = solver.free[cell]
      let isInside =
        problem.isFree(cell) && free > problem.lower[cell] && free < problem.upper[cell]
      return isInside ? free : 0
    }
    diagonal = margins.map { [active] margin in
      var sums = [Double](repeating: 0, count: margin.totals.count)
      for (cell, group) in margin.groups.enumerated() where group >= 0 {
        sums[group] += active[cell]
      }
      return sums.indices.map { margin.totals[$0].isNaN ? 0 : sums[$0] }
    }
  }

  /// The step of the logarithms of the factors that lowers the dual; `nil` where none is found.
  mutating func improve() -> [[Double]]? {
    let values = solver.values()
    let gap = margins.indices.map { solver.gaps($0, values) }
    let direction = solve(gap)
    let slope = product(direction, gap)
    guard slope > 0, slope.isFinite else { return nil }
    // Near the end the fall of the dual drowns in its rounding; that of the residual does not.
    var full = solver
    full.move(by: direction)
    if full.largestResidual(full.values()) <= 0.5 * solver.largestResidual(values) {
      return direction
    }
    let here = dual(solver, direction, 0)
    var length = 1.0
    for _ in 0..<40 {
      let step = direction.map { $0.map { $0 * length } }
      var trial = solver
      trial.move(by: step)
      let there = dual(trial, direction, length)
      if there - here <= -1e-4 * length * slope { return step }
      length *= 0.5
    }
    return nil
  }

  /// The dual up to a constant, its linear part along the direction.
  private func dual(_ state: ContingencySolver, _ direction: [[Double]], _ length: Double) -> Double
  {
    let problem = state.problem
    var terms: [Double] = []
    for cell in state.free.indices where problem.isFree(cell) {
      let free = state.free[cell]
      let lower = problem.lower[cell]
      let upper = problem.upper[cell]
      if free < lower {
        terms.append(lower * (1 + Glibc.log(free / lower)))
      } else if free > upper {
        terms.append(upper * (1 + Glibc.log(free / upper)))
      } else {
        terms.append(free)
      }
    }
    var linear = 0.0
    for (set, margin) in margins.enumerated() {
      var need = margin.totals
      for (cell, group) in margin.groups.enumerated() where group >= 0 && !problem.isFree(cell) {
        need[group] -= problem.lower[cell]
      }
      for (group, part) in direction[set].enumerated() where !need[group].isNaN {
        linear += part * length * need[group]
      }
    }
    return Statistics.sum(terms) - linear
  }

  private func multiply(_ x: [[Double]]) -> [[Double]] {
    var cells = [Double](repeating: 0, count: active.count)
    for (set, margin) in margins.enumerated() {
      for (cell, group) in margin.groups.enumerated() where group >= 0 {
        cells[cell] += x[set][group]
      }
    }
    for cell in cells.indices { cells[cell] *= active[cell] }
    return margins.map { margin in
      var sums = [Double](repeating: 0, count: margin.totals.count)
      for (cell, group) in margin.groups.enumerated() where group >= 0 {
        sums[group] += cells[cell]
      }
      return sums.indices.map { margin.totals[$0].isNaN ? 0 : sums[$0] }
    }
  }

  private func product(_ x: [[Double]], _ y: [[Double]]) -> Double {
    zip(x, y).reduce(0) { $0 + dot($1.0, $1.1) }
  }

  private func solve(_ right: [[Double]]) -> [[Double]] {
    func scale(_ x: [[Double]]) -> [[Double]] {
      zip(x, diagonal).map { zip($0, $1).map { $1 > 0 ? $0 / $1 : 0 } }
    }
    var x = right.map { $0.map { _ in 0.0 } }
    var rest = zip(right, diagonal).map { zip($0, $1).map { $1 > 0 ? $0 : 0 } }
    var z = scale(rest)
    var p = z
    var rz = product(rest, z)
    let goal = 1e-24 * rz
    let size = right.reduce(0) { $0 + $1.count }
    for _ in 0..<min(4 * size, 2_000) where rz > goal {
      let Hp = multiply(p)
      let curvature = product(p, Hp)
      guard curvature > 0 else { break }
      let alpha = rz / curvature
      for set in x.indices {
        for k in x[set].indices {
          x[set][k] += alpha * p[set][k]
          rest[set][k] -= alpha * Hp[set][k]
        }
      }
      z = scale(rest)
      let next = product(rest, z)
      let beta = next / rz
      rz = next
      for set in p.indices { for k in p[set].indices { p[set][k] = z[set][k] + beta * p[set][k] } }
    }
    return x
  }
}
