import Glibc

/// `φ(z)`, the standard normal density.
public func normalDensity(_ z: Double) -> Double {
  0.398_942_280_401_432_677_94 * expHalfSquare(z)
}

/// `ln φ(z)`.
public func normalLogDensity(_ z: Double) -> Double {
  -0.5 * z * z - 0.918_938_533_204_672_741_78
}

/// `Φ(z)`, with full relative accuracy in the lower tail.
///
/// The rounding of `z / √2` would cost z² units in the last place; the derivative puts it right.
public func normalCumulative(_ z: Double) -> Double {
  let root = 0.707_106_781_186_547_524_4
  let x = -z * root
  if !x.isFinite { return 0.5 * erfc(x) }
  let rounding = fma(-z, root, -x) + z * 4.833_646_656_726_457e-17
  return 0.5 * (erfc(x) - 1.128_379_167_095_512_573_9 * expHalfSquare(z) * rounding)
}

/// `1 − Φ(z)`, with full relative accuracy in the upper tail.
public func normalComplementary(_ z: Double) -> Double { normalCumulative(-z) }

/// `ln Φ(z)`, finite for every finite z.
public func normalLogCumulative(_ z: Double) -> Double {
  if z > -1 { return log1p(-normalCumulative(-z)) }
  if z > -37 { return Glibc.log(normalCumulative(z)) }
  let v = 1 / (z * z)
  return normalLogDensity(z) - Glibc.log(-z)
    + log1p(v * horner(v, [-1, 3, -15, 105, -945, 10_395]))
}

/// `e^(x²) erfc(x)`, the complementary error function without its decay.
public func erfcx(_ x: Double) -> Double {
  if x < 25 {
    let square = x * x
    if square > 709 { return .infinity }
    return Glibc.exp(square) * (1 + fma(x, x, -square)) * erfc(x)
  }
  let v = 0.5 / (x * x)
  return horner(v, [1, -1, 3, -15, 105, -945, 10_395, -135_135]) * 0.564_189_583_547_756_286_95 / x
}

/// `e^(−z²/2)`, with the rounding of the square put right.
private func expHalfSquare(_ z: Double) -> Double {
  let square = z * z
  let value = Glibc.exp(-0.5 * square)
  return value == 0 || value.isNaN ? value : value * (1 - 0.5 * fma(z, z, -square))
}

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

private func centralRatio(_ r: Double) -> Double {
  horner(r, centralNumerator) / horner(r, centralDenominator)
}

private func middleRatio(_ r: Double) -> Double {
  horner(r, middleNumerator) / horner(r, middleDenominator)
}

private func farRatio(_ r: Double) -> Double {
  horner(r, farNumerator) / horner(r, farDenominator)
}

private let centralNumerator: [Double] = [
  3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3,
  1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
  3.3430575583588128105e4, 2.5090809287301226727e3,
]
private let centralDenominator: [Double] = [
  1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
  2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
  5.2264952788528545610e3,
]
private let middleNumerator: [Double] = [
  1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
  3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1,
  2.27238449892691845833e-2, 7.74545014278341407640e-4,
]
private let middleDenominator: [Double] = [
  1, 2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1,
  1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
  1.05075007164441684324e-9,
]
private let farNumerator: [Double] = [
  6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
  2.71155556874348757815e-5, 2.01033439929228813265e-7,
]
private let farDenominator: [Double] = [
  1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
  7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
  2.04426310338993978564e-15,
]
