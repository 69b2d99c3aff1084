import Glibc

/// Coefficients of the expanded polynomials of several points of a search, a lane each: only of the lags to which
/// the order gives one.
struct LagLanes<Lanes: SIMD> where Lanes.Scalar == Double {
  struct Lag {
    let steps: Int
    var coefficient: Lanes
  }

  /// Ascending by steps where a season is longer than the plain polynomial.
  let ar: [Lag]
  let ma: [Lag]

  /// The coefficients of `ARIMACoefficients(free:order:)`, bit for bit.
  ///
  /// - Parameter points: at most as many as there are lanes.
  @inline(__always)
  init(free points: ArraySlice<[Double]>, order: ARIMAOrder, season m: Int) {
    var start = 0
    func take(_ count: Int, sign: Double) -> [Lanes] {
      var part = [Lanes](repeating: Lanes(), count: count)
      for (lane, point) in points.enumerated() where count > 0 {
        let partials = point[start..<(start + count)].map { Glibc.tanh($0) * (1 - 1e-9) }
        let own = count == 1 ? partials : autoregression(partials)
        for k in 0..<count { part[k][lane] = sign * own[k] }
      }
      start += count
      return part
    }
    let plainAR = take(order.p, sign: 1)
    let plainMA = take(order.q, sign: -1)
    let seasonalAR = take(order.seasonalP, sign: 1)
    ar = Self.product(plainAR, seasonalAR, m, sign: -1)
    ma = Self.product(plainMA, take(order.seasonalQ, sign: -1), m, sign: 1)
  }

  /// As `ARIMACoefficients.expandedAR` and its like.
  @inline(__always)
  private static func product(
    _ plain: [Lanes], _ seasonal: [Lanes], _ m: Int, sign: Double
  ) -> [Lag] {
    var lags = plain.indices.map { Lag(steps: $0 + 1, coefficient: plain[$0]) }
    func add(_ steps: Int, _ value: Lanes) {
      if let k = lags.firstIndex(where: { $0.steps == steps }) {
        lags[k].coefficient += value
      } else {
        lags.append(Lag(steps: steps, coefficient: value))
      }
    }
    for j in seasonal.indices {
      add(m * (j + 1), seasonal[j])
      for i in plain.indices { add(m * (j + 1) + i + 1, sign * plain[i] * seasonal[j]) }
    }
    return lags
  }
}
