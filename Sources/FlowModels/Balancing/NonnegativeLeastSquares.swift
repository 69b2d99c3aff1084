import Kernel

/// Least squares with non-negative coefficients by active sets (Lawson & Hanson 1974, ch. 23).
enum NonnegativeLeastSquares {
  /// `r = B'(1 + w)` of least length over `w ≥ 0`, by which `Br ≥ 0`; `nil` when `r` is 0.
  ///
  /// - Parameter B: one row for each candidate.
  /// - Complexity: O(rows · columns²) times the number of active sets visited.
  static func separator(_ B: Matrix) -> [Double]? {
    let count = B.rows
    let lengths = (0..<count).map { norm(B.row($0)) }
    let scale = lengths.reduce(0, +)
    guard scale > 0 else { return nil }
    let base = B.transposeTimes([Double](repeating: 1, count: count))
    var w = [Double](repeating: 0, count: count)
    var passive: [Int] = []
    var banned: Set<Int> = []
    for _ in 0..<(10 * (count + B.columns) + 100) {
      let r = residual(B, base, w)
      guard norm(r) > 1e-9 * scale else { return nil }
      let gradient = B.times(r)
      let size = norm(r)
      var best: Int?
      for i in 0..<count where w[i] == 0 && !passive.contains(i) && !banned.contains(i) {
        if gradient[i] < -1e-10 * lengths[i] * size,
          best.map({ gradient[i] < gradient[$0] }) ?? true
        {
          best = i
        }
      }
      guard let entering = best else { return r }
      passive.append(entering)
      passive.sort()
      if settle(B, base, &w, &passive) {
        if w[entering] == 0 { banned.insert(entering) } else { banned.removeAll() }
      } else {
        passive.removeAll { $0 == entering }
        banned.insert(entering)
      }
    }
    return nil
  }

  private static func residual(_ B: Matrix, _ base: [Double], _ w: [Double]) -> [Double] {
    let change = B.transposeTimes(w)
    return base.indices.map { base[$0] + change[$0] }
  }

  /// Moves to the best point of the active set, letting coefficients go that would become negative.
  private static func settle(
    _ B: Matrix, _ base: [Double], _ w: inout [Double], _ passive: inout [Int]
  ) -> Bool {
    while !passive.isEmpty {
      let A = B.selectingRows(passive).transposed
      guard let fit = try? leastSquares(A, base.map { -$0 }, tolerance: 1e-12),
        fit.dependent.isEmpty
      else { return false }
      let trial = fit.coefficients
      if trial.allSatisfy({ $0 > 0 }) {
        for (position, i) in passive.enumerated() { w[i] = trial[position] }
        return true
      }
      var step = 1.0
      for (position, i) in passive.enumerated() where trial[position] <= 0 {
        let distance = w[i] - trial[position]
        step = min(step, distance > 0 ? w[i] / distance : 0)
      }
      for (position, i) in passive.enumerated() { w[i] += step * (trial[position] - w[i]) }
      for (position, i) in passive.enumerated() where trial[position] <= 0 && w[i] <= 1e-14 {
        w[i] = 0
      }
      let before = passive.count
      passive.removeAll { w[$0] == 0 }
      guard passive.count < before else { return false }
    }
    return true
  }
}
