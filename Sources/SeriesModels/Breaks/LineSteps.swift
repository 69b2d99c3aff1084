import Glibc
import Kernel

/// A straight line through a series, and steps beyond it, found one by one.
struct LineSteps {
  /// Last values before the steps, ascending.
  private(set) var places: [Int] = []
  /// Orthonormal columns of the level, the line and the steps.
  private var basis: [[Double]] = []
  private(set) var residuals: [Double]
  /// Fewest values between steps, and before and after them.
  private let shortest: Int
  /// Squares of rounding, in which nothing is looked for.
  private let floor: Double

  init(_ values: [Double], shortest: Int) {
    residuals = values
    self.shortest = shortest
    let size = values.reduce(0) { max($0, abs($1)) }
    floor = 1e-28 * size * size * Double(values.count)
    for column in Stretches([], count: values.count).columns(hasTrend: true) { take(column) }
  }

  /// With as many steps as the Bayesian criterion of `LevelBreaks` asks for.
  static func chosen(_ values: [Double], shortest: Int, limit: Int = 5) -> LineSteps {
    var best = LineSteps(values, shortest: shortest)
    var next = best
    let n = Double(values.count)
    func criterion(_ steps: LineSteps) -> Double {
      n * Glibc.log(dot(steps.residuals, steps.residuals) / n)
        + 2 * Double(steps.places.count) * Glibc.log(n)
    }
    for _ in 0..<limit {
      guard let place = next.largest()?.place else { break }
      next.add(place)
      if criterion(next) < criterion(best) { best = next }
    }
    return best
  }

  /// The F statistic of the step that takes off most squares, and its place; `nil` without room for one, or where
  /// nothing but rounding is left.
  func largest() -> (statistic: Double, place: Int)? {
    let n = residuals.count
    let whole = dot(residuals, residuals)
    guard whole > floor else { return nil }
    var partial = 0.0
    var sums = [Double](repeating: 0, count: basis.count)
    var best: (taken: Double, place: Int)?
    for t in 0..<(n - shortest) {
      partial += residuals[t]
      var norm = Double(t + 1)
      for (k, q) in basis.enumerated() {
        sums[k] += q[t]
        norm -= sums[k] * sums[k]
      }
      guard t + 1 >= shortest, norm > 1e-9 * Double(n),
        places.allSatisfy({ abs($0 - t) >= shortest })
      else { continue }
      let taken = partial * partial / norm
      if taken > best?.taken ?? -1 { best = (taken, t) }
    }
    guard let best else { return nil }
    let freedom = Double(n - basis.count - 1)
    return (best.taken * freedom / max(whole - best.taken, 1e-15 * whole), best.place)
  }

  mutating func add(_ place: Int) {
    places = (places + [place]).sorted()
    take(residuals.indices.map { $0 <= place ? 1 : 0 })
  }

  private mutating func take(_ column: [Double]) {
    var x = column
    for _ in 0..<2 { for q in basis { removePart(along: q, of: &x) } }
    let size = dot(x, x).squareRoot()
    let q = x.map { $0 / size }
    basis.append(q)
    for _ in 0..<2 { removePart(along: q, of: &residuals) }
  }

  /// The squared t statistic of a line through values beside the levels between breaks.
  static func slopeStatistic(_ values: [Double], breaks: [Int]) -> Double {
    let stretches = Stretches(breaks, count: values.count)
    let left = stretches.residuals(values)
    let line = stretches.residuals(values.indices.map(Double.init))
    let whole = dot(left, left)
    let product = dot(line, left)
    let taken = product * product / dot(line, line)
    return taken * Double(values.count - breaks.count - 2) / max(whole - taken, 1e-15 * whole)
  }
}

/// Takes off a vector what it has along one of unit length.
func removePart(along q: [Double], of x: inout [Double]) {
  let share = dot(q, x)
  for i in x.indices { x[i] -= share * q[i] }
}
