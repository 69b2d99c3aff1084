import Glibc

/// A step of Newton's method in levels and regressors together.
public struct NewtonStep: Sendable {
  /// Of the regressors.
  public let coefficients: [Double]
  /// Of all levels in the order of a solution.
  public let levels: [Double]
  /// Of the linear predictor of each place.
  public let change: [Double]
  /// `s'Z (Z'WZ)⁻ Z's`, as far as it was followed: twice what the quadratic model gains.
  public let decrement: Double
  /// `g'P g` of the gradient that is left, P the inverse diagonal of `Z'WZ`.
  public let remaining: Double
  /// Sweeps over all places that the step took.
  public let sweeps: Int
  /// The mean change of the linear predictor that is expected, weighted: `√(λ² / Σ W)`.
  public let size: Double
}

extension LevelProjection {
  /// Regressors less the levels by which each is explained so far, ready for `newtonStep`.
  ///
  /// - Parameter explained: for each regressor `levelCount` values.
  public func regressors(_ columns: [[Double]], explained: [[Double]]) -> PlacedRegressors {
    let count = columns.count
    var values = [Double](repeating: 0, count: rows * count)
    for k in 0..<count {
      let means = (0..<groupCount).map { eliminated(explained[k], $0) }
      let left = rest(placed(columns[k]), means, reduced(explained[k]))
      if count == 1 { return PlacedRegressors(count: 1, values: left) }
      for place in 0..<rows { values[place * count + k] = left[place] }
    }
    return PlacedRegressors(count: count, values: values)
  }

  /// `Z'W M Z` of the regressors alone.
  func gram(_ weights: Weights, _ x: PlacedRegressors) -> Matrix {
    let k = x.count
    guard k > 0 else { return Matrix(rows: 0, columns: 0) }
    let sums = slabSums(width: k * k) { slab, target in
      // With literal counts the inner loops unroll.
      switch k {
      case 1: products(slabs[slab], 1, weights, x, &target)
      case 2: products(slabs[slab], 2, weights, x, &target)
      default: products(slabs[slab], k, weights, x, &target)
      }
    }
    var gram = Matrix(rows: k, columns: k)
    for a in 0..<k {
      for b in 0...a {
        gram[a, b] = sums[a * k + b]
        gram[b, a] = sums[a * k + b]
      }
    }
    return gram
  }

  @inline(__always)
  private func products(
    _ groups: Range<Int>, _ k: Int, _ weights: Weights, _ x: PlacedRegressors,
    _ target: inout MutableSpan<Double>
  ) {
    let (starts, w, x) = (starts.span, weights.values.span, x.values.span)
    for group in groups {
      let places = Int(starts[group])..<Int(starts[group + 1])
      for a in 0..<k {
        var sum = 0.0
        for place in places { sum += w[unchecked: place] * x[unchecked: place * k + a] }
        let mean = sum * weights.inverseMass[group]
        for b in 0...a {
          var product = target[unchecked: a * k + b]
          for place in places {
            let part = w[unchecked: place] * (x[unchecked: place * k + a] - mean)
            product += part * x[unchecked: place * k + b]
          }
          target[unchecked: a * k + b] = product
        }
      }
    }
  }

