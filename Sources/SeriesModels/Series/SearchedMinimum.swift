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
