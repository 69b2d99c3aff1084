/// The factors that bring one component of a year to its totals, while they are looked for.
struct ComponentFactors {
  /// A total that is not met yet, or never will be.
  struct Miss {
    enum Reason: Int {
      case reach, nothing, contradiction
    }

    let part: Constraint.Part
    let wanted: Double
    let found: Double
    let reason: Reason
    /// How far from it; infinity where looking further is of no use.
    let error: Double
  }

  /// Relative distance at which a hard total is met.
  static let closeness = 1e-10
  /// Larger factors are refused.
  static let mostFactor = 1000.0

  let component: Constraint.Component
  let regions: Int
  /// How all totals of the component are met.
  let manner: Constraint.Target
  /// What the country comes to; `nil` for no total.
  let total: Double?
  let parts: [(part: Constraint.Part, total: Double)]
  let pairs: [(from: Int, to: Int)]
  /// As `Constraint.factorCount` says.
  var values: [Double]

  /// `nil` where no total holds in the years.
  init?(
    _ constraint: Constraint, _ component: Constraint.Component, _ years: Range<Int>, regions: Int
  ) {
    let margins = constraint.margins[component] ?? []
    total = constraint.components[component]?.total(years)
    parts = margins.compactMap { margin in
      margin.target.total(years).map { (margin.part, $0) }
    }
    guard let manner = constraint.components[component] ?? margins.first?.target,
      total != nil || !parts.isEmpty
    else { return nil }
    self.component = component
    self.regions = regions
    self.manner = manner
    pairs = component == .internal ? constraint.pairs : []
    values = [Double](
      repeating: 1, count: constraint.factorCount(component, regions: regions))
  }

  private var isHard: Bool { manner.mode == .hard }

  /// Goes on from what a step with the present factors came to.
  ///
  /// - Parameters:
  ///   - found: events by region.
  ///   - moves: `to · from`, origin fastest; read only where moves have totals by pair.
  ///   - isFirst: whether that was the step without any factor, from which soft totals are set.
  /// - Returns: the total that is farthest from being met.
  mutating func approach(_ found: [Double], moves: () -> [Double], isFirst: Bool) -> Miss? {
    if component == .internal && values.count > 1 { return approach(moves(), isFirst: isFirst) }
    if values.count == 1 && parts.isEmpty {
      guard let total else { return nil }
      return adjust([0], .all, to: total, from: found.reduce(0, +), isFirst)
    }
    var rest = Set(0..<regions)
    var given = 0.0
    var worst: Miss?
    for (part, total) in parts {
      guard case .region(let region) = part else { continue }
      rest.remove(region)
      given += total
      worst = Self.worse(worst, adjust([region], part, to: total, from: found[region], isFirst))
    }
    guard let total, !rest.isEmpty else { return worst }
    guard total > given else {
      return Miss(
        part: .all, wanted: total, found: given, reason: .contradiction, error: .infinity)
    }
    let others = rest.sorted()
    let sum = others.reduce(0) { $0 + found[$1] }
    return Self.worse(worst, adjust(others, .all, to: total - given, from: sum, isFirst))
  }

  private mutating func adjust(
    _ members: [Int], _ part: Constraint.Part, to wanted: Double, from found: Double,
    _ isFirst: Bool
  ) -> Miss? {
    var error = 0.0
    if isFirst {
      let factor = manner.factor(to: wanted, from: found)
      for k in members { values[k] = factor }
    } else if isHard, !(abs(found / wanted - 1) <= Self.closeness) {
      error = abs(found / wanted - 1)
      for k in members { values[k] *= found > 0 ? wanted / found : 1 }
    }
    if isHard, values[members[0]] > Self.mostFactor {
      for k in members { values[k] = Self.mostFactor }
      error = .infinity
    }
    guard error > 0 else { return nil }
    return Miss(
      part: part, wanted: wanted, found: found, reason: found > 0 ? .reach : .nothing,
      error: error)
  }

  static func worse(_ a: Miss?, _ b: Miss?) -> Miss? {
    guard let a else { return b }
    guard let b else { return a }
    return b.error > a.error ? b : a
  }
}
