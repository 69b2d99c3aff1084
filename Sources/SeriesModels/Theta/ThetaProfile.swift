import Kernel

/// Least squares of a Theta model, in closed form but for α.
///
/// The lines do not depend on the parameters, so that with α given the one-step means are linear in the
/// initial level and in the share c = 1 − 1/θ.
struct ThetaProfile {
  struct Optimum {
    let alpha: Double
    /// 1 − 1/θ, from 0 to 1.
    let share: Double
    let level: Double
    /// Σ e².
    let squares: Double
  }

  static let alphas = 0.1...0.99

  private let values: [Double]
  /// Line that each step sees.
  private let intercepts: [Double]
  private let slopes: [Double]
  /// `nil` where it is estimated.
  private let share: Double?
  private let uncounted: Int

  /// - Parameter uncounted: first errors left out of the sum.
  init(_ values: [Double], isDynamic: Bool, share: Double?, uncounted: Int) {
    self.values = values
    self.uncounted = uncounted
    self.share = share
    var line = isDynamic ? TrendLine() : TrendLine(values)
    var intercepts: [Double] = []
    var slopes: [Double] = []
    intercepts.reserveCapacity(values.count)
    slopes.reserveCapacity(values.count)
    for y in values {
      intercepts.append(line.intercept)
      slopes.append(line.slope)
      if isDynamic { line.add(y) }
    }
    self.intercepts = intercepts
    self.slopes = slopes
  }

  /// The best α of a grid, refined between its neighbours: parabolas say where to look, and eight points at once
  /// are nearer and nearer to that place.
  func best() -> Optimum? {
    let (low, high) = (Self.alphas.lowerBound, Self.alphas.upperBound)
    let count = 32
    var found = at((0..<count).map { low + (high - low) * Double($0) / Double(count - 1) })
    guard found.contains(where: { $0.squares.isFinite }) else { return nil }
    for _ in 0..<20 {
      let k = Self.least(found)
      let near = Array(found[max(0, k - 1)...min(found.count - 1, k + 1)])
      let points = Self.places(between: near, least: k == 0 ? 0 : 1)
      if points.isEmpty { break }
      found = (near + at(points)).sorted { $0.alpha < $1.alpha }
    }
    return found[Self.least(found)]
  }

  private static func least(_ found: [Optimum]) -> Int {
    func size(_ k: Int) -> Double { found[k].squares.isNaN ? .infinity : found[k].squares }
    return found.indices.min { size($0) < size($1) } ?? 0
  }

  /// Where to look next: about the vertex of the parabola through three points, or, at a border, between it and
  /// its neighbour. Empty where nothing is left to be found.
  private static func places(between near: [Optimum], least k: Int) -> [Double] {
    let x = near.map(\.alpha)
    guard let first = x.first, let last = x.last, last - first > 1e-8 else { return [] }
    guard near.count == 3 else {
      return (1...8).map { first + (last - first) * Double($0) / 9 }
    }
    let f = near.map(\.squares)
    let (left, right) = ((x[1] - x[0]) * (f[1] - f[2]), (x[1] - x[2]) * (f[1] - f[0]))
    let move = 0.5 * ((x[1] - x[0]) * left - (x[1] - x[2]) * right) / (left - right)
    var vertex = x[1] - move
    if !(vertex > first && vertex < last) { vertex = x[1] }
    // What the parabola still promises is rounding.
    let curvature = (left - right) / ((x[1] - x[0]) * (x[1] - x[2]) * (x[0] - x[2]))
    if vertex != x[1], abs(curvature * move * move) < 1e-15 * abs(f[1]) { return [] }
    let reach = 0.5 * min(vertex - first, last - vertex)
    let middle = x[1] - first > last - x[1] ? 0.5 * (first + x[1]) : 0.5 * (x[1] + last)
    let steps = [-1, -0.125, -0.015625, 0, 0.015625, 0.125, 1]
    return (steps.map { vertex + reach * $0 } + [middle]).filter { !x.contains($0) }
  }

  private func at(_ alphas: [Double]) -> [Optimum] {
    stride(from: 0, to: alphas.count, by: 8).flatMap { start in
      let some = Array(alphas[start..<min(start + 8, alphas.count)])
      return zip(
        some,
        smoothedSums(
          of: values, intercepts: intercepts, slopes: slopes, uncounted: uncounted, alphas: some)
      ).map { optimum($0, $1) }
    }
  }

  private func optimum(_ alpha: Double, _ sums: SmoothedSums) -> Optimum {
    var c = share ?? 0.5
    if share == nil {
      let determinant = sums.xx * sums.gg - sums.xg * sums.xg
      let free = (sums.xx * sums.gz - sums.xg * sums.xz) / determinant
      c = determinant > 1e-12 * sums.xx * sums.gg ? min(1, max(0, free)) : 0
    }
    let start = (sums.xz - c * sums.xg) / sums.xx
    let squares =
      sums.zz - 2 * start * sums.xz - 2 * c * sums.gz + start * start * sums.xx
      + 2 * start * c * sums.xg + c * c * sums.gg
    return Optimum(alpha: alpha, share: c, level: start, squares: squares)
  }
}
