import Glibc

/// `ln |Γ(x)|`: +∞ at 0 and the negative integers. Accurate for x > 0.
public func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// `ln Γ(1 + a)` for `a > −½`, with full relative accuracy near 0.
///
/// Below ½ by `−ln(1 + a) + (1 − γ) a + Σ (−1)ᵏ (ζ(k) − 1) aᵏ / k` (NIST DLMF 5.7.3).
func logGammaOnePlus(_ a: Double) -> Double {
  if abs(a) > 0.5 { return logGamma(1 + a) }
  return -log1p(a) + a * (0.422_784_335_098_467_139_4 + a * horner(-a, zetaTerms))
}

/// `(ζ(k) − 1) / k` for k from 2.
private let zetaTerms: [Double] = {
  let zeta = [
    0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
    0.01734306198444914, 0.008349277381922827, 0.00407735619794434, 0.0020083928260822143,
    0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
    6.124813505870483e-05, 3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06,
    3.81729326499984e-06, 1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07,
    2.38450502727733e-07, 1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08,
    1.4901554828365043e-08, 7.45071178983543e-09,
  ]
  return zeta.enumerated().map { $0.element / Double($0.offset + 2) }
}()

/// What Stirling's formula leaves: `ln Γ(x) − (x − ½) ln x + x − ½ ln 2π`, for x > 0.
///
/// From 10 on by the asymptotic series with eight terms, the first one left out below 2·10⁻¹⁷.
func stirlingError(_ x: Double) -> Double {
  if x < 10 {
    return logGamma(x) - (x - 0.5) * Glibc.log(x) + x - 0.918_938_533_204_672_741_78
  }
  return horner(1 / (x * x), stirlingTerms) / x
}

private let stirlingTerms: [Double] = [
  1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156,
  -3617.0 / 122_400,
]

/// `ψ(x) = d ln Γ(x) / dx` for x > 0.
///
/// Around its root x₀ = 1.4616… (between 0.5 and 3) by the difference `ψ(x) − ψ(x₀)`, term by term,
/// so that the value keeps its digits where it vanishes; elsewhere by recurrence and the asymptotic
/// series (NIST DLMF 5.11.2).
public func digamma(_ x: Double) -> Double {
  precondition(x > 0, "digamma at \(x)")
  if x > 0.5 && x < 3 { return digammaNearRoot(x) }
  var y = x
  var sum = 0.0
  while y < 10 {
    sum -= 1 / y
    y += 1
  }
  let square = 1 / (y * y)
  return sum + (Glibc.log(y) - 0.5 / y - square * horner(square, digammaTerms))
}

/// `B₂ₖ / 2k` for k from 1.
private let digammaTerms: [Double] = [
  1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32_760, 1.0 / 12,
  -3617.0 / 8160,
]

private func digammaNearRoot(_ x: Double) -> Double {
  let root = 1.4616321449683622, rest = 9.549995429965697e-17
  let d = (x - root) - rest
  var sum = 0.0
  for k in 0..<10 { sum += d / ((root + Double(k)) * (x + Double(k))) }
  let a = root + 10
  let growth = log1p(d / a)
  var total = sum + growth - 0.5 * expm1(-growth) / a
  for (k, term) in digammaTerms.enumerated() {
    let power = Double(-2 * (k + 1))
    total -= term * pow(a, power) * expm1(power * growth)
  }
  return total
}

/// `ψ′(x)` for x > 0.
public func trigamma(_ x: Double) -> Double {
  precondition(x > 0, "trigamma at \(x)")
  var y = x
  var sum = 0.0
  while y < 12 {
    sum += 1 / (y * y)
    y += 1
  }
  let square = 1 / (y * y)
  return sum + (1 / y + 0.5 * square + horner(square, trigammaTerms) * square / y)
}

/// `B₂ₖ` for k from 1.
private let trigammaTerms: [Double] = [
  1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
]

/// `ln B(a, b)`, for a, b > 0, without the cancellation of three log-gammas where one is large.
public func logBeta(_ a: Double, _ b: Double) -> Double {
  precondition(a > 0 && b > 0, "beta function of \(a) and \(b)")
  let p = min(a, b), q = max(a, b)
  if p >= 10 {
    let rest = stirlingError(p) + stirlingError(q) - stirlingError(p + q)
    return 0.918_938_533_204_672_741_78 - 0.5 * Glibc.log(q) + rest
      + (p - 0.5) * Glibc.log(p / (p + q)) + q * log1p(-p / (p + q))
  }
  if q >= 10 {
    let rest = stirlingError(q) - stirlingError(p + q)
    return logGamma(p) + rest + p - p * Glibc.log(p + q) + (q - 0.5) * log1p(-p / (p + q))
  }
  return logGamma(p) + logGamma(q) - logGamma(p + q)
}

/// `ln n!`
public func logFactorial(_ n: Int) -> Double {
  precondition(n >= 0, "factorial of \(n)")
  return logGamma(Double(n) + 1)
}

/// `ln` of the number of ways to choose k from n; −∞ where there is none.
public func logChoose(_ n: Int, _ k: Int) -> Double {
  precondition(n >= 0, "choices from \(n)")
  if k < 0 || k > n { return -.infinity }
  if k == 0 || k == n { return 0 }
  return -log1p(Double(n)) - logBeta(Double(k) + 1, Double(n - k) + 1)
}
