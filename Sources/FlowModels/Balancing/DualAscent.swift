import Glibc
import Kernel

/// Block ascent of the dual of a balancing problem, with Newton steps where it is slow.
struct DualAscent {
  private let problem: BalancingProblem
  private let forced: [Int]
  private let tolerance: Double
  private var a: [Double]
  private var b: [Double]
  /// Whether a Newton step was taken.
  private var hasNewton = false

  private static let sweepLimit = 20_000
  private static let sweepsBeforeNewton = 300

  init(_ problem: BalancingProblem, forced: [Int], tolerance: Double) {
    self.problem = problem
    self.forced = forced
    self.tolerance = tolerance
    a = [Double](repeating: 1, count: problem.rows.count)
    b = [Double](repeating: 1, count: problem.columns.count)
  }

  func solve() throws(BalancingError) -> Balanced {
    var ascent = self
    var error = Double.infinity
    for sweep in 1...Self.sweepLimit {
      ascent.sweepRows()
      ascent.sweepColumns()
      if sweep >= Self.sweepsBeforeNewton, sweep % 20 == 0 { ascent.newton() }
      let values = ascent.values()
      error = ascent.marginError(values)
      if error <= tolerance {
        return Balanced(
          values: values, rowFactors: ascent.a, columnFactors: ascent.b, sweeps: sweep,
          maxRelativeMarginError: error, forcedCells: forced,
          stop: ascent.hasNewton ? .balancedByNewton : .balancedBySweeps)
      }
    }
    throw .notConverged(sweeps: Self.sweepLimit, error: error)
  }

  private func value(_ i: Int, _ j: Int) -> Double {
    let cell = problem.index(i, j)
    return min(max(a[i] * b[j] * problem.seed[cell], problem.lower[cell]), problem.upper[cell])
  }

  private func values() -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(problem.seed.count)
    for j in b.indices { for i in a.indices { values.append(value(i, j)) } }
    return values
  }

  private func marginError(_ values: [Double]) -> Double {
    var error = 0.0
    func note(_ sum: Double, _ margin: Double) {
      let difference = abs(sum - margin)
      error = max(error, margin > 0 ? difference / margin : (difference > 0 ? .infinity : 0))
    }
    for i in a.indices {
      note(b.indices.reduce(0) { $0 + values[problem.index(i, $1)] }, problem.rows[i])
    }
    for j in b.indices {
      note(a.indices.reduce(0) { $0 + values[problem.index($1, j)] }, problem.columns[j])
    }
    return error
  }

  private mutating func sweepRows() {
    for i in a.indices {
      let line = b.indices.map { term(problem.index(i, $0), factor: b[$0]) }
      a[i] = ClippedSum.factor(line, total: problem.rows[i]) ?? a[i]
    }
  }

  private mutating func sweepColumns() {
    for j in b.indices {
      let line = a.indices.map { term(problem.index($0, j), factor: a[$0]) }
      b[j] = ClippedSum.factor(line, total: problem.columns[j]) ?? b[j]
    }
  }

  private func term(_ cell: Int, factor: Double) -> ClippedSum.Term {
    ClippedSum.Term(
      weight: problem.seed[cell] * factor, lower: problem.lower[cell], upper: problem.upper[cell])
  }

  /// A Newton step on `(ln a, ln b)` over the cells inside their bounds, shortened until the squared
  /// margin error falls.
  private mutating func newton() {
    let n = a.count
    let size = n + b.count
    var H = Matrix(rows: size, columns: size)
    var gap = problem.rows + problem.columns
    for j in b.indices {
      for i in a.indices {
        let cell = problem.index(i, j)
        let value = value(i, j)
        gap[i] -= value
        gap[n + j] -= value
        guard value > problem.lower[cell], value < problem.upper[cell] else { continue }
        H[i, i] += value
        H[n + j, n + j] += value
        H[i, n + j] += value
        H[n + j, i] += value
      }
    }
    let ridge = 1e-11 * H.diagonal.reduce(0, +) / Double(size)
    for k in 0..<size { H[k, k] += ridge }
    guard let step = try? Cholesky(H).solve(gap) else { return }
    let before = dot(gap, gap)
    var length = 1.0
    for _ in 0..<20 {
      var trial = self
      for i in a.indices { trial.a[i] *= Glibc.exp(length * step[i]) }
      for j in b.indices { trial.b[j] *= Glibc.exp(length * step[n + j]) }
      if trial.squaredGap() < before {
        self = trial
        hasNewton = true
        return
      }
      length *= 0.5
    }
  }

  private func squaredGap() -> Double {
    let values = values()
    var sum = 0.0
    for i in a.indices {
      let gap = problem.rows[i] - b.indices.reduce(0) { $0 + values[problem.index(i, $1)] }
      sum += gap * gap
    }
    for j in b.indices {
      let gap = problem.columns[j] - a.indices.reduce(0) { $0 + values[problem.index($1, j)] }
      sum += gap * gap
    }
    return sum
  }
}