  /// Least squares of `s / W` on levels and regressors, no more exact than it has to be.
  ///
  /// The gradient is brought down to a tenth, and the more the smaller the step is, down to 1e-5
  /// (Dembo, Eisenstat & Steihaug 1982), but not below what rounding leaves of it.
  ///
  /// - Parameters:
  ///   - scores: `s`, one for each place.
  ///   - reduction: by how much the gradient is brought down, instead of that rule.
  ///   - limit: of conjugate gradients' steps, after which the step is taken as it is.
  /// - Returns: `nil` when conjugate gradients do not end within 20,000 steps.
  /// - Throws: `notPositiveDefinite` where a regressor is determined by the others.
  public func newtonStep(
    _ scores: [Double], weights: Weights, regressors x: PlacedRegressors, reduction: Double? = nil,
    limit: Int? = nil
  ) throws(KernelError) -> NewtonStep? {
    let system = try LevelSystem(self, weights, x)
    var u = [Double](repeating: 0, count: system.width)
    var g = sweep(weights, u, x, source: scores)
    // What the eliminated grouping gains comes along at the end.
    let ofGroups = g.removeLast()
    let p = system.preconditioned(g)
    let power = g.indices.reduce(0) { $0 + g[$1] * p[$1] }
    let size = ((ofGroups + power) / weights.total).squareRoot()
    let factor = reduction ?? min(0.1, max(1e-5, size))
    let threshold = max(power * factor * factor, 1e-29 * weights.total)
    guard
      let descent = system.descend(
        &u, &g, threshold: threshold, limit: limit ?? 20_000, endsAtLimit: limit != nil)
    else { return nil }
    let (means, change) = values(u, x, weights, scores)
    return NewtonStep(
      coefficients: Array(u.suffix(x.count)), levels: assembled(eliminated: means, reduced: u),
      change: change, decrement: ofGroups + descent.gain, remaining: descent.power,
      sweeps: descent.steps + 2, size: size)
  }

  /// What levels and regressors come to in every place, and the means of the eliminated grouping of
  /// what they leave of `s / W`.
  private func values(
    _ u: [Double], _ x: PlacedRegressors, _ weights: Weights, _ scores: [Double]
  ) -> (means: [Double], change: [Double]) {
    var means = [Double](repeating: 0, count: groupCount)
    let change = means.withUnsafeMutableBufferPointer { means in
      nonisolated(unsafe) let means = means
      return slabRows { slab, first, block in
        let (starts, w, s) = (starts.span, weights.values.span, scores.span)
        for group in slabs[slab] {
          let places = Int(starts[group])..<Int(starts[group + 1])
          var sum = 0.0
          for place in places {
            let value = value(place, u, x)
            block[unchecked: place - first] = value
            sum += s[unchecked: place] - w[unchecked: place] * value
          }
          let mean = sum * weights.inverseMass[group]
          means[group] = mean
          for place in places { block[unchecked: place - first] += mean }
        }
      }
    }
    return (means, change)
  }

  /// `η + part · change` and its exponential; with totals, levels of the eliminated grouping are
  /// moved until the exponentials add up to them.
  ///
  /// - Parameter totals: positive, by level of the eliminated grouping, as `groupTotals` gives them.
  /// - Returns: `eta` and `mu` by place, and by how much the levels moved beyond the step, in the order
  ///   of a solution.
  public func means(
    _ eta: [Double], change: [Double], part: Double, totals: [Double]?
  ) -> (eta: [Double], mu: [Double], levels: [Double]) {
    var shifts = [Double](repeating: 0, count: groupCount)
    var moved = [Double](repeating: 0, count: rows)
    let mu = shifts.withUnsafeMutableBufferPointer { shifts in
      moved.withUnsafeMutableBufferPointer { moved in
        nonisolated(unsafe) let (shifts, moved) = (shifts, moved)
        return slabRows { slab, first, block in
          let (starts, eta, change) = (starts.span, eta.span, change.span)
          let places = first..<(first + block.count)
          for place in places {
            moved[place] = eta[unchecked: place] + part * change[unchecked: place]
          }
          exp(Span(_unsafeElements: UnsafeBufferPointer(rebasing: moved[places])), into: &block)
          guard let totals else { return }
          for group in slabs[slab] {
            let own = Int(starts[group])..<Int(starts[group + 1])
            var sum = 0.0
            for place in own { sum += block[unchecked: place - first] }
            let ratio = totals[group] / sum
            guard ratio > 0, ratio.isFinite else { continue }
            let shift = Glibc.log(ratio)
            shifts[group] = shift
            for place in own {
              moved[place] += shift
              block[unchecked: place - first] *= ratio
            }
          }
        }
      }
    }
    let levels = assembled(
      eliminated: shifts, reduced: [Double](repeating: 0, count: reducedCount))
    return (moved, mu, levels)
  }

  /// Sums of values of places by level of the eliminated grouping; `nil` without groupings.
  public func groupTotals(_ v: [Double]) -> [Double]? { isFree ? nil : sums(v).eliminated }
}
