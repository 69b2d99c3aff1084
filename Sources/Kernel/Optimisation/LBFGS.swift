/// Minimisation with a gradient and a limited memory of curvature.
///
/// J. Nocedal, Updating quasi-Newton matrices with limited storage, Mathematics of Computation 35
/// (1980), with a line search for the strong Wolfe conditions.
public struct LBFGS: Hashable, Sendable {
  /// How many past steps shape the next one.
  public var memory: Int
  /// Converged where no component of the gradient exceeds this times `max(1, |f|)`.
  public var gradientTolerance: Double
  /// Converged also where a step lowers f by less than this times `max(1, |f|)`; 0 switches it off.
  public var valueTolerance: Double
  public var maximumIterations: Int

  public init(
    memory: Int = 10, gradientTolerance: Double = 1e-8, valueTolerance: Double = 0,
    maximumIterations: Int = 1000
  ) {
    precondition(memory > 0, "a memory of \(memory)")
    self.memory = memory
    self.gradientTolerance = gradientTolerance
    self.valueTolerance = valueTolerance
    self.maximumIterations = maximumIterations
  }

  /// - Parameter f: the value at a point, and its gradient written into the second argument, which
  ///   has the right length. May return +∞ or NaN outside its domain, not at `start`.
  /// - Throws: `objectiveNotFinite` at the start; `notConverged` with the best point, for the reasons
  ///   `iterationLimit` and `lineSearch`.
  /// - Complexity: O(memory · n) an iteration besides f.
  public func minimise(
    from start: [Double], _ f: (_ x: [Double], _ gradient: inout [Double]) -> Double
  ) throws(KernelError) -> Minimum {
    var evaluations = 0
    func evaluate(_ x: [Double]) -> Trial {
      evaluations += 1
      var gradient = [Double](repeating: 0, count: x.count)
      let value = f(x, &gradient)
      return Trial(point: x, value: value, gradient: gradient)
    }
    var current = evaluate(start)
    guard current.isFinite else { throw .objectiveNotFinite(at: start) }
    var history = Curvature(capacity: memory)
    var iterations = 0
    func stop(_ reason: Minimum.Reason) throws(KernelError) -> Minimum {
      try Minimum(
        point: current.point, value: current.value, iterations: iterations,
        evaluations: evaluations, reason: reason, measure: current.largestSlope
      ).checked()
    }
    while true {
      if current.largestSlope <= gradientTolerance * max(1, abs(current.value)) {
        return try stop(.gradient)
      }
      if iterations == maximumIterations { return try stop(.iterationLimit) }
      var direction = history.direction(current.gradient)
      if !(dot(direction, current.gradient) < 0) {
        history.forget()
        direction = current.gradient.map { -$0 }
      }
      let first = history.isEmpty ? min(1, 1 / max(norm(direction), 1e-300)) : 1
      var found = wolfeStep(from: current, along: direction, first: first, evaluate)
      if found == nil && !history.isEmpty {
        history.forget()
        direction = current.gradient.map { -$0 }
        found = wolfeStep(
          from: current, along: direction, first: 1 / max(norm(direction), 1e-300), evaluate)
      }
      guard let next = found else { return try stop(.lineSearch) }
      iterations += 1
      let fall = current.value - next.value
      history.add(from: current, to: next)
      current = next
      if fall < valueTolerance * max(1, abs(current.value)) { return try stop(.value) }
    }
  }
}

/// A point with what the objective said there.
struct Trial {
  let point: [Double]
  let value: Double
  let gradient: [Double]

  var isFinite: Bool { value.isFinite && gradient.allSatisfy(\.isFinite) }
  var largestSlope: Double { gradient.reduce(0) { max($0, abs($1)) } }
}

/// The last steps and changes of gradient; the two-loop recursion over them.
private struct Curvature {
  let capacity: Int
  private var steps: [[Double]] = []
  private var changes: [[Double]] = []
  private var scales: [Double] = []

  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { steps.isEmpty }

  mutating func forget() {
    steps = []
    changes = []
    scales = []
  }

  /// Keeps the pair where it shows positive curvature.
  mutating func add(from a: Trial, to b: Trial) {
    let s = zip(b.point, a.point).map { $0 - $1 }
    let y = zip(b.gradient, a.gradient).map { $0 - $1 }
    let sy = dot(s, y)
    guard sy > Double.ulpOfOne * norm(s) * norm(y) else { return }
    if steps.count == capacity {
      steps.removeFirst()
      changes.removeFirst()
      scales.removeFirst()
    }
    steps.append(s)
    changes.append(y)
    scales.append(1 / sy)
  }

  /// `−H g`.
  func direction(_ gradient: [Double]) -> [Double] {
    var q = gradient
    var alphas = [Double](repeating: 0, count: steps.count)
    for k in steps.indices.reversed() {
      alphas[k] = scales[k] * dot(steps[k], q)
      for i in q.indices { q[i] -= alphas[k] * changes[k][i] }
    }
    if let scale = scales.last, let y = changes.last {
      let gamma = 1 / (scale * dot(y, y))
      for i in q.indices { q[i] *= gamma }
    }
    for k in steps.indices {
      let beta = scales[k] * dot(changes[k], q)
      for i in q.indices { q[i] += (alphas[k] - beta) * steps[k][i] }
    }
    return q.map { -$0 }
  }
}
