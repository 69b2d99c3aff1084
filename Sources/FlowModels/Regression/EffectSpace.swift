/// The space spanned by the dummies of the fixed effects, and projections off it.
///
/// Goals: 1. residuals correct to rounding, for any number of effects and any connectedness; 2. no
/// dummy is ever stored; 3. fast on origin-by-destination tables. The effect with most levels is
/// eliminated exactly by group means; the weighted normal equations of the rest,
/// `S b = D₂'W M₁ v` with `S = D₂'W M₁ D₂`, are solved by conjugate gradients preconditioned with the
/// diagonal of `D₂'W D₂`. `S` is singular as often as effects overlap; the system is consistent, so
/// the residual is unique even where the effects are not.
struct EffectSpace {
  let effects: [Grouping]
  private let count: Int
  /// Index of the effect eliminated by group means.
  private let first: Int
  /// Where the levels of each effect begin in a vector over all levels.
  let offsets: [Int]
  let levelCount: Int

  init(_ effects: [Grouping], rows: Int) {
    self.effects = effects
    count = rows
    first = effects.indices.max { effects[$0].count < effects[$1].count } ?? 0
    var offsets: [Int] = []
    var total = 0
    for effect in effects {
      offsets.append(total)
      total += effect.count
    }
    self.offsets = offsets
    levelCount = total
  }

  var isEmpty: Bool { effects.isEmpty }

  /// Takes the weighted fit on the effects away from `v`.
  ///
  /// - Parameters:
  ///   - weights: positive, one for each row.
  ///   - solution: effects found so far, a start and the result; `levelCount` values.
  ///   - tolerance: on the residual of the normal equations, relative to the right-hand side.
  /// - Returns: the residual; `nil` when the iteration does not end.
  /// - Complexity: O(rows · effects) an iteration.
  func residual(
    _ v: [Double], weights w: [Double], solution: inout [Double], tolerance: Double
  ) -> [Double]? {
    guard !effects.isEmpty else { return v }
    let others = effects.indices.filter { $0 != first }
    let mass = effects.map { $0.sums(w) }
    var residual = v
    for e in others { subtract(effects[e], offsets[e], solution, from: &residual) }
    center(&residual, w, mass[first])
    if !others.isEmpty {
      guard descend(&residual, w, mass, others, &solution, tolerance, scale: v) else { return nil }
    }
    var own = v
    for e in others { subtract(effects[e], offsets[e], solution, from: &own) }
    let means = groupMeans(own, w, effects[first], mass[first])
    for level in means.indices { solution[offsets[first] + level] = means[level] }
    let level = effects[first].level
    for row in own.indices { own[row] -= means[Int(level[row])] }
    return own
  }

  private func descend(
    _ residual: inout [Double], _ w: [Double], _ mass: [[Double]], _ others: [Int],
    _ solution: inout [Double], _ tolerance: Double, scale: [Double]
  ) -> Bool {
    var gradient = gather(residual, w, others)
    let threshold = tolerance * tolerance * energy(scale, w)
    var preconditioned = precondition(gradient, mass, others)
    var power = inner(gradient, preconditioned)
    var direction = preconditioned
    var image = [Double](repeating: 0, count: count)
    for _ in 0..<20_000 {
      if power <= threshold { return true }
      for row in image.indices { image[row] = 0 }
      for e in others { subtract(effects[e], offsets[e], direction, from: &image) }
      center(&image, w, mass[first])
      let curvature = energy(image, w)
      guard curvature > 0, curvature.isFinite else { return curvature == 0 }
      let step = power / curvature
      for level in solution.indices { solution[level] += step * direction[level] }
      for row in residual.indices { residual[row] += step * image[row] }
      gradient = gather(residual, w, others)
      preconditioned = precondition(gradient, mass, others)
      let next = inner(gradient, preconditioned)
      let ratio = next / power
      power = next
      for level in direction.indices {
        direction[level] = preconditioned[level] + ratio * direction[level]
      }
    }
    return false
  }

  private func subtract(
    _ effect: Grouping, _ offset: Int, _ values: [Double], from v: inout [Double]
  ) {
    let level = effect.level
    for row in v.indices { v[row] -= values[offset + Int(level[row])] }
  }

  private func groupMeans(
    _ v: [Double], _ w: [Double], _ effect: Grouping, _ mass: [Double]
  ) -> [Double] {
    var means = [Double](repeating: 0, count: effect.count)
    let level = effect.level
    for row in v.indices { means[Int(level[row])] += w[row] * v[row] }
    for group in means.indices { means[group] /= mass[group] }
    return means
  }

  private func center(_ v: inout [Double], _ w: [Double], _ mass: [Double]) {
    let means = groupMeans(v, w, effects[first], mass)
    let level = effects[first].level
    for row in v.indices { v[row] -= means[Int(level[row])] }
  }

  private func gather(_ v: [Double], _ w: [Double], _ others: [Int]) -> [Double] {
    var sums = [Double](repeating: 0, count: levelCount)
    for e in others {
      let level = effects[e].level
      let offset = offsets[e]
      for row in v.indices { sums[offset + Int(level[row])] += w[row] * v[row] }
    }
    return sums
  }

  private func precondition(_ g: [Double], _ mass: [[Double]], _ others: [Int]) -> [Double] {
    var scaled = g
    for e in others {
      for level in 0..<effects[e].count { scaled[offsets[e] + level] /= mass[e][level] }
    }
    return scaled
  }

  private func inner(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += a[k] * b[k] }
    return sum
  }

  private func energy(_ v: [Double], _ w: [Double]) -> Double {
    var sum = 0.0
    for row in v.indices { sum += w[row] * v[row] * v[row] }
    return sum
  }
}
