public import Demography
import Glibc
import Kernel

/// The levels of all fixed effects of a fit, brought to a normalisation that does not depend on how they
/// were found.
///
/// Where two effects meet, all levels of one can rise while those of the other fall by as much, in every
/// part of the data that nothing else connects (Abowd, Creecy & Kramarz 2002). Here every effect after
/// the first has mean 0 over its levels in each part in which it hangs together with an earlier one, so
/// that the first holds the height. Only sums of one level of each effect within a part mean something.
public struct EffectLevels: Sendable {
  /// One row for each level, effect by effect: `estimate` on the scale of the linear predictor, by unit of
  /// its column for a slope; `rows` of the fit; `part` of the data with two effects.
  public let table: Table
  /// Directions in which levels can move together without changing a fitted value.
  public let redundant: Int
  /// Whether that is all of them: with three effects or more some may not be seen.
  public let isExact: Bool
  /// Largest mean that should be 0; the parts of three effects or more depend on one another.
  public let gap: Double

  init(_ effects: [FixedEffect], _ groupings: [Grouping], slopes: [String?]) {
    var values = effects.map(\.values)
    let constants = groupings.indices.filter { slopes[$0] == nil }
    let pairs = constants.indices.flatMap { k in
      constants[..<k].map { ($0, constants[k], LevelParts(groupings[$0], groupings[constants[k]])) }
    }
    var gap = 0.0
    for sweep in 0..<(pairs.count > 1 ? 500 : 1) {
      gap = 0
      for (a, b, parts) in pairs {
        let means = parts.means(values[b])
        // A shift of the last sweep would be the rounding of the one before.
        if sweep > 0 { gap = max(gap, means.map(abs).max() ?? 0) }
        for l in values[b].indices { values[b][l] -= means[parts.second[l]] }
        for l in values[a].indices { values[a][l] += means[parts.first[l]] }
      }
      if sweep > 0, gap <= 1e-12 { break }
    }
    self.gap = gap
    isExact = constants.count < 3
    redundant = constants.dropFirst().reduce(0) { sum, b in
      sum + (pairs.filter { $0.1 == b }.map(\.2.count).max() ?? 0)
    }
    let only = constants.count == 2 ? pairs.first : nil
    let places = effects.indices.flatMap { e in values[e].indices.map { (e, $0) } }
    let sizes = groupings.map(\.sizes)
    table = Table(
      "fixed_effects",
      [
        .text("effect", places.map { effects[$0.0].name }),
        .text("level", places.map { effects[$0.0].names[$0.1] }),
        .real("estimate", places.map { values[$0.0][$0.1] }),
        .integer("rows", places.map { sizes[$0.0][$0.1] }),
        .integer(
          "part",
          places.map { e, l in
            only.flatMap { e == $0.0 ? $0.2.first[l] + 1 : e == $0.1 ? $0.2.second[l] + 1 : nil }
          }),
      ])
  }
}

/// The parts of the data that two effects leave unconnected.
private struct LevelParts {
  /// Part of each level of either effect.
  let first: [Int]
  let second: [Int]
  let count: Int

  init(_ a: Grouping, _ b: Grouping) {
    var parent = Array(0..<(a.count + b.count))
    func root(_ level: Int) -> Int {
      var level = level
      while parent[level] != level {
        parent[level] = parent[parent[level]]
        level = parent[level]
      }
      return level
    }
    for row in a.level.indices {
      let (one, other) = (root(Int(a.level[row])), root(a.count + Int(b.level[row])))
      parent[max(one, other)] = min(one, other)
    }
    var number: [Int: Int] = [:]
    let parts = parent.indices.map { level -> Int in
      let own = root(level)
      if let known = number[own] { return known }
      number[own] = number.count
      return number.count - 1
    }
    first = Array(parts[..<a.count])
    second = Array(parts[a.count...])
    count = number.count
  }

  /// Mean over the levels of the second effect in each part.
  func means(_ values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var sizes = sums
    for (level, part) in second.enumerated() {
      sums[part] += values[level]
      sizes[part] += 1
    }
    return sums.indices.map { sizes[$0] > 0 ? sums[$0] / sizes[$0] : 0 }
  }
}

extension RegressionFit {
  /// The levels of all effects; an empty table for a formula without.
  /// - Complexity: O(rows) for each two effects, then O(levels) a sweep.
  public func effectLevels() -> EffectLevels {
    let design = estimation.design
    return EffectLevels(
      fixedEffects, design.effects, slopes: formula.effects.map { $0.slope?.name })
  }
}
