import Kernel

/// The regressors of a fit with the effects they are partialled out of, collinear ones set aside.
struct Regressors {
  /// Index among the terms of the formula of each regressor that is kept.
  let kept: [Int]
  /// Terms that the effects and the earlier terms determine.
  let collinear: [Int]
  let columns: [[Double]]
  let space: EffectSpace
  /// With an intercept the space is that of the constant.
  let hasIntercept: Bool

  /// Effects by which each kept regressor is nearly explained: starts for exact ones.
  let starts: [[Double]]

  /// Sets aside, in the order of the formula, every regressor of which less than 1e-10 of the
  /// variation is left after effects and earlier regressors.
  init(_ design: RegressionDesign, hasIntercept: Bool) throws {
    let space = EffectSpace(
      hasIntercept ? [.constant(rows: design.count)] : design.effects, rows: design.count)
    let mean = design.y.reduce(0, +) / Double(design.count)
    // The weights at the start of a fit to flows; a response below 0 is that of least squares.
    let weights =
      design.y.contains { $0 < 0 }
      ? design.y.map { _ in 1 }
      : design.y.map { max(0.5 * ($0 + mean), .leastNormalMagnitude) }
    var found = try Self.independent(design.x, weights, space, tolerance: 1e-3)
    // A regressor of which little is left is judged by exact residuals only.
    if found.leastLeft < 1e-4 {
      found = try Self.independent(design.x, weights, space, tolerance: 1e-13)
    }
    self.space = space
    self.hasIntercept = hasIntercept
    kept = found.kept
    collinear = design.x.indices.filter { !found.kept.contains($0) }
    columns = kept.map { design.x[$0] }
    starts = kept.map { found.starts[$0] }
  }

  private static func independent(
    _ x: [[Double]], _ weights: [Double], _ space: EffectSpace, tolerance: Double
  ) throws -> (kept: [Int], starts: [[Double]], leastLeft: Double) {
    var starts = x.map { _ in [Double](repeating: 0, count: space.levelCount) }
    guard
      let residuals = space.residuals(
        x, weights: weights, solutions: &starts, tolerance: tolerance)
    else { throw FitError.partiallingFailed.fault }
    var kept: [Int] = []
    var basis: [[Double]] = []
    var leastLeft = Double.infinity
    for (term, column) in x.enumerated() {
      var rest = residuals[term]
      let total = variation(column, weights, aroundMean: space.hasConstant)
      for _ in 0..<2 {
        for direction in basis {
          let share = inner(direction, rest, weights)
          for row in rest.indices { rest[row] -= share * direction[row] }
        }
      }
      let left = inner(rest, rest, weights)
      leastLeft = min(leastLeft, total > 0 ? left / total : 0)
      guard left > 1e-10 * total else { continue }
      let size = left.squareRoot()
      kept.append(term)
      if term + 1 < x.count { basis.append(rest.map { $0 / size }) }
    }
    return (kept, starts, leastLeft)
  }

  private static func inner(_ a: [Double], _ b: [Double], _ w: [Double]) -> Double {
    var sum = 0.0
    for row in a.indices { sum += w[row] * a[row] * b[row] }
    return sum
  }

  private static func variation(_ x: [Double], _ w: [Double], aroundMean: Bool) -> Double {
    guard aroundMean else { return inner(x, x, w) }
    let ones = [Double](repeating: 1, count: x.count)
    let mean = inner(x, ones, w) / inner(ones, ones, w)
    let centred = x.map { $0 - mean }
    return inner(centred, centred, w)
  }

  /// Every regressor with the weighted fit on the effects taken away.
  /// - Parameter solutions: a start for each column, kept for the next call.
  func partialled(
    weights: [Double], solutions: inout [[Double]], tolerance: Double
  ) throws(FitError) -> [[Double]] {
    guard
      let result = space.residuals(
        columns, weights: weights, solutions: &solutions, tolerance: tolerance)
    else { throw .partiallingFailed }
    return result
  }

  /// Least squares of `z` on the partialled regressors, whose columns are first brought to length 1.
  static func coefficients(
    _ x: [[Double]], _ z: [Double], weights w: [Double]
  ) throws(FitError) -> [Double] {
    guard !x.isEmpty else { return [] }
    let lengths = x.map { inner($0, $0, w).squareRoot() }
    var gram = Matrix(rows: x.count, columns: x.count)
    var right = [Double](repeating: 0, count: x.count)
    for a in x.indices {
      right[a] = inner(x[a], z, w) / lengths[a]
      for b in 0...a {
        gram[a, b] = inner(x[a], x[b], w) / (lengths[a] * lengths[b])
        gram[b, a] = gram[a, b]
      }
    }
    do {
      let solution = try Cholesky(gram).solve(right)
      return solution.indices.map { solution[$0] / lengths[$0] }
    } catch {
      throw .singular
    }
  }
}

/// Why numbers could not be found.
enum FitError: Error, Hashable {
  case partiallingFailed
  case singular
  /// A step, however short, leads to means that are no numbers.
  case notFinite
  /// The flows scatter no more than Poisson's.
  case noOverdispersion
  case notConverged(iterations: Int, change: Double)
}
