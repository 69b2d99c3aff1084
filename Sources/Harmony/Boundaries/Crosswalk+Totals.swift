internal import Demography

/// Values on new areas.
public struct Spread: Hashable, Sendable {
  /// By new area. An area is absent when a part of it is not known.
  public let values: [String: Double]
  /// Old areas whose weights do not add up to one, with the share that went nowhere.
  public let missingShare: [String: Double]
  /// The weight each divided area was divided by.
  public let weightUsed: [String: Crosswalk.Weight]
}

extension Crosswalk {
  /// Divides totals: `y'(s) = Σ W(r,s) y(r)`.
  ///
  /// - Parameter values: by old area; NaN is not known, and what it becomes part of is not known.
  /// - Returns: the same total as the input when no share is missing.
  public func totals(_ values: [String: Double], by weight: Weight) -> Spread {
    var result: [String: Double] = [:]
    var missing: [String: Double] = [:]
    var used: [String: Weight] = [:]
    for area in values.keys.sorted() {
      guard let value = values[area] else { continue }
      let shares = shares(of: area, by: weight)
      let total = shares.reduce(0) { $0 + $1.weight }
      if 1 - total > 1e-9 { missing[area] = 1 - total }
      if shares.count > 1 { used[area] = weightUsed(of: area, weight) }
      for share in shares where share.weight > 0 {
        result[share.to, default: 0] += share.weight * value
      }
    }
    return Spread(
      values: result.filter { !$0.value.isNaN }, missingShare: missing, weightUsed: used)
  }

  /// Divides a rate or a mean by carrying its numerator and its denominator and dividing last.
  public func ratios(
    numerator: [String: Double], denominator: [String: Double], by weight: Weight
  ) -> Spread {
    let above = totals(numerator, by: weight)
    let below = totals(denominator, by: weight)
    var ratios: [String: Double] = [:]
    for (area, value) in above.values {
      if let divisor = below.values[area], divisor != 0 { ratios[area] = value / divisor }
    }
    return Spread(
      values: ratios,
      missingShare: above.missingShare.merging(below.missingShare) { max($0, $1) },
      weightUsed: above.weightUsed)
  }

  /// The nearest whole numbers with the same total, by largest remainder; ties go to the smaller code.
  ///
  /// - Precondition: the total is a whole number to 1e-6 and no value is negative.
  public static func integers(_ values: [String: Double]) -> [String: Int] {
    let areas = values.keys.sorted()
    let total = areas.reduce(0) { $0 + (values[$1] ?? 0) }
    precondition(abs(total - total.rounded()) < 1e-6, "a total of \(total) is no whole number")
    precondition(values.values.allSatisfy { $0 >= 0 }, "a negative value among \(values.count)")
    var whole = values.mapValues { Int($0) }
    let rest = Int(total.rounded()) - whole.values.reduce(0, +)
    let order = areas.sorted { a, b in
      let x = (values[a] ?? 0) - Double(whole[a] ?? 0)
      let y = (values[b] ?? 0) - Double(whole[b] ?? 0)
      return x == y ? a < b : x > y
    }
    for area in order.prefix(max(0, rest)) { whole[area, default: 0] += 1 }
    return whole
  }
}
