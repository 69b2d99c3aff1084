import Glibc

/// `ln Σ eˣ` without overflow; −∞ for an empty list.
public func logSumExp(_ x: [Double]) -> Double {
  guard let largest = x.max(), largest > -.infinity else {
    return x.contains(where: \.isNaN) ? .nan : -.infinity
  }
  if largest == .infinity { return x.contains(where: \.isNaN) ? .nan : .infinity }
  return largest + Glibc.log(x.reduce(0) { $0 + Glibc.exp($1 - largest) })
}

/// `ln(1 + eˣ)`, without overflow.
public func log1pExp(_ x: Double) -> Double {
  x > 0 ? x + log1p(Glibc.exp(-x)) : log1p(Glibc.exp(x))
}

/// `ln(1 − eˣ)` for x ≤ 0, accurate at both ends (M. Mächler, Accurately computing log(1 − exp(−|a|)),
/// 2012).
public func log1mExp(_ x: Double) -> Double {
  precondition(!(x > 0), "ln(1 − eˣ) at x = \(x)")
  return x > -0.693_147_180_559_945_309_4 ? Glibc.log(-expm1(x)) : log1p(-Glibc.exp(x))
}

/// `ln(p / (1 − p))`.
public func logit(_ p: Double) -> Double {
  precondition(p >= 0 && p <= 1, "logit of \(p)")
  if p > 0.25 && p < 0.75 { return 2 * atanh(2 * (p - 0.5)) }
  return Glibc.log(p) - log1p(-p)
}

/// `1 / (1 + e⁻ˣ)`, with full relative accuracy for negative x.
public func logistic(_ x: Double) -> Double {
  if x >= 0 { return 1 / (1 + Glibc.exp(-x)) }
  let e = Glibc.exp(x)
  return e / (1 + e)
}

/// `x ln y`, 0 where x is 0 whatever y.
public func xlogy(_ x: Double, _ y: Double) -> Double { x == 0 ? 0 : x * Glibc.log(y) }
