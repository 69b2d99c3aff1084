/// Regressors off the levels, by place; made by `LevelProjection.regressors`.
public struct PlacedRegressors: Sendable {
  /// Number of regressors.
  public let count: Int
  /// For each place the regressors in turn.
  let values: [Double]

  static let none = PlacedRegressors(count: 0, values: [])

  /// For each regressor `Σ x s` and the size `Σ |x| v` it is to be compared with; `s` and `v` by
  /// place.
  public func scores(_ s: [Double], sizes v: [Double]) -> [(score: Double, size: Double)] {
    (0..<count).map { k in
      let score = parallelSum(s.count) { rows in
        let (x, s) = (values.span, s.span)
        var sum = 0.0
        for row in rows { sum += x[unchecked: row * count + k] * s[unchecked: row] }
        return sum
      }
      let size = parallelSum(s.count) { rows in
        let (x, v) = (values.span, v.span)
        var sum = 0.0
        for row in rows { sum += abs(x[unchecked: row * count + k]) * v[unchecked: row] }
        return sum
      }
      return (score, size)
    }
  }
}

extension LevelProjection {
  /// How slopes come into sums by level.
  enum SlopeUse: Sendable {
    case asGiven, absolute, squared

    func of(_ slope: Double) -> Double {
      switch self {
      case .asGiven: slope
      case .absolute: abs(slope)
      case .squared: slope * slope
      }
    }
  }

  /// Sums by level of the eliminated grouping and of the others.
  func sums(_ v: [Double], slopes use: SlopeUse = .asGiven) -> (
    eliminated: [Double], reduced: [Double]
  ) {
    var ofGroups = [Double](repeating: 0, count: groupCount)
    let reduced = ofGroups.withUnsafeMutableBufferPointer { groupSums in
      nonisolated(unsafe) let groupSums = groupSums
      return slabSums(width: reducedCount) { slab, target in
        let (starts, codes, v, others) = (starts.span, codes.span, v.span, others)
        let slopes = slopes.span
        for group in slabs[slab] {
          var sum = 0.0
          for place in Int(starts[group])..<Int(starts[group + 1]) {
            let value = v[unchecked: place]
            sum += value
            for q in 0..<others {
              let k = place * others + q
              let factor = slopes.isEmpty ? 1 : use.of(slopes[unchecked: k])
              target[unchecked: Int(codes[unchecked: k])] += value * factor
            }
          }
          groupSums[group] = sum
        }
      }
    }
    return (ofGroups, reduced)
  }

  /// `Z'W M Z u`, or `Z'(s − W Z u)` with the fit on the eliminated grouping taken away: Z the dummies
  /// of the other groupings and then the regressors, of which `u` and the result have one number
  /// each. M takes weighted means of the eliminated grouping away.
  ///
  /// - Parameter source: `s`, by place; then `Σ (Σ s)² / Σ W` over the eliminated grouping comes last
  ///   in the result, of what `u` leaves of `s`.
  func sweep(
    _ weights: Weights, _ u: [Double], _ x: PlacedRegressors, source: [Double]? = nil
  ) -> [Double] {
    slabSums(width: reducedCount + x.count + (source == nil ? 0 : 1)) { slab, target in
      var scratch = [Double](repeating: 0, count: largestGroup)
      var t = scratch.mutableSpan
      let groups = slabs[slab]
      // With literal counts the inner loops unroll.
      if !slopes.isEmpty {
        return inner(
          groups, others, x.count, source != nil, weights, u, x, source ?? [], &t, &target,
          hasSlopes: true)
      }
      switch (others, x.count, source) {
      case (1, 0, nil): inner(groups, 1, 0, false, weights, u, x, [], &t, &target)
      case (2, 0, nil): inner(groups, 2, 0, false, weights, u, x, [], &t, &target)
      case (1, 1, nil): inner(groups, 1, 1, false, weights, u, x, [], &t, &target)
      case (1, 2, nil): inner(groups, 1, 2, false, weights, u, x, [], &t, &target)
      case (2, 1, nil): inner(groups, 2, 1, false, weights, u, x, [], &t, &target)
      case (2, 2, nil): inner(groups, 2, 2, false, weights, u, x, [], &t, &target)
      default:
        inner(
          groups, others, x.count, source != nil, weights, u, x, source ?? [], &t, &target)
      }
    }
  }

