import Glibc

/// Coefficients of `φ(B) Φ(B^m) w = θ(B) Θ(B^m) ε`, with φ(B) = 1 − Σ φ B^i and θ(B) = 1 + Σ θ B^i
/// (the signs of R).
public struct ARIMACoefficients: Hashable, Sendable {
  public var ar: [Double]
  public var ma: [Double]
  public var seasonalAR: [Double]
  public var seasonalMA: [Double]
  /// Mean or drift per step; `nil` without one.
  public var constant: Double?

  public init(
    ar: [Double] = [], ma: [Double] = [], seasonalAR: [Double] = [], seasonalMA: [Double] = [],
    constant: Double? = nil
  ) {
    self.ar = ar
    self.ma = ma
    self.seasonalAR = seasonalAR
    self.seasonalMA = seasonalMA
    self.constant = constant
  }

  /// Coefficients of the expanded autoregression, lag 1 first.
  func expandedAR(_ m: Int) -> [Double] { Self.expanded(ar, seasonalAR, m, sign: -1) }

  /// Coefficients of the expanded moving average, lag 1 first.
  func expandedMA(_ m: Int) -> [Double] { Self.expanded(ma, seasonalMA, m, sign: 1) }

  /// `sign` times what (1 + Σ sign aᵢ Bⁱ) (1 + Σ sign bⱼ B^{mj}) has behind the one.
  private static func expanded(
    _ plain: [Double], _ seasonal: [Double], _ m: Int, sign: Double
  ) -> [Double] {
    guard !seasonal.isEmpty else { return plain }
    var result = plain + [Double](repeating: 0, count: m * seasonal.count)
    for j in seasonal.indices {
      result[m * (j + 1) - 1] += seasonal[j]
      for i in plain.indices { result[m * (j + 1) + i] += sign * plain[i] * seasonal[j] }
    }
    return result
  }

  /// From free numbers: their hyperbolic tangents are partial autocorrelations, so that any numbers
  /// give a stationary and invertible model (Monahan 1984, Biometrika 71).
  init(free u: [Double], order: ARIMAOrder) {
    var rest = u[...]
    func take(_ count: Int) -> [Double] {
      guard count > 0 else { return [] }
      defer { rest = rest.dropFirst(count) }
      let partials = rest.prefix(count).map { Glibc.tanh($0) * (1 - 1e-9) }
      return count == 1 ? partials : autoregression(partials)
    }
    ar = take(order.p)
    ma = take(order.q).map { -$0 }
    seasonalAR = take(order.seasonalP)
    seasonalMA = take(order.seasonalQ).map { -$0 }
    constant = nil
  }

  /// The free numbers of these coefficients cut or filled with zeros to `order`, drawn in where they
  /// lie on or beyond the border.
  func free(_ order: ARIMAOrder) -> [Double] {
    func part(_ coefficients: [Double], _ count: Int) -> [Double] {
      let partial = partials(coefficients).map { Glibc.atanh(min(max($0, -0.98), 0.98)) }
      return Array(partial.prefix(count))
        + [Double](repeating: 0, count: max(0, count - partial.count))
    }
    return part(ar, order.p) + part(ma.map { -$0 }, order.q) + part(seasonalAR, order.seasonalP)
      + part(seasonalMA.map { -$0 }, order.seasonalQ)
  }

  /// Smallest modulus of the roots of the four polynomials; infinite without any.
  var smallestRoot: Double {
    min(
      smallestRootModulus(ar.map { -$0 }), smallestRootModulus(ma),
      smallestRootModulus(seasonalAR.map { -$0 }), smallestRootModulus(seasonalMA))
  }
}

/// Durbin–Levinson: coefficients of the autoregression with these partial autocorrelations.
func autoregression(_ partials: [Double]) -> [Double] {
  var phi: [Double] = []
  for (k, r) in partials.enumerated() {
    let before = phi
    for i in 0..<k { phi[i] = before[i] - r * before[k - 1 - i] }
    phi.append(r)
  }
  return phi
}

/// The reverse of `autoregression`. Beyond the border of stationarity the recursion stops and the
/// rest is zero.
func partials(_ phi: [Double]) -> [Double] {
  var result = [Double](repeating: 0, count: phi.count)
  var current = phi
  for k in stride(from: phi.count - 1, through: 0, by: -1) {
    let r = current[k]
    result[k] = r
    guard abs(r) < 1 else { return result.map { abs($0) < 1 ? $0 : $0 > 0 ? 0.98 : -0.98 } }
    let before = current
    for i in 0..<k { current[i] = (before[i] + r * before[k - 1 - i]) / (1 - r * r) }
  }
  return result
}
