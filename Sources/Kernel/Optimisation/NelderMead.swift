/// Minimisation without a gradient, by a moving simplex; deterministic.
///
/// J. A. Nelder and R. Mead, A simplex method for function minimization, The Computer Journal 7 (1965),
/// with the dimension-dependent coefficients of F. Gao and L. Han, Computational Optimization and
/// Applications 51 (2012). After it has converged it starts again from the best point, `restarts`
/// times, which leads it out of degenerate simplices.
public struct NelderMead: Hashable, Sendable {
  /// Largest distance of a vertex from the best one, in each coordinate relative to `1 + |x|`.
  public var pointTolerance: Double
  /// Largest difference of a vertex's value from the best, relative to `1 + |f|`.
  public var valueTolerance: Double
  /// `nil`: 500 for each dimension and start.
  public var maximumEvaluations: Int?
  public var restarts: Int

  public init(
    pointTolerance: Double = 1e-8, valueTolerance: Double = 1e-10,
    maximumEvaluations: Int? = nil, restarts: Int = 1
  ) {
    self.pointTolerance = pointTolerance
    self.valueTolerance = valueTolerance
    self.maximumEvaluations = maximumEvaluations
    self.restarts = restarts
  }

  /// - Parameter steps: how far the first simplex reaches in each coordinate; standard 10 % of the
  ///   coordinate, 0.1 where it is 0.
  /// - Parameter f: may return +∞ outside its domain, not at `start`; NaN counts as +∞.
  /// - Throws: `objectiveNotFinite` at the start; `notConverged` with the best point.
  public func minimise(
    from start: [Double], steps: [Double]? = nil, _ f: ([Double]) -> Double
  ) throws(KernelError) -> Minimum {
    let n = start.count
    precondition(n > 0, "nothing to minimise over")
    precondition(steps?.count ?? n == n, "\(steps?.count ?? 0) steps for \(n) coordinates")
    let first = steps ?? start.map { $0 == 0 ? 0.1 : 0.1 * abs($0) }
    let limit = maximumEvaluations ?? 500 * n * (restarts + 1)
    var simplex = Simplex(at: start, steps: first, f)
    guard simplex.vertices[0].value.isFinite else { throw .objectiveNotFinite(at: start) }
    var iterations = 0
    for round in 0...restarts {
      if round > 0 { simplex.restart(at: simplex.vertices[0].point, steps: first, f) }
      simplex.order()
      while !isSmall(simplex) {
        if simplex.evaluations >= limit {
          return try simplex.result(.iterationLimit, iterations).checked()
        }
        simplex.step(f)
        iterations += 1
      }
    }
    return simplex.result(.simplex, iterations)
  }

  private func isSmall(_ s: Simplex) -> Bool {
    let best = s.vertices[0]
    return s.vertices.allSatisfy { vertex in
      vertex.value - best.value <= valueTolerance * (1 + abs(best.value))
        && zip(vertex.point, best.point).allSatisfy {
          abs($0 - $1) <= pointTolerance * (1 + abs($1))
        }
    }
  }
}

/// The moving simplex, its vertices in ascending order of value.
private struct Simplex {
  struct Vertex {
    var point: [Double]
    var value: Double
  }

  var vertices: [Vertex] = []
  var evaluations = 0

  init(at start: [Double], steps: [Double], _ f: ([Double]) -> Double) {
    restart(at: start, steps: steps, f)
  }

  mutating func restart(at start: [Double], steps: [Double], _ f: ([Double]) -> Double) {
    vertices = [evaluate(start, f)]
    for (k, step) in steps.enumerated() {
      var point = start
      point[k] += step
      vertices.append(evaluate(point, f))
    }
  }

  mutating func evaluate(_ point: [Double], _ f: ([Double]) -> Double) -> Vertex {
    evaluations += 1
    let value = f(point)
    return Vertex(point: point, value: value.isNaN ? .infinity : value)
  }

  /// Ascending; equal values keep their order, so that the path is the same every time.
  mutating func order() {
    let ranked = vertices.enumerated().sorted {
      $0.element.value != $1.element.value
        ? $0.element.value < $1.element.value : $0.offset < $1.offset
    }
    vertices = ranked.map(\.element)
  }

  mutating func step(_ f: ([Double]) -> Double) {
    let n = Double(vertices.count - 1)
    let expansion = 1 + 2 / n, contraction = 0.75 - 0.5 / n, shrinkage = n > 1 ? 1 - 1 / n : 0.5
    let last = vertices.count - 1
    let worst = vertices[last]
    var centre = [Double](repeating: 0, count: worst.point.count)
    for vertex in vertices.dropLast() {
      for k in centre.indices { centre[k] += vertex.point[k] / n }
    }
    func along(_ t: Double) -> [Double] {
      zip(centre, worst.point).map { $0 + t * ($0 - $1) }
    }
    let reflected = evaluate(along(1), f)
    if reflected.value < vertices[0].value {
      let expanded = evaluate(along(n > 1 ? expansion : 2), f)
      vertices[last] = expanded.value < reflected.value ? expanded : reflected
    } else if reflected.value < vertices[last - 1].value {
      vertices[last] = reflected
    } else {
      let outside = reflected.value < worst.value
      let contracted = evaluate(along(outside ? contraction : -max(contraction, 0.25)), f)
      if contracted.value < (outside ? reflected.value : worst.value) {
        vertices[last] = contracted
      } else {
        shrink(shrinkage, f)
      }
    }
    order()
  }

  private mutating func shrink(_ factor: Double, _ f: ([Double]) -> Double) {
    let best = vertices[0].point
    for k in 1..<vertices.count {
      let point = zip(best, vertices[k].point).map { $0 + factor * ($1 - $0) }
      vertices[k] = evaluate(point, f)
    }
  }

  func result(_ reason: Minimum.Reason, _ iterations: Int) -> Minimum {
    let best = vertices[0]
    let spread = vertices.flatMap { vertex in
      zip(vertex.point, best.point).map { abs($0 - $1) }
    }
    return Minimum(
      point: best.point, value: best.value, iterations: iterations, evaluations: evaluations,
      reason: reason, measure: spread.max() ?? 0)
  }
}
