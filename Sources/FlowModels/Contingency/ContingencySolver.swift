import Glibc
import Kernel

/// Sweeps over the margin sets, with Newton steps on the dual where sweeps are slow.
struct ContingencySolver {
  let problem: ContingencyProblem
  private let forced: [Int]
  private let tolerance: Double
  /// `S · Π f` for every cell, before clipping.
  private(set) var free: [Double]
  private(set) var factors: [[Double]]
  /// Groups of each set that hold a bounded free cell.
  private let isBounded: [[Bool]]

  private static let roundLimit = 5_000
  /// Sweeps are slow where ten of them do not lower the residual to this part.
  private static let slowRate = 0.1

  init(_ problem: ContingencyProblem, forced: [Int], tolerance: Double) {
    self.problem = problem
    self.forced = forced
    self.tolerance = tolerance
    free = problem.seed
    factors = problem.margins.map { [Double](repeating: 1, count: $0.totals.count) }
    isBounded = problem.margins.indices.map { set in
      problem.margins[set].totals.indices.map { group in
        problem.cells(of: set, group: group).contains {
          problem.isFree($0) && (problem.lower[$0] > 0 || problem.upper[$0] < .infinity)
        }
      }
    }
  }

  func solve() throws(ContingencyError) -> ContingencyFit {
    var state = self
    var residuals: [Double] = []
    var newtonSteps = 0
    var before = state.values()
    let goal = tolerance * problem.scale
    for round in 1...Self.roundLimit {
      for set in problem.margins.indices { state.sweep(set) }
      let values = state.values()
      let residual = state.largestResidual(values)
      let change = zip(values, before).reduce(0) { max($0, abs($1.0 - $1.1)) }
      if residual <= goal, change <= 100 * goal {
        return state.fit(values, round, newtonSteps, residual: residual, change: change)
      }
      before = values
      residuals.append(residual)
      let past = residuals.count > 10 ? residuals[residuals.count - 11] : .infinity
      if residual > Self.slowRate * past || (newtonSteps > 0 && residual > goal) {
        var step = DualNewton(state)
        if let moved = step.improve() {
          state.move(by: moved)
          newtonSteps += 1
        }
      }
      if newtonSteps > 300 { break }
    }
    throw .notMet(rounds: residuals.count, state.worstGroups(before))
  }

  func value(_ cell: Int, _ free: Double) -> Double {
    min(max(free, problem.lower[cell]), problem.upper[cell])
  }

  func values() -> [Double] { free.indices.map { value($0, free[$0]) } }

  /// Makes the set's groups meet their totals.
  private mutating func sweep(_ set: Int) {
    let margin = problem.margins[set]
    for (group, total) in margin.totals.enumerated() where !total.isNaN {
      let cells = problem.cells(of: set, group: group)
      let ratio: Double
      if isBounded[set][group] {
        let line = cells.map {
          ClippedSum.Term(
            weight: free[$0], lower: problem.lower[$0], upper: problem.upper[$0])
        }
        guard let found = ClippedSum.factor(line, total: total), found > 0 else { continue }
        ratio = found
      } else {
        var fixed = 0.0
        var sum = 0.0
        for cell in cells {
          if problem.isFree(cell) { sum += free[cell] } else { fixed += problem.lower[cell] }
        }
        guard sum > 0, total > fixed else { continue }
        ratio = (total - fixed) / sum
      }
      factors[set][group] *= ratio
      for cell in cells { free[cell] *= ratio }
    }
  }

  /// Multiplies the factors by the exponentials of a step, one list for each set.
  mutating func move(by step: [[Double]]) {
    for (set, margin) in problem.margins.enumerated() {
      let ratios = step[set].map { Glibc.exp($0) }
      for group in ratios.indices { factors[set][group] *= ratios[group] }
      for (cell, group) in margin.groups.enumerated() where group >= 0 {
        free[cell] *= ratios[group]
      }
    }
  }

  /// `total − sum` of every group of a set; 0 for groups left free.
  func gaps(_ set: Int, _ values: [Double]) -> [Double] {
    let margin = problem.margins[set]
    var gaps = margin.totals
    for (cell, group) in margin.groups.enumerated() where group >= 0 {
      gaps[group] -= values[cell]
    }
    return gaps.indices.map { margin.totals[$0].isNaN ? 0 : gaps[$0] }
  }

  /// Infinite where a cell is no number any more, which no comparison may take for a small error.
  func largestResidual(_ values: [Double]) -> Double {
    problem.margins.indices.reduce(0) { worst, set in
      gaps(set, values).reduce(worst) { $1.isFinite ? max($0, abs($1)) : .infinity }
    }
  }

  private func worstGroups(_ values: [Double]) -> [ContingencyError.Gap] {
    var worst: [(size: Double, gap: ContingencyError.Gap)] = []
    for (set, margin) in problem.margins.enumerated() {
      for (group, gap) in gaps(set, values).enumerated()
      where abs(gap) > tolerance * problem.scale {
        let found = ContingencyError.Gap.unmet(
          set: margin.name, group: margin.labels[group], total: margin.totals[group],
          found: margin.totals[group] - gap)
        worst.append((abs(gap), found))
      }
    }
    return worst.sorted { $0.size > $1.size }.prefix(10).map(\.gap)
  }

  private func fit(
    _ values: [Double], _ sweeps: Int, _ newtonSteps: Int, residual: Double, change: Double
  ) -> ContingencyFit {
    ContingencyFit(
      values: values, factors: factors, sweeps: sweeps, newtonSteps: newtonSteps,
      stop: newtonSteps == 0 ? .marginsMet : .marginsMetByNewton, largestResidual: residual,
      largestChange: change, forcedCells: forced)
  }
}
