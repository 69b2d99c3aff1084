import Kernel

/// A local minimum of a smooth function of a few numbers of order one, by L-BFGS with central
/// differences of step 1e-4, or, for a rough search, forward ones of step 1e-5. Values of 1e11 and more stand for points outside the domain. A search
/// that stops early returns the best point it has.
///
/// - Parameter isRough: stops at a gradient of 1e-3 and not of 1e-5, values counted from the start.
func searchedMinimum(
  from start: [Double], isRough: Bool = false, iterations: Int, _ f: ([Double]) -> Double
) -> (point: [Double], value: Double) {
  searchedMinimum(
    from: start, isRough: isRough, iterations: iterations, together: { $0.map(f) })
}

/// The same of a function that is cheaper at several points at once: a point and those beside it that its
/// gradient needs.
///
/// - Parameter f: values at points, in their order.
func searchedMinimum(
  from start: [Double], isRough: Bool = false, iterations: Int,
  together f: ([[Double]]) -> [Double]
) -> (point: [Double], value: Double) {
  let step = isRough ? 1e-5 : 1e-4
  let tolerance = isRough ? 1e-3 : 1e-5
  let origin = f([start])[0]
  var best = (point: start, value: origin)
  guard origin < 1e11, !start.isEmpty else { return best }
  let search = LBFGS(
    memory: 10, gradientTolerance: tolerance, valueTolerance: tolerance * 1e-6,
    maximumIterations: iterations)
  func moved(_ x: [Double], _ i: Int, by step: Double) -> [Double] {
    var moved = x
    moved[i] += step
    return moved
  }
  let found: Minimum?
  do {
    found = try search.minimise(from: start) { x, gradient in
      let above = x.indices.map { moved(x, $0, by: step) }
      let below = isRough ? [] : x.indices.map { moved(x, $0, by: -step) }
      let values = f([x] + above + below)
      let here = values[0]
      guard here < 1e11 else { return .infinity }
      for i in x.indices {
        let above = values[1 + i]
        let below =
          isRough
          ? above < 1e11 ? .infinity : f([moved(x, i, by: -step)])[0] : values[1 + x.count + i]
        gradient[i] =
          above >= 1e11
          ? (here - below) / step
          : below >= 1e11 ? (above - here) / step : (above - below) / (2 * step)
      }
      return here - origin
    }
  } catch .notConverged(let stopped) {
    found = stopped
  } catch {
    found = nil
  }
  if let found, found.value + origin < best.value { best = (found.point, found.value + origin) }
  return best
}

/// A local minimum of a function of at most three numbers that is cheaper at several points at once, by Newton's
/// steps on differences of step 1e-4; of more numbers, and from where a step leads no further, by
/// `searchedMinimum`.
///
/// - Parameters:
///   - isRough: as there.
///   - f: values at points, in their order.
func newtonMinimum(
  from start: [Double], isRough: Bool = false, iterations: Int,
  together f: ([[Double]]) -> [Double]
) -> (point: [Double], value: Double) {
  let tolerance = isRough ? 1e-3 : 1e-5
  let n = start.count
  guard (1...3).contains(n) else {
    return searchedMinimum(from: start, isRough: isRough, iterations: iterations, together: f)
  }
  var here = QuadraticPatch(at: start, f)
  let origin = here.value
  for _ in 0..<20 {
    // Slopes vanish towards a border far off; what is still to be won there counts as well.
    if here.largestSlope <= tolerance * max(1, abs(here.value - origin)),
      here.fall <= 1e-3 * tolerance
    {
      return (here.point, here.value)
    }
    guard var move = here.move else { break }
    let longest = move.reduce(0) { max($0, abs($1)) }
    if longest > 1 { for i in move.indices { move[i] /= longest } }
    var next = QuadraticPatch(at: zip(here.point, move).map { $0 + $1 }, f)
    if !(next.value < here.value) {
      next = QuadraticPatch(at: zip(here.point, move).map { $0 + 0.25 * $1 }, f)
    }
    guard next.value < here.value else { break }
    here = next
  }
  return searchedMinimum(from: here.point, isRough: isRough, iterations: iterations, together: f)
}

/// A function's value, slopes and curvature at a point, from 1 + 2 n + n (n − 1)/2 values.
private struct QuadraticPatch {
  let point: [Double]
  let value: Double
  /// Infinite where a point beside is outside the domain.
  let largestSlope: Double
  /// Where Newton's method goes; `nil` where the function does not curve up.
  let move: [Double]?
  /// How far the function falls on that way; 0 without one.
  let fall: Double

  init(at x: [Double], _ f: ([[Double]]) -> [Double]) {
    let n = x.count
    let step = 1e-4
    var points = [x]
    for i in 0..<n {
      for side in [step, -step] {
        var moved = x
        moved[i] += side
        points.append(moved)
      }
    }
    for i in 0..<n {
      for j in 0..<i {
        var moved = x
        moved[i] += step
        moved[j] += step
        points.append(moved)
      }
    }
    let values = f(points)
    point = x
    value = values[0]
    guard values.allSatisfy({ $0 < 1e11 }) else {
      (largestSlope, move, fall) = (.infinity, nil, 0)
      return
    }
    var slopes: [Double] = []
    var curvature = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      let (above, below) = (values[1 + 2 * i], values[2 + 2 * i])
      slopes.append((above - below) / (2 * step))
      curvature[i * n + i] = (above - 2 * value + below) / (step * step)
    }
    var place = 1 + 2 * n
    for i in 0..<n {
      for j in 0..<i {
        let across = values[place] - values[1 + 2 * i] - values[1 + 2 * j] + value
        curvature[i * n + j] = across / (step * step)
        place += 1
      }
    }
    largestSlope = slopes.reduce(0) { max($0, abs($1)) }
    move = StateEquations(products: curvature, right: slopes.map { -$0 })?.coefficients
    fall = move.map { zip($0, slopes).reduce(0) { $0 - 0.5 * $1.0 * $1.1 } } ?? 0
  }
}

/// A local minimum of a smooth function of a few numbers of order one whose gradient is known, by
/// L-BFGS. Values of 1e11 and more stand for points outside the domain. A search that stops early
/// returns the best point it has.
///
/// - Parameters:
///   - isRough: stops at a gradient of 1e-3 and not of 1e-5, values counted from the start.
///   - f: value at a point, and its gradient, which is all zeros before.
func searchedMinimum(
  from start: [Double], isRough: Bool = false, iterations: Int,
  gradient f: ([Double], inout [Double]) -> Double
) -> (point: [Double], value: Double) {
  var unused = [Double](repeating: 0, count: start.count)
  let origin = f(start, &unused)
  guard origin < 1e11, !start.isEmpty else { return (start, origin) }
  let tolerance = isRough ? 1e-3 : 1e-5
  let search = LBFGS(
    memory: 10, gradientTolerance: tolerance, valueTolerance: tolerance * 1e-6,
    maximumIterations: iterations)
  let found: Minimum?
  do {
    found = try search.minimise(from: start) { x, gradient in
      var here = [Double](repeating: 0, count: x.count)
      let value = f(x, &here)
      guard value < 1e11 else { return .infinity }
      for i in x.indices { gradient[i] = here[i] }
      return value - origin
    }
  } catch .notConverged(let stopped) {
    found = stopped
  } catch {
    found = nil
  }
  guard let found, found.value < 0 else { return (start, origin) }
  return (found.point, found.value + origin)
}
