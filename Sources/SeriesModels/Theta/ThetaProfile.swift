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
  /// Line that step t sees.
  private let lines: [(intercept: Double, slope: Double)]
  /// `nil` where it is estimated.
  private let share: Double?
  private let uncounted: Int

  /// - Parameter uncounted: first errors left out of the sum.
  init(_ values: [Double], isDynamic: Bool, share: Double?, uncounted: Int) {
    self.values = values
    self.uncounted = uncounted
    self.share = share
    if isDynamic {
      var line = TrendLine()
      lines = values.map { y in
        let seen = (line.intercept, line.slope)
        line.add(y)
        return seen
      }
    } else {
      let line = TrendLine(values)
      lines = values.map { _ in (line.intercept, line.slope) }
    }
  }

  /// The best α of a grid, refined between its neighbours.
  func best() -> Optimum? {
    let count = 32
    let (low, high) = (Self.alphas.lowerBound, Self.alphas.upperBound)
    func alpha(_ k: Int) -> Double { low + (high - low) * Double(k) / Double(count) }
    let squares = (0...count).map { at(alpha($0)).squares }
    guard let k = squares.indices.min(by: { squares[$0] < squares[$1] }), squares[k].isFinite else {
      return nil
    }
    let grid = at(alpha(k))
    let span = alpha(max(0, k - 1))...alpha(min(count, k + 1))
    guard let found = try? brentMinimum(in: span, tolerance: 1e-9, { at($0).squares }),
      found.value < grid.squares
    else { return grid }
    return at(found.point[0])
  }

  private func at(_ alpha: Double) -> Optimum {
    let kept = 1 - alpha
    var (power, level) = (1.0, 0.0)
    // Sums of products of x = ∂μ/∂ℓ_0, g = ∂μ/∂c and the rest z = y − (level without ℓ_0).
    var (xx, xg, gg, xz, gz, zz) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for (t, (y, line)) in zip(values, lines).enumerated() {
      if t >= uncounted {
        let g = power * line.intercept + (1 - power * kept) / alpha * line.slope
        let z = y - level
        xx += power * power
        xg += power * g
        gg += g * g
        xz += power * z
        gz += g * z
        zz += z * z
      }
      level = alpha * y + kept * level
      power *= kept
    }
    var c = share ?? 0.5
    if share == nil {
      let determinant = xx * gg - xg * xg
      let free = (xx * gz - xg * xz) / determinant
      c = determinant > 1e-12 * xx * gg ? min(1, max(0, free)) : 0
    }
    let start = (xz - c * xg) / xx
    let squares =
      zz - 2 * start * xz - 2 * c * gz + start * start * xx + 2 * start * c * xg + c * c * gg
    return Optimum(alpha: alpha, share: c, level: start, squares: squares)
  }
}
