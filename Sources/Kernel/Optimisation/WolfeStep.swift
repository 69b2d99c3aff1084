/// A step that satisfies the strong Wolfe conditions, or the best that satisfies the first of them.
///
/// J. Nocedal and S. J. Wright, Numerical Optimization (2nd edition, 2006), algorithms 3.5 and 3.6,
/// constants 10⁻⁴ and 0.9, cubic interpolation kept away from the ends. Near the minimum, where
/// rounding hides the fall of f, a step counts as sufficient if f is equal to rounding and the slope
/// is smaller (W. W. Hager and H. Zhang, SIAM Journal on Optimization 16, 2005, the approximate Wolfe
/// conditions).
///
/// - Returns: `nil` where no step lowers the value.
func wolfeStep(
  from origin: Trial, along direction: [Double], first: Double, _ evaluate: ([Double]) -> Trial
) -> Trial? {
  let slope0 = dot(direction, origin.gradient)
  let search = LineSearch(origin: origin, slope0: slope0)
  func probe(_ t: Double) -> LineSearch.Probe {
    let trial = evaluate(zip(origin.point, direction).map { $0 + t * $1 })
    return LineSearch.Probe(t: t, trial: trial, slope: dot(direction, trial.gradient))
  }
  var low = LineSearch.Probe(t: 0, trial: origin, slope: slope0)
  var high: LineSearch.Probe?
  var t = first
  for _ in 0..<60 {
    let now = probe(t)
    if !now.trial.isFinite || !search.isLowEnough(now) || now.trial.value > low.trial.value {
      high = now
    } else if abs(now.slope) <= -0.9 * slope0 {
      return now.trial
    } else {
      let uphill = high.map { now.slope * ($0.t - low.t) >= 0 } ?? (now.slope >= 0)
      if uphill { high = low }
      low = now
    }
    if let far = high {
      let width = abs(far.t - low.t)
      if width <= 4 * Double.ulpOfOne * max(far.t, low.t) || width < 1e-300 { break }
      t = search.between(low, far)
    } else {
      t = low.t * 4
    }
  }
  let isBetter =
    low.t > 0
    && (low.trial.value < origin.value || abs(low.slope) < abs(slope0) && search.isLowEnough(low))
  return isBetter ? low.trial : nil
}

struct LineSearch {
  struct Probe {
    let t: Double
    let trial: Trial
    let slope: Double
  }

  let origin: Trial
  let slope0: Double

  /// The first Wolfe condition, or equality to rounding with a slope that has come down.
  func isLowEnough(_ p: Probe) -> Bool {
    if p.trial.value <= origin.value + 1e-4 * p.t * slope0 { return true }
    let rounding = 8 * Double.ulpOfOne * max(abs(origin.value), 1e-300)
    return p.trial.value <= origin.value + rounding && abs(p.slope) < 0.999 * abs(slope0)
  }

  /// The minimum of the cubic through both ends, at least a tenth of the interval inside; the middle
  /// where the far end is not finite or the cubic has none.
  func between(_ a: Probe, _ b: Probe) -> Double {
    let middle = 0.5 * (a.t + b.t)
    guard b.trial.isFinite else { return middle }
    let h = b.t - a.t
    let d = a.slope + b.slope - 3 * (b.trial.value - a.trial.value) / h
    let inside = d * d - a.slope * b.slope
    guard inside >= 0 else { return middle }
    let root = h > 0 ? inside.squareRoot() : -inside.squareRoot()
    let t = b.t - h * (b.slope + root - d) / (b.slope - a.slope + 2 * root)
    guard t.isFinite else { return middle }
    let low = min(a.t, b.t) + 0.1 * abs(h), high = max(a.t, b.t) - 0.1 * abs(h)
    return min(max(t, low), high)
  }
}
