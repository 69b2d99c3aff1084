/// Projections off the dummies of several groupings of rows, none of which is ever stored.
///
/// Goals: 1. residuals correct to rounding, for any number of groupings and any connectedness;
/// 2. nothing as long as the rows inside the iteration; 3. fast on origin-by-destination panels.
///
/// The grouping with most levels is eliminated exactly by its means. The weighted normal equations of
/// the others, `S b = D'W M v` with `S = D'W M D`, are solved by conjugate gradients preconditioned
/// with the diagonal of `D'W D`; rows stand in the order of the eliminated grouping, so that one pass
/// over weights and levels applies `S`. `S` is singular as often as groupings overlap; the system is
/// consistent, so the residual is unique even where the levels' values are not.
public struct LevelProjection: Sendable {
  private let rows: Int
  private let groupCount: Int
  /// Row of each place in the order of the eliminated grouping; empty where the rows have it already.
  private let order: [Int32]
  /// Where each level of the eliminated grouping begins, and the end.
  private let starts: [Int32]
  /// For each place the levels of the other groupings, counted through.
  private let codes: [Int32]
  private let others: Int
  private let reducedCount: Int
  /// Where the levels of the eliminated grouping, and of the others in turn, begin in a solution.
  private let firstOffset: Int
  private let otherOffsets: [Int]
  private let otherCounts: [Int]
  /// Values of all levels of all groupings in the order in which they were given.
  public let levelCount: Int

  /// - Parameter groupings: level of each row, from 0 and none empty, and number of levels; one at least.
  public init(_ groupings: [(level: [Int32], count: Int)], rows: Int) {
    precondition(!groupings.isEmpty, "no grouping")
    self.rows = rows
    let first = groupings.indices.max { groupings[$0].count < groupings[$1].count } ?? 0
    var offsets: [Int] = []
    var total = 0
    for grouping in groupings {
      precondition(grouping.level.count == rows, "\(grouping.level.count) levels of \(rows) rows")
      offsets.append(total)
      total += grouping.count
    }
    levelCount = total
    firstOffset = offsets[first]
    groupCount = groupings[first].count
    let rest = groupings.indices.filter { $0 != first }
    others = rest.count
    otherOffsets = rest.map { offsets[$0] }
    otherCounts = rest.map { groupings[$0].count }
    reducedCount = otherCounts.reduce(0, +)
    (order, starts) = Self.sorted(groupings[first].level, groupings[first].count)
    var codes = [Int32](repeating: 0, count: rows * rest.count)
    var before: Int32 = 0
    for (q, e) in rest.enumerated() {
      let level = groupings[e].level
      for place in 0..<rows {
        let row = order.isEmpty ? place : Int(order[place])
        codes[place * rest.count + q] = before + level[row]
      }
      before += Int32(groupings[e].count)
    }
    self.codes = codes
  }

  /// Places by level, stable; no order where the levels ascend already.
  private static func sorted(_ level: [Int32], _ count: Int) -> (order: [Int32], starts: [Int32]) {
    var starts = [Int32](repeating: 0, count: count + 1)
    var isSorted = true
    var previous: Int32 = 0
    for l in level {
      starts[Int(l) + 1] += 1
      if l < previous { isSorted = false }
      previous = l
    }
    for l in 0..<count { starts[l + 1] += starts[l] }
    guard !isSorted else { return ([], starts) }
    var next = starts
    var order = [Int32](repeating: 0, count: level.count)
    for row in level.indices {
      let l = Int(level[row])
      order[Int(next[l])] = Int32(row)
      next[l] += 1
    }
    return (order, starts)
  }

  /// Weights in the order of the iteration, with their sums by level.
  public struct Weights: Sendable {
    fileprivate let values: [Double]
    /// 1 / sum, by level of the eliminated grouping.
    fileprivate let inverseMass: [Double]
    /// 1 / sum, by level of the others.
    fileprivate let inverseDiagonal: [Double]
  }

