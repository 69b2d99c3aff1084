/// The minimum of a function of one variable, by golden section and parabolas.
///
/// R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 5. Finds a local
/// minimum; the only one where the function falls and then rises.
///
/// - Parameter tolerance: of the point, relative to `|x|`, and absolute near 0. Below 1.5e-8 a smooth
///   function gives no more information; the value is then right to rounding.
/// - Throws: `objectiveNotFinite`; `notConverged` after 500 evaluations.
public func brentMinimum(
  in bounds: ClosedRange<Double>, tolerance: Double = 1e-10, _ f: (Double) -> Double
) throws(KernelError) -> Minimum {
  precondition(bounds.lowerBound.isFinite && bounds.upperBound.isFinite, "bounds \(bounds)")
  func value(_ x: Double) throws(KernelError) -> Double {
    let y = f(x)
    guard y.isFinite else { throw .objectiveNotFinite(at: [x]) }
    return y
  }
  let golden = 0.381_966_011_250_105_15
  var a = bounds.lowerBound, b = bounds.upperBound
  var x = a + golden * (b - a)
  var fx = try value(x)
  var (w, fw, v, fv) = (x, fx, x, fx)
  var step = 0.0, before = 0.0
  for count in 1...500 {
    let middle = 0.5 * (a + b)
    let near = tolerance * abs(x) + tolerance * 1e-3 + Double.leastNormalMagnitude
    if abs(x - middle) <= 2 * near - 0.5 * (b - a) {
      return Minimum(
        point: [x], value: fx, iterations: count, evaluations: count, reason: .interval,
        measure: b - a)
    }
    var takesGolden = true
    if abs(before) > near {
      let r = (x - w) * (fx - fv)
      var q = (x - v) * (fx - fw)
      var p = (x - v) * q - (x - w) * r
      q = 2 * (q - r)
      if q > 0 { p = -p } else { q = -q }
      if abs(p) < abs(0.5 * q * before) && p > q * (a - x) && p < q * (b - x) {
        before = step
        step = p / q
        let u = x + step
        if u - a < 2 * near || b - u < 2 * near { step = x < middle ? near : -near }
        takesGolden = false
      }
    }
    if takesGolden {
      before = x < middle ? b - x : a - x
      step = golden * before
    }
    let u = x + (abs(step) >= near ? step : (step > 0 ? near : -near))
    let fu = try value(u)
    if fu <= fx {
      if u < x { b = x } else { a = x }
      (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
    } else {
      if u < x { a = u } else { b = u }
      if fu <= fw || w == x {
        (v, fv, w, fw) = (w, fw, u, fu)
      } else if fu <= fv || v == x || v == w {
        (v, fv) = (u, fu)
      }
    }
  }
  throw .notConverged(
    Minimum(
      point: [x], value: fx, iterations: 500, evaluations: 501, reason: .iterationLimit,
      measure: b - a))
}

/// A root of a continuous function between two points where it has different signs.
///
/// Brent (1973), chapter 4: bisection, secants and inverse quadratic interpolation.
///
/// - Parameter tolerance: of the root, relative to its size; the absolute tolerance is the smallest
///   normal number, so that tiny roots keep their digits.
/// - Throws: `notBracketed`; `objectiveNotFinite` where f is NaN; `notConverged` after 2,000
///   evaluations.
public func brentRoot(
  in bounds: ClosedRange<Double>, tolerance: Double = 1e-14, _ f: (Double) -> Double
) throws(KernelError) -> Double {
  func value(_ x: Double) throws(KernelError) -> Double {
    let y = f(x)
    guard !y.isNaN else { throw .objectiveNotFinite(at: [x]) }
    return y
  }
  var a = bounds.lowerBound, b = bounds.upperBound
  var fa = try value(a), fb = try value(b)
  if fa == 0 { return a }
  if fb == 0 { return b }
  guard (fa < 0) != (fb < 0) else {
    throw .notBracketed(lower: a, upper: b, atLower: fa, atUpper: fb)
  }
  var (c, fc) = (a, fa)
  var step = b - a, before = step
  for _ in 0..<2_000 {
    if (fb < 0) == (fc < 0) {
      (c, fc) = (a, fa)
      step = b - a
      before = step
    }
    if abs(fc) < abs(fb) { (a, fa, b, fb, c, fc) = (b, fb, c, fc, b, fb) }
    let near = 2 * Double.ulpOfOne * abs(b) + 0.5 * tolerance * abs(b) + .leastNormalMagnitude
    let half = 0.5 * (c - b)
    if abs(half) <= near || fb == 0 { return b }
    if abs(before) >= near && abs(fa) > abs(fb) && fa.isFinite && fc.isFinite {
      let s = fb / fa
      var p: Double
      var q: Double
      if a == c {
        p = 2 * half * s
        q = 1 - s
      } else {
        let t = fa / fc, r = fb / fc
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1))
        q = (t - 1) * (r - 1) * (s - 1)
      }
      if p > 0 { q = -q } else { p = -p }
      if 2 * p < min(3 * half * q - abs(near * q), abs(before * q)) {
        before = step
        step = p / q
      } else {
        step = half
        before = half
      }
    } else {
      step = half
      before = half
    }
    (a, fa) = (b, fb)
    b += abs(step) > near ? step : (half > 0 ? near : -near)
    fb = try value(b)
  }
  throw .notConverged(
    Minimum(
      point: [b], value: fb, iterations: 2_000, evaluations: 2_002, reason: .iterationLimit,
      measure: abs(c - b)))
}
