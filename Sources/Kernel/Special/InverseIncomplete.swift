import Glibc

/// The x with `P(a, x) = p`; 0 at p = 0 (and where x would be below 1e-308), +∞ at p = 1.
public func gammaPInverse(_ a: Double, _ p: Double) -> Double {
  precondition(p >= 0 && p <= 1, "probability \(p)")
  return p <= 0.5 ? gammaInverse(a, p, upper: false) : gammaInverse(a, 1 - p, upper: true)
}

/// The x with `Q(a, x) = q`, accurate for small q.
public func gammaQInverse(_ a: Double, _ q: Double) -> Double {
  precondition(q >= 0 && q <= 1, "probability \(q)")
  return q <= 0.5 ? gammaInverse(a, q, upper: true) : gammaInverse(a, 1 - q, upper: false)
}

/// The x with `I_x(a, b) = p`.
public func betaIInverse(_ a: Double, _ b: Double, _ p: Double) -> Double {
  betaInverse(a, b, p).x
}

/// The x with `1 − I_x(a, b) = q`, accurate for small q.
public func betaIComplementInverse(_ a: Double, _ b: Double, _ q: Double) -> Double {
  betaInverse(b, a, q).y
}

/// The x with `I_x(a, b) = p` and `y = 1 − x`, each with its own relative accuracy.
func betaInverse(_ a: Double, _ b: Double, _ p: Double) -> (x: Double, y: Double) {
  precondition(p >= 0 && p <= 1, "probability \(p)")
  if p <= 0.5 { return lowerBetaInverse(a, b, p) }
  let other = lowerBetaInverse(b, a, 1 - p)
  return (other.y, other.x)
}

private func gammaInverse(_ a: Double, _ tail: Double, upper: Bool) -> Double {
  precondition(a > 0, "shape \(a)")
  if tail == 0 { return upper ? .infinity : 0 }
  // Wilson and Hilferty's cube, or the leading term of the series for small x.
  let z = upper ? normalUpperQuantile(tail) : normalQuantile(tail)
  let cube = 1 - 1 / (9 * a) + z / (3 * a.squareRoot())
  var x = a * cube * cube * cube
  if cube < 0.3 || a < 0.5 {
    let p = upper ? 1 - tail : tail
    let power = (Glibc.log(p) + logGammaOnePlus(a)) / a
    if !upper && power < -740 { return 0 }
    x = Glibc.exp(max(min(power, 3), -740))
  }
  return newtonOnLogTail(
    tail, from: x,
    moved: { $0 * Glibc.exp($1) },
    evaluate: { x in
      let both = incompleteGamma(a, x)
      return (upper ? both.upper : both.lower, upper ? -gammaPrefix(a, x) : gammaPrefix(a, x))
    })
}

/// For p ≤ ½, in the logit of x.
private func lowerBetaInverse(_ a: Double, _ b: Double, _ p: Double) -> (x: Double, y: Double) {
  precondition(a > 0 && b > 0, "shapes \(a) and \(b)")
  if p == 0 { return (0, 1) }
  var u = Glibc.log(a / b) + normalQuantile(p) * (1 / a + 1 / b).squareRoot()
  if min(a, b) < 1 || abs(u) > 30 {
    u = (Glibc.log(p) + Glibc.log(a) + logBeta(a, b)) / a
    if u < -740 { return (0, 1) }
  }
  u = max(min(u, 700), -740)
  let start = Pair(x: logistic(u), y: logistic(-u))
  let found = newtonOnLogTail(
    p, from: start,
    moved: { point, step in
      let e = Glibc.exp(step)
      let sum = point.x * e + point.y
      if sum == .infinity { return Pair(x: 1, y: 0) }
      return Pair(x: point.x * e / sum, y: point.y / sum)
    },
    evaluate: { point in
      let slope =
        point.x == 0 || point.y == 0
        ? 0 : betaPrefix(a, b, point.x, point.y, betaExcess(a, b, point.x, point.y))
      return (incompleteBeta(a, b, point.x, point.y).lower, slope)
    })
  return (found.x, found.y)
}

private struct Pair {
  let x: Double
  let y: Double
}

/// The point where a tail probability has the given value, by Newton's method on its logarithm, kept
/// in a bracket and halved where it would leave it.
///
/// Points are moved by steps in the logarithm (or logit) and never rebuilt from it, so that they
/// keep their relative accuracy however small they are.
private func newtonOnLogTail<Point>(
  _ tail: Double, from start: Point, moved: (Point, Double) -> Point,
  evaluate: (Point) -> (tail: Double, slope: Double)
) -> Point {
  var point = start
  var place = 0.0
  var below = -Double.infinity, above = Double.infinity
  for _ in 0..<200 {
    let now = evaluate(point)
    if now.tail == tail { return point }
    let isRising = now.slope > 0 || (now.slope == 0 && now.slope.sign == .plus)
    if (now.tail < tail) == isRising { below = place } else { above = place }
    let ratio = now.tail / tail
    let gap = abs(ratio - 1) < 0.3 ? log1p((now.tail - tail) / tail) : Glibc.log(ratio)
    var step = -gap * now.tail / now.slope
    // Newton's next error is about the square of this step.
    if step.isFinite && abs(step) < 1e-10 { return moved(point, step) }
    if !step.isFinite || place + step <= below || place + step >= above || abs(step) > 40 {
      if below.isFinite && above.isFinite {
        step = 0.5 * (below + above) - place
      } else {
        step = (above.isFinite ? -1 : 1) * (5 + abs(place))
      }
    }
    if abs(step) <= 1.2e-16 { return point }
    point = moved(point, step)
    place += step
  }
  return point
}