  /// - Parameter weights: positive, one for each row.
  public func prepared(_ weights: [Double]) -> Weights {
    let w = placed(weights)
    var mass = [Double](repeating: 0, count: groupCount)
    var diagonal = [Double](repeating: 0, count: reducedCount)
    let others = others
    w.withUnsafeBufferPointer { w in
      codes.withUnsafeBufferPointer { codes in
        for group in 0..<groupCount {
          var sum = 0.0
          for place in Int(starts[group])..<Int(starts[group + 1]) {
            sum += w[place]
            for q in 0..<others { diagonal[Int(codes[place * others + q])] += w[place] }
          }
          mass[group] = sum
        }
      }
    }
    return Weights(
      values: w, inverseMass: mass.map { 1 / $0 }, inverseDiagonal: diagonal.map { 1 / $0 })
  }

  private func placed(_ v: [Double]) -> [Double] {
    precondition(v.count == rows, "\(v.count) values of \(rows) rows")
    guard !order.isEmpty else { return v }
    return [Double](unsafeUninitializedCapacity: rows) { target, count in
      v.withUnsafeBufferPointer { v in
        for place in 0..<rows { target[place] = v[Int(order[place])] }
      }
      count = rows
    }
  }

  /// Takes the weighted fit on the levels away from `v`.
  ///
  /// - Parameters:
  ///   - solution: values of the levels found so far, a start and the result; `levelCount` values.
  ///   - tolerance: on the residual of the normal equations, relative to the weighted size of `v`.
  ///   - isStep: whether `v` is a step of Newton's method, which need be no more exact than it is
  ///     small (Eisenstat & Walker 1996): one to five digits.
  /// - Returns: the residual; `nil` when the iteration does not end within 20,000 steps.
  /// - Complexity: O(rows · groupings) a step.
  public func residual(
    _ v: [Double], weights: Weights, solution: inout [Double], tolerance: Double,
    isStep: Bool = false
  ) -> [Double]? {
    precondition(solution.count == levelCount, "\(solution.count) of \(levelCount) levels")
    let v = placed(v)
    var b = reduced(solution)
    if others > 0 {
      var size = 0.0
      for place in 0..<rows { size += weights.values[place] * v[place] * v[place] }
      guard descend(v, weights, &b, size: size, tolerance, isStep) else { return nil }
      var position = 0
      for q in 0..<others {
        for l in 0..<otherCounts[q] { solution[otherOffsets[q] + l] = b[position + l] }
        position += otherCounts[q]
      }
    }
    return finish(v, weights, b, &solution)
  }

  private func reduced(_ solution: [Double]) -> [Double] {
    var b: [Double] = []
    b.reserveCapacity(reducedCount)
    for q in 0..<others { b += solution[otherOffsets[q]..<(otherOffsets[q] + otherCounts[q])] }
    return b
  }

