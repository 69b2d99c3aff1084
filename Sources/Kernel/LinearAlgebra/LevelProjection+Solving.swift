extension LevelProjection {
  /// Takes the weighted fit on the levels away from `v`.
  ///
  /// - Parameters:
  ///   - v: one value for each row.
  ///   - solution: values of the levels found so far, a start and the result; `levelCount` values.
  ///   - tolerance: on the residual of the normal equations, relative to the weighted size of what the
  ///     start leaves of `v`.
  /// - Returns: the residual; `nil` when the iteration does not end within 20,000 steps.
  /// - Complexity: O(rows · groupings) a step.
  public func residual(
    _ v: [Double], weights: Weights, solution: inout [Double], tolerance: Double
  ) -> [Double]? {
    precondition(solution.count == levelCount, "\(solution.count) of \(levelCount) levels")
    let v = placed(v)
    var b = reduced(solution)
    if others > 0 {
      guard let system = try? LevelSystem(self, weights),
        descend(v, system, solution, &b, tolerance)
      else { return nil }
    }
    let x = PlacedRegressors.none
    let means = means(weights, b, x, source: times(v, weights))
    solution = assembled(eliminated: means, reduced: b)
    return inRows(rest(v, means, b))
  }

  private func descend(
    _ v: [Double], _ system: LevelSystem, _ solution: [Double], _ b: inout [Double],
    _ tolerance: Double
  ) -> Bool {
    let source = times(v, system.weights)
    let isStarted = solution.contains { $0 != 0 }
    let left =
      isStarted ? rest(v, (0..<groupCount).map { eliminated(solution, $0) }, b) : v
    let size = parallelSum(rows, threads: threads) { places in
      let (w, left) = (system.weights.values.span, left.span)
      var sum = 0.0
      for place in places {
        sum += w[unchecked: place] * left[unchecked: place] * left[unchecked: place]
      }
      return sum
    }
    let threshold = tolerance * tolerance * size
    var steps = 0
    // Rounding parts the recursive gradient from the true one: begin again until they agree.
    var last = Double.infinity
    for _ in 0..<8 {
      var g = sweep(system.weights, b, .none, source: source)
      g.removeLast()
      let p = system.preconditioned(g)
      let power = g.indices.reduce(0) { $0 + g[$1] * p[$1] }
      guard power > threshold, power < 0.25 * last else { return true }
      last = power
      guard
        let descent = system.descend(&b, &g, threshold: threshold, limit: 20_000 - steps)
      else { return false }
      steps += descent.steps
    }
    return true
  }

  private func times(_ v: [Double], _ weights: Weights) -> [Double] {
    parallelRows(rows, threads: threads) { places, block in
      let (v, w) = (v.span, weights.values.span)
      for place in places {
        block[unchecked: place - places.lowerBound] = v[unchecked: place] * w[unchecked: place]
      }
    }
  }

  /// Weighted means of the eliminated grouping of what levels and regressors leave.
  func means(
    _ weights: Weights, _ u: [Double], _ x: PlacedRegressors, source: [Double]
  ) -> [Double] {
    var means = [Double](repeating: 0, count: groupCount)
    means.withUnsafeMutableBufferPointer { means in
      nonisolated(unsafe) let means = means
      forEachIndex(slabs.count, threads) { slab in
        let (starts, w) = (starts.span, weights.values.span)
        for group in slabs[slab] {
          var sum = 0.0
          for place in Int(starts[group])..<Int(starts[group + 1]) {
            sum += source[place] - w[unchecked: place] * value(place, u, x)
          }
          means[group] = sum * weights.inverseMass[group]
        }
      }
    }
    return means
  }

  /// The value of levels and regressors in a place.
  @inline(__always)
  func value(_ place: Int, _ u: [Double], _ x: PlacedRegressors) -> Double {
    let (codes, u, x, columns) = (codes.span, u.span, x.values.span, x.count)
    var value = 0.0
    if slopes.isEmpty {
      for q in 0..<others { value += u[unchecked: Int(codes[unchecked: place * others + q])] }
    } else {
      for q in 0..<others {
        let k = place * others + q
        value += u[unchecked: Int(codes[unchecked: k])] * slopes[k]
      }
    }
    for k in 0..<columns {
      value += u[unchecked: reducedCount + k] * x[unchecked: place * columns + k]
    }
    return value
  }

  /// `v` less the levels.
  func rest(_ v: [Double], _ eliminated: [Double], _ b: [Double]) -> [Double] {
    slabRows { slab, first, block in
      let (starts, v) = (starts.span, v.span)
      for group in slabs[slab] {
        for place in Int(starts[group])..<Int(starts[group + 1]) {
          block[unchecked: place - first] =
            v[unchecked: place] - value(place, b, .none) - eliminated[group]
        }
      }
    }
  }
}
