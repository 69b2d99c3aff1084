import Glibc

/// Horner's rule, constant term first.
@inline(__always)
func horner(_ x: Double, _ coefficients: [Double]) -> Double {
  var sum = 0.0
  for c in coefficients.reversed() { sum = sum * x + c }
  return sum
}

/// `ln(1 + μ) − μ` without cancellation near 0.
///
/// With `r = μ / (2 + μ)`, `ln(1 + μ) = 2 atanh r` and `2r − μ = −rμ`, so the leading terms cancel on
/// paper and not in the machine.
func log1pMinus(_ mu: Double) -> Double {
  if mu < -0.7 || mu > 1 { return log1p(mu) - mu }
  let r = mu / (2 + mu)
  let r2 = r * r
  var sum = 0.0
  var k = r2 < 0.0625 ? 33.0 : 67
  while k >= 3 {
    sum = sum * r2 + 1 / k
    k -= 2
  }
  return r * (2 * r2 * sum - mu)
}

/// `ln(x / a) − (x − a) / a`, where `mu` is the second term, known more exactly than x and a alone.
/// Far below a the quotient keeps the digits that `1 + μ` loses.
func logRatioMinus(_ ratio: Double, mu: Double) -> Double {
  mu < -0.7 ? Glibc.log(ratio) - mu : log1pMinus(mu)
}