  @inline(__always)
  private func inner(
    _ groups: Range<Int>, _ others: Int, _ columns: Int, _ hasSource: Bool, _ weights: Weights,
    _ u: [Double], _ x: PlacedRegressors, _ source: [Double], _ t: inout MutableSpan<Double>,
    _ target: inout MutableSpan<Double>, hasSlopes: Bool = false
  ) {
    let slopes = slopes.span
    let (starts, codes, w) = (starts.span, codes.span, weights.values.span)
    let (inverse, u, x, s) = (weights.inverseMass.span, u.span, x.values.span, source.span)
    let reduced = reducedCount
    for group in groups {
      let first = Int(starts[unchecked: group])
      let end = Int(starts[unchecked: group + 1])
      var sum = 0.0
      for place in first..<end {
        var value = 0.0
        for q in 0..<others {
          let factor = hasSlopes ? slopes[unchecked: place * others + q] : 1
          value += u[unchecked: Int(codes[unchecked: place * others + q])] * factor
        }
        for k in 0..<columns {
          value += u[unchecked: reduced + k] * x[unchecked: place * columns + k]
        }
        let part = w[unchecked: place] * value
        let rest = hasSource ? s[unchecked: place] - part : part
        t[unchecked: place - first] = rest
        sum += rest
      }
      let mean = sum * inverse[unchecked: group]
      if hasSource { target[unchecked: reduced + columns] += sum * mean }
      for place in first..<end {
        let part = t[unchecked: place - first] - w[unchecked: place] * mean
        if columns > 0 { t[unchecked: place - first] = part }
        for q in 0..<others {
          let factor = hasSlopes ? slopes[unchecked: place * others + q] : 1
          target[unchecked: Int(codes[unchecked: place * others + q])] += part * factor
        }
      }
      for k in 0..<columns {
        var sum = target[unchecked: reduced + k]
        for place in first..<end {
          sum += t[unchecked: place - first] * x[unchecked: place * columns + k]
        }
        target[unchecked: reduced + k] = sum
      }
    }
  }

  /// The sum over slabs of what `body` adds to `width` numbers.
  func slabSums(
    width: Int, _ body: @Sendable (_ slab: Int, _ target: inout MutableSpan<Double>) -> Void
  ) -> [Double] {
    let parts = parallelFill(slabs: slabs.count, length: width, threads: threads) { slab, target in
      body(slab, &target)
    }
    guard slabs.count > 1 else { return parts }
    return [Double](unsafeUninitializedCapacity: width) { sums, count in
      for l in 0..<width { sums[l] = parts[l] }
      for slab in 1..<slabs.count { for l in 0..<width { sums[l] += parts[slab * width + l] } }
      count = width
    }
  }

  /// Numbers of places, written slab by slab; `body` gets the offset of the first place of its slab.
  func slabRows(
    _ body: @Sendable (_ slab: Int, _ first: Int, _ block: inout MutableSpan<Double>) -> Void
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows) { buffer, count in
      buffer.initialize(repeating: 0)
      nonisolated(unsafe) let shared = buffer
      forEachIndex(slabs.count, threads) { slab in
        let first = Int(starts[slabs[slab].lowerBound])
        let end = Int(starts[slabs[slab].upperBound])
        let stretch = UnsafeMutableBufferPointer(rebasing: shared[first..<end])
        var block = MutableSpan(_unsafeElements: stretch)
        body(slab, first, &block)
      }
      count = rows
    }
  }
}
