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

  func callAsFunction(_ u: [Double]) -> Double {
    let coefficients = ARIMACoefficients(free: u, order: order)
    let ar = Self.lags(coefficients.expandedAR(m))
    let ma = Self.lags(coefficients.expandedMA(m))
    let own = Self.errors(values, ar, ma)
    var squares = own.reduce(0) { $0 + $1 * $1 }
    if !regressor.isEmpty {
      let unit = Self.errors(regressor, ar, ma)
      let size = unit.reduce(0) { $0 + $1 * $1 }
      let both = zip(own, unit).reduce(0) { $0 + $1.0 * $1.1 }
      if size > 0 { squares -= both * both / size }
    }
    guard squares.isFinite else { return 1e12 }
    let n = Double(values.count)
    return 0.5 * n * Glibc.log(max(squares, floor) / n)
  }

  private struct Lag {
    let steps: Int
    let coefficient: Double
  }

  private static func lags(_ coefficients: [Double]) -> [Lag] {
    coefficients.indices.filter { coefficients[$0] != 0 }.map {
      Lag(steps: $0 + 1, coefficient: coefficients[$0])
    }
  }

  private static func errors(_ w: [Double], _ ar: [Lag], _ ma: [Lag]) -> [Double] {
    var e = w
    for t in w.indices {
      var sum = w[t]
      for lag in ar where t >= lag.steps { sum -= lag.coefficient * w[t - lag.steps] }
      for lag in ma where t >= lag.steps { sum -= lag.coefficient * e[t - lag.steps] }
      e[t] = sum
    }
    return e
  }
}
