import Kernel

/// A local minimum of a smooth function of a few numbers of order one, by L-BFGS with central
/// differences of step 1e-4. A search that stops early returns the best point it has.
func searchedMinimum(
  from start: [Double], iterations: Int = 200, _ f: ([Double]) -> Double
) -> (point: [Double], value: Double) {
  let step = 1e-4
  var best = (point: start, value: f(start))
  guard best.value < 1e11, !start.isEmpty else { return best }
  let search = LBFGS(
    memory: 10, gradientTolerance: 1e-5, valueTolerance: 1e-11, maximumIterations: iterations)
  let found: Minimum?
  do {
    found = try search.minimise(from: start) { x, gradient in
      var moved = x
      for i in x.indices {
        moved[i] = x[i] + step
        let above = f(moved)
        moved[i] = x[i] - step
        gradient[i] = (above - f(moved)) / (2 * step)
        moved[i] = x[i]
      }
      return f(x)
    }
  } catch .notConverged(let stopped) {
    found = stopped
  } catch {
    found = nil
  }
  if let found, found.value < best.value { best = (found.point, found.value) }
  return best
}
