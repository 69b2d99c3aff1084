/// Orders of a seasonal ARIMA model, and whether it has a constant.
public struct ARIMAOrder: Hashable, Sendable, CustomStringConvertible {
  public var p: Int
  public var d: Int
  public var q: Int
  public var seasonalP: Int
  public var seasonalD: Int
  public var seasonalQ: Int
  /// A mean when nothing is differenced, a drift when one difference is taken. Ignored beyond.
  public var hasConstant: Bool

  /// - Precondition: orders are not negative.
  public init(
    _ p: Int, _ d: Int, _ q: Int, seasonal: (p: Int, d: Int, q: Int) = (0, 0, 0), hasConstant: Bool
  ) {
    precondition(
      min(p, d, q, seasonal.p, seasonal.d, seasonal.q) >= 0,
      "orders \(p), \(d), \(q), \(seasonal)")
    self.p = p
    self.d = d
    self.q = q
    seasonalP = seasonal.p
    seasonalD = seasonal.d
    seasonalQ = seasonal.q
    self.hasConstant = hasConstant && d + seasonal.d <= 1
  }

  /// Autoregressive and moving average coefficients, both kinds.
  public var armaCount: Int { p + q + seasonalP + seasonalQ }
  /// Coefficients but the variance.
  public var coefficientCount: Int { armaCount + (hasConstant ? 1 : 0) }
  public var isSeasonal: Bool { seasonalP + seasonalD + seasonalQ > 0 }
  public var differences: Int { d + seasonalD }

  /// Values that differencing uses up.
  func lost(_ m: Int) -> Int { d + m * seasonalD }

  /// `1,1,1` or `(0,1,1)(0,1,1)`.
  public var description: String {
    let plain = "(\(p),\(d),\(q))"
    return isSeasonal ? plain + "(\(seasonalP),\(seasonalD),\(seasonalQ))" : plain
  }

  /// δ of `(1 − B)^d (1 − B^m)^D = 1 − Σ δ_j B^j`, lag 1 first.
  func differencing(_ m: Int) -> [Double] {
    var polynomial = [1.0]
    for _ in 0..<d { polynomial = product(polynomial, [1, -1]) }
    let seasonal = [1] + [Double](repeating: 0, count: m - 1) + [-1]
    for _ in 0..<seasonalD { polynomial = product(polynomial, seasonal) }
    return polynomial.dropFirst().map { -$0 }
  }

  /// `values` differenced; NaN where any value it needs is.
  func differenced(_ values: [Double], season m: Int) -> [Double] {
    var result = values
    for _ in 0..<seasonalD where result.count > m {
      result = zip(result.dropFirst(m), result).map { $0 - $1 }
    }
    for _ in 0..<d where result.count > 1 {
      result = zip(result.dropFirst(), result).map { $0 - $1 }
    }
    return result
  }
}

/// Product of two polynomials, constant term first.
func product(_ a: [Double], _ b: [Double]) -> [Double] {
  var result = [Double](repeating: 0, count: a.count + b.count - 1)
  for i in a.indices where a[i] != 0 {
    for j in b.indices { result[i + j] += a[i] * b[j] }
  }
  return result
}
