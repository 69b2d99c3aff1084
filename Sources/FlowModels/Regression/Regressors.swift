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

  /// Sets aside, in the order of the formula, every regressor of which less than 1e-10 of the
  /// variation is left after effects and earlier regressors.
  init(_ design: RegressionDesign, hasIntercept: Bool) throws {
    let constant = Grouping.constant(rows: design.count)
    space = EffectSpace(hasIntercept ? [constant] : design.effects, rows: design.count)
    self.hasIntercept = hasIntercept
    let mean = design.y.reduce(0, +) / Double(design.count)
    let weights = design.y.map { max(0.5 * ($0 + mean), .leastNormalMagnitude) }
    var kept: [Int] = []
    var collinear: [Int] = []
    var basis: [[Double]] = []
    for (term, column) in design.x.enumerated() {
      var start = [Double](repeating: 0, count: space.levelCount)
      guard
        var rest = space.residual(column, weights: weights, solution: &start, tolerance: 1e-13)
      else { throw FitError.partiallingFailed }
      let total = Self.variation(column, weights, aroundMean: !space.isEmpty)
      for _ in 0..<2 {
        for direction in basis {
          let share = Self.inner(direction, rest, weights)
          for row in rest.indices { rest[row] -= share * direction[row] }
        }
      }
      let left = Self.inner(rest, rest, weights)
      if left <= 1e-10 * total {
        collinear.append(term)
      } else {
        let size = left.squareRoot()
        basis.append(rest.map { $0 / size })
        kept.append(term)
      }
    }
    self.kept = kept
    self.collinear = collinear
    columns = kept.map { design.x[$0] }
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
    var result: [[Double]] = []
    for k in columns.indices {
      guard
        let residual = space.residual(
          columns[k], weights: weights, solution: &solutions[k], tolerance: tolerance)
      else { throw .partiallingFailed }
      result.append(residual)
    }
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
  /// The flows scatter no more than Poisson's.
  case noOverdispersion
  case notConverged(iterations: Int, change: Double)
}
