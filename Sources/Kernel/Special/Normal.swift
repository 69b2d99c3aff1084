import Glibc

/// `φ(z)`, the standard normal density.
public func normalDensity(_ z: Double) -> Double { Glibc.exp(normalLogDensity(z)) }

/// `ln φ(z)`.
public func normalLogDensity(_ z: Double) -> Double {
  -0.5 * z * z - 0.918_938_533_204_672_741_78
}

/// `Φ(z)`, to full relative accuracy in the lower tail down to 1e-300.
public func normalCumulative(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

/// `1 − Φ(z)`, to full relative accuracy in the upper tail.
public func normalComplementary(_ z: Double) -> Double { normalCumulative(-z) }

/// `Φ⁻¹(p)` for p in [0, 1]; −∞ at 0, +∞ at 1.
///
/// M. J. Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), relative error about 1e-16.
public func normalQuantile(_ p: Double) -> Double {
  precondition(p >= 0 && p <= 1, "probability \(p)")
  let q = p - 0.5
  if abs(q) <= 0.425 { return q * centralRatio(0.180625 - q * q) }
  return q < 0 ? -upperTail(p) : upperTail(1 - p)
}

/// The z with `1 − Φ(z) = q`: as `normalQuantile(1 − q)`, but accurate for small q.
public func normalUpperQuantile(_ q: Double) -> Double {
  precondition(q >= 0 && q <= 1, "probability \(q)")
  return -normalQuantile(q)
}

/// For a tail probability below 0.075.
private func upperTail(_ tail: Double) -> Double {
  if tail <= 0 { return .infinity }
  let r = (-Glibc.log(tail)).squareRoot()
  return r <= 5 ? middleRatio(r - 1.6) : farRatio(r - 5)
}

private func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
  coefficients.reduce(0) { $0 * x + $1 }
}

private func centralRatio(_ r: Double) -> Double {
  polynomial(
    r,
    [
      2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
      4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
      1.3314166789178437745e2, 3.3871328727963666080,
    ])
    / polynomial(
      r,
      [
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
        2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
        4.2313330701600911252e1, 1,
      ])
}

private func middleRatio(_ r: Double) -> Double {
  polynomial(
    r,
    [
      7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
      1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550,
      4.63033784615654529590, 1.42343711074968357734,
    ])
    / polynomial(
      r,
      [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
        1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940,
        2.05319162663775882187, 1,
      ])
}

private func farRatio(_ r: Double) -> Double {
  polynomial(
    r,
    [
      2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
      2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580,
      5.46378491116411436990, 6.65790464350110377720,
    ])
    / polynomial(
      r,
      [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
        7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
        5.99832206555887937690e-1, 1,
      ])
}
