import Glibc

/// `P(a, x) = γ(a, x) / Γ(a)`, the regularised lower incomplete gamma function, a > 0, x ≥ 0.
///
/// Goals in order: 1 relative accuracy of the smaller of P and Q down to 1e-300; 2 any shape from
/// 1e-10 to 1e12; 3 speed. Below `a + 1` the power series for P, above the continued fraction for Q
/// (Lentz), Q of small shapes by its own series, and Temme's uniform expansion (SIAM Journal on
/// Mathematical Analysis 10, 1979; NIST DLMF 8.12) from a = 10⁵ on. O(√a) terms at worst.
public func gammaP(_ a: Double, _ x: Double) -> Double { incompleteGamma(a, x).lower }

/// `Q(a, x) = 1 − P(a, x)`, with its own relative accuracy.
public func gammaQ(_ a: Double, _ x: Double) -> Double { incompleteGamma(a, x).upper }

func incompleteGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
  precondition(a > 0 && x >= 0, "incomplete gamma function at a = \(a), x = \(x)")
  if x == 0 { return (0, 1) }
  if x == .infinity { return (1, 0) }
  if a >= 1e5 { return uniformExpansion(a, x) }
  if a < 1 && x < 1.1 { return (gammaSeries(a, x), smallUpper(a, x)) }
  if x < a + 1 {
    let lower = gammaSeries(a, x)
    return (lower, 1 - lower)
  }
  let upper = gammaFraction(a, x)
  return (1 - upper, upper)
}

/// `xᵃ e⁻ˣ / Γ(a)`, which is also `x · dP/dx`.
func gammaPrefix(_ a: Double, _ x: Double) -> Double {
  if a < 10 {
    let half = Glibc.exp(-0.5 * x)
    if a < 1 { return half * a * Glibc.exp(a * Glibc.log(x) - logGammaOnePlus(a)) * half }
    let power = pow(x, a)
    if power == 0 || power == .infinity {
      return Glibc.exp(a * Glibc.log(x) - x - logGamma(a))
    }
    return half * power / tgamma(a) * half
  }
  let mu = (x - a) / a
  let root = (a / (2 * Double.pi)).squareRoot()
  return root * Glibc.exp(a * logRatioMinus(x / a, mu: mu)) * Glibc.exp(-stirlingError(a))
}

private func gammaSeries(_ a: Double, _ x: Double) -> Double {
  var term = 1.0
  var sum = 1.0
  var n = a
  while term > sum * 1e-17 {
    n += 1
    term *= x / n
    sum += term
  }
  if a < 1 {
    // x·dP/dx divided by a, without the small factor a.
    return Glibc.exp(a * Glibc.log(x) - logGammaOnePlus(a) - x) * sum
  }
  return gammaPrefix(a, x) / a * sum
}

/// Q for a < 1 and small x, from `1 − xᵃ / Γ(1 + a)` and the rest of the alternating series.
private func smallUpper(_ a: Double, _ x: Double) -> Double {
  let power = a * Glibc.log(x) - logGammaOnePlus(a)
  var sum = 0.0
  var term = 1.0
  var n = 0.0
  repeat {
    n += 1
    term *= -x / n
    sum += term / (a + n)
  } while abs(term) > 1e-18
  return -expm1(power) - Glibc.exp(power) * a * sum
}

private func gammaFraction(_ a: Double, _ x: Double) -> Double {
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var h = d
  var i = 1.0
  while i < 1e6 {
    let an = -i * (i - a)
    b += 2
    d = an * d + b
    if d == 0 { d = 1e-300 }
    c = b + an / c
    if c == 0 { c = 1e-300 }
    d = 1 / d
    let factor = d * c
    h *= factor
    if abs(factor - 1) <= 1.2e-16 { break }
    i += 1
  }
  return gammaPrefix(a, x) * h
}

private func uniformExpansion(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
  let mu = (x - a) / a
  let half = -log1pMinus(mu)
  if half > 0.1 { return mu < 0 ? (0, 1) : (1, 0) }
  let eta = mu < 0 ? -(2 * half).squareRoot() : (2 * half).squareRoot()
  let v = 1 / a
  let series =
    horner(eta, temme0) + v * (horner(eta, temme1) + v * (horner(eta, temme2) + v * temme3))
  // The exponential is taken out of both terms, so that its argument is rounded once.
  let decay = Glibc.exp(-a * half)
  let tail = 0.5 * erfcx(abs(eta) * (0.5 * a).squareRoot())
  let rest = series / (2 * Double.pi * a).squareRoot()
  if eta < 0 {
    let lower = decay * (tail - rest)
    return (lower, 1 - lower)
  }
  let upper = decay * (tail + rest)
  return (1 - upper, upper)
}

/// The coefficients of `c₀(η)`, `c₁(η)`, `c₂(η)`, `c₃(0)`, from the recursion DLMF 8.12.10 in exact
/// fractions.
private let temme0: [Double] = [
  -1.0 / 3, 1.0 / 12, -2.0 / 135, 1.0 / 864, 0.0003527336860670194, -0.0001787551440329218,
  3.919263178522438e-05, -2.185448510679992e-06, -1.85406221071516e-06, 8.296711340953087e-07,
  -1.7665952736826078e-07, 6.707853543401498e-09, 1.0261809784240309e-08, -4.382036018453353e-09,
]
private let temme1: [Double] = [
  -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596,
  0.00020576131687242798, -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06,
]
private let temme2: [Double] = [
  0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06,
]
private let temme3 = 0.0006494341563786008
