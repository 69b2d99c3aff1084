import Glibc

/// ½ n ln of the mean square of errors from a past of zeros: near the exact objective, at a fraction of its
/// work, because only lags with a coefficient cost anything. Searches for the exact one begin at its optimum.
struct ConditionalObjective {
  private let order: ARIMAOrder
  private let m: Int
  private let values: [Double]
  private let regressor: [Double]
  private let floor: Double

  /// - Parameters:
  ///   - regressor: with the series' length, or empty.
  ///   - floor: least sum of squares that counts.
  init(
    _ differenced: [Double], regressor: [Double], order: ARIMAOrder, season m: Int, floor: Double
  ) {
    values = differenced
    self.regressor = regressor
    self.order = order
    self.m = m
    self.floor = floor
  }

  /// At several points, side by side: a step waits for the one before it, and the others fill the wait.
  func values(_ points: [[Double]]) -> [Double] {
    var result: [Double] = []
    while result.count < points.count {
      let rest = points[result.count...]
      result +=
        rest.count == 1
        ? values(rest, SIMD2<Double>.self)
        : rest.count <= 4
          ? values(rest, SIMD4<Double>.self) : values(rest.prefix(8), SIMD8<Double>.self)
    }
    return result
  }

  /// - Parameter points: at most as many as there are lanes.
  @inline(__always)
  private func values<Lanes: SIMD>(
    _ points: ArraySlice<[Double]>, _: Lanes.Type
  ) -> [Double] where Lanes.Scalar == Double {
    let lags = LagLanes<Lanes>(free: points, order: order, season: m)
    let own = Self.errors(values, lags)
    var squares = Lanes()
    for e in own { squares += e * e }
    if !regressor.isEmpty {
      let unit = Self.errors(regressor, lags)
      var (size, both) = (Lanes(), Lanes())
      for t in unit.indices {
        size += unit[t] * unit[t]
        both += own[t] * unit[t]
      }
      squares.replace(with: squares - both * both / size, where: size .> Lanes())
    }
    let n = Double(values.count)
    return points.indices.map { place in
      let sum = squares[place - points.startIndex]
      return sum.isFinite ? 0.5 * n * Glibc.log(max(sum, floor) / n) : 1e12
    }
  }

  @inline(__always)
  private static func errors<Lanes: SIMD>(_ w: [Double], _ lags: LagLanes<Lanes>) -> [Lanes] {
    var e = [Lanes](repeating: Lanes(), count: w.count)
    for t in w.indices {
      var sum = Lanes(repeating: w[t])
      for lag in lags.ar where t >= lag.steps { sum -= lag.coefficient * w[t - lag.steps] }
      for lag in lags.ma where t >= lag.steps { sum -= lag.coefficient * e[t - lag.steps] }
      e[t] = sum
    }
    return e
  }
}
