import Glibc

/// `I_x(a, b)`, the regularised incomplete beta function, a, b > 0, x in [0, 1].
///
/// Goals in order: 1 relative accuracy of the smaller of `I` and `1 − I`; 2 shapes from 1e-3 to 1e8;
/// 3 speed. By the even part of the classical continued fraction (A. R. DiDonato and A. H. Morris,
/// algorithm 708, ACM Transactions on Mathematical Software 18, 1992), on the side of the mean where
/// it converges fast. Shapes below 1e-3 lose digits of the larger side's complement in proportion.
public func betaI(_ a: Double, _ b: Double, _ x: Double) -> Double {
  incompleteBeta(a, b, x, 1 - x).lower
}

/// `1 − I_x(a, b)`, with its own relative accuracy.
public func betaIComplement(_ a: Double, _ b: Double, _ x: Double) -> Double {
  incompleteBeta(a, b, x, 1 - x).upper
}

/// As `betaI` for `x` and `y = 1 − x`, the smaller of which carries the accuracy.
func incompleteBeta(
  _ a: Double, _ b: Double, _ x: Double, _ y: Double
) -> (lower: Double, upper: Double) {
  precondition(a > 0 && b > 0, "incomplete beta function with shapes \(a) and \(b)")
  precondition(x >= 0 && y >= 0, "incomplete beta function at x = \(x)")
  if x == 0 { return (0, 1) }
  if y == 0 { return (1, 0) }
  let excess = betaExcess(a, b, x, y)
  // Below the mean, shifted by one so that small shapes switch inside (0, 1).
  if excess + 1 - 2 * x > 0 || a > 1 && b > 1 && excess >= 0 {
    let lower = betaPrefix(a, b, x, y, excess) / betaFraction(a, b, x, y, excess)
    return (min(lower, 1), max(1 - lower, 0))
  }
  let upper = betaPrefix(a, b, x, y, excess) / betaFraction(b, a, y, x, -excess)
  return (max(1 - upper, 0), min(upper, 1))
}

/// `a y − b x`, exact but for one rounding: products with their errors, from the smaller of x and y.
func betaExcess(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
  if y < x { return -betaExcess(b, a, y, x) }
  let ax = a * x, bx = b * x
  let first = difference(a, ax)
  let second = difference(first.value, bx)
  return second.value + (first.error + second.error - fma(a, x, -ax) - fma(b, x, -bx))
}

/// `p − q` and what rounding took from it (Knuth's two-sum).
private func difference(_ p: Double, _ q: Double) -> (value: Double, error: Double) {
  let value = p - q
  let back = value - p
  return (value, (p - (value - back)) - (q + back))
}

/// `xᵃ yᵇ / B(a, b)`, which is also `x y · dI/dx`.
func betaPrefix(_ a: Double, _ b: Double, _ x: Double, _ y: Double, _ excess: Double) -> Double {
  if min(a, b) >= 10 {
    // Around the mean, both logarithms against their own shape.
    let exponent = betaExponent(a, b, x, y, excess)
    let rest = stirlingError(a + b) - stirlingError(a) - stirlingError(b)
    let root = (a / (a + b) * b / (2 * Double.pi)).squareRoot()
    return root * Glibc.exp(exponent) * Glibc.exp(rest)
  }
  let lnx = x <= y ? Glibc.log(x) : log1p(-y)
  let lny = y <= x ? Glibc.log(y) : log1p(-x)
  if max(a, b) < 10 {
    let scale = betaScale(a, b)
    let powers = Glibc.exp(a * lnx) * Glibc.exp(b * lny)
    if powers > 1e-290 { return scale * powers }
  }
  return Glibc.exp(a * lnx + b * lny - logBeta(a, b))
}

/// `a ln(x / x₀) + b ln(y / y₀)` with `x₀ = a / (a + b)`, the mean, and `y₀ = b / (a + b)`.
func betaExponent(
  _ a: Double, _ b: Double, _ x: Double, _ y: Double, _ excess: Double
) -> Double {
  let n = a + b
  return a * logRatioMinus(x * (n / a), mu: -excess / a)
    + b * logRatioMinus(y * (n / b), mu: excess / b)
}

/// `1 / B(a, b)` for a, b < 10.
private func betaScale(_ a: Double, _ b: Double) -> Double {
  if a < 1 || b < 1 {
    // Γ(1 + a) for Γ(a) where a is small.
    let together = tgamma(1 + a + b) / (tgamma(1 + a) * tgamma(1 + b))
    return together * (a / (a + b) * b)
  }
  return tgamma(a + b) / tgamma(a) / tgamma(b)
}

private func betaFraction(
  _ a: Double, _ b: Double, _ x: Double, _ y: Double, _ excess: Double
) -> Double {
  // f = b0 + a1/(b1 + a2/(b2 + …)) by Lentz; I = prefix / f.
  func denominator(_ m: Double) -> Double {
    m + m * (b - m) * x / (a + 2 * m - 1)
      + (a + m) * (excess + 1 + m * (1 + y)) / (a + 2 * m + 1)
  }
  var f = a * (excess + 1) / (a + 1)
  if f == 0 { f = 1e-300 }
  var c = f
  var d = 0.0
  var m = 1.0
  while m < 1e7 {
    let base = a + 2 * m - 1
    let an = (a + (m - 1)) / base * ((a + b + (m - 1)) / base) * m * (b - m) * x * x
    let bn = denominator(m)
    d = bn + an * d
    if d == 0 { d = 1e-300 }
    c = bn + an / c
    if c == 0 { c = 1e-300 }
    d = 1 / d
    let factor = c * d
    f *= factor
    if abs(factor - 1) <= 1.2e-16 { break }
    m += 1
  }
  return f
}