  private func descend(
    _ v: [Double], _ weights: Weights, _ b: inout [Double], size: Double, _ tolerance: Double,
    _ isStep: Bool
  ) -> Bool {
    var image = [Double](repeating: 0, count: reducedCount)
    var steps = 0
    var threshold = tolerance * tolerance * size
    // Rounding parts the recursive gradient from the true one: begin again until they agree.
    var last = Double.infinity
    for _ in 0..<8 {
      var g = gradient(v, weights, b)
      var p = g.indices.map { g[$0] * weights.inverseDiagonal[$0] }
      var power = Self.dot(g, p)
      if isStep, last == .infinity {
        threshold = max(threshold, power * min(1e-2, max(1e-10, power / size)))
      }
      guard power > threshold, power < 0.25 * last else { return true }
      last = power
      var d = p
      while power > threshold {
        guard steps < 20_000 else { return false }
        steps += 1
        apply(d, weights, &image)
        let curvature = Self.dot(d, image)
        guard curvature > 0, curvature.isFinite else { break }
        let step = power / curvature
        var next = 0.0
        for l in 0..<reducedCount {
          b[l] += step * d[l]
          g[l] -= step * image[l]
          p[l] = g[l] * weights.inverseDiagonal[l]
          next += g[l] * p[l]
        }
        let ratio = next / power
        power = next
        for l in 0..<reducedCount { d[l] = p[l] + ratio * d[l] }
      }
    }
    return true
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += a[k] * b[k] }
    return sum
  }

  /// `D'W M (v − D b)`.
  private func gradient(_ v: [Double], _ weights: Weights, _ b: [Double]) -> [Double] {
    var g = [Double](repeating: 0, count: reducedCount)
    pass(weights, b, &g, of: v)
    return g
  }

  /// `image = S d`.
  private func apply(_ d: [Double], _ weights: Weights, _ image: inout [Double]) {
    for l in image.indices { image[l] = 0 }
    pass(weights, d, &image, of: nil)
  }

  /// Adds `D'W M u` to `target`, where `u` is `D b`, or `v − D b`.
  private func pass(
    _ weights: Weights, _ b: [Double], _ target: inout [Double], of v: [Double]?
  ) {
    let others = others
    starts.withUnsafeBufferPointer { starts in
      codes.withUnsafeBufferPointer { codes in
        weights.values.withUnsafeBufferPointer { w in
          b.withUnsafeBufferPointer { b in
            target.withUnsafeMutableBufferPointer { target in
              for group in 0..<groupCount {
                let places = Int(starts[group])..<Int(starts[group + 1])
                let inverse = weights.inverseMass[group]
                switch (others, v) {
                case (1, nil): Self.step1(places, inverse, codes, w, b, target)
                case (2, nil): Self.step2(places, inverse, codes, w, b, target)
                default: Self.step(places, inverse, codes, w, b, target, others, v)
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func step1(
    _ places: Range<Int>, _ inverse: Double, _ codes: UnsafeBufferPointer<Int32>,
    _ w: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>,
    _ target: UnsafeMutableBufferPointer<Double>
  ) {
    var sum = 0.0
    for place in places { sum += w[place] * b[Int(codes[place])] }
    let mean = sum * inverse
    for place in places {
      let l = Int(codes[place])
      target[l] += w[place] * (b[l] - mean)
    }
  }

  @inline(__always)
  private static func step2(
    _ places: Range<Int>, _ inverse: Double, _ codes: UnsafeBufferPointer<Int32>,
    _ w: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>,
    _ target: UnsafeMutableBufferPointer<Double>
  ) {
    var sum = 0.0
    for place in places {
      sum += w[place] * (b[Int(codes[2 * place])] + b[Int(codes[2 * place + 1])])
    }
    let mean = sum * inverse
    for place in places {
      let (k, l) = (Int(codes[2 * place]), Int(codes[2 * place + 1]))
      let part = w[place] * (b[k] + b[l] - mean)
      target[k] += part
      target[l] += part
    }
  }

  private static func step(
    _ places: Range<Int>, _ inverse: Double, _ codes: UnsafeBufferPointer<Int32>,
    _ w: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>,
    _ target: UnsafeMutableBufferPointer<Double>, _ others: Int, _ v: [Double]?
  ) {
    let sign: Double = v == nil ? 1 : -1
    func value(_ place: Int) -> Double {
      var sum = 0.0
      for q in 0..<others { sum += b[Int(codes[place * others + q])] }
      return (v?[place] ?? 0) + sign * sum
    }
    var sum = 0.0
    for place in places { sum += w[place] * value(place) }
    let mean = sum * inverse
    for place in places {
      let part = w[place] * (value(place) - mean)
      for q in 0..<others { target[Int(codes[place * others + q])] += part }
    }
  }

  /// The residual in the order of the rows, and the means of the eliminated grouping.
  private func finish(
    _ v: [Double], _ weights: Weights, _ b: [Double], _ solution: inout [Double]
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows)
    for group in 0..<groupCount {
      let places = Int(starts[group])..<Int(starts[group + 1])
      var sum = 0.0
      for place in places {
        var value = v[place]
        for q in 0..<others { value -= b[Int(codes[place * others + q])] }
        result[order.isEmpty ? place : Int(order[place])] = value
        sum += weights.values[place] * value
      }
      let mean = sum * weights.inverseMass[group]
      solution[firstOffset + group] = mean
      for place in places { result[order.isEmpty ? place : Int(order[place])] -= mean }
    }
    return result
  }

  /// Adds the value of its level in every grouping to each row.
  public func add(_ solution: [Double], to v: inout [Double]) {
    let b = reduced(solution)
    for group in 0..<groupCount {
      let own = solution[firstOffset + group]
      for place in Int(starts[group])..<Int(starts[group + 1]) {
        var value = own
        for q in 0..<others { value += b[Int(codes[place * others + q])] }
        v[order.isEmpty ? place : Int(order[place])] += value
      }
    }
  }
}
