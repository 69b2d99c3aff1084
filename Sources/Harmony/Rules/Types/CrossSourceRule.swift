public import Demography

/// Two statements of the same thing agree: two sources, or a total and the sum of its areas.
///
/// Both sides are added up over the columns of `sum`; with `parts`, the right side is only compared when
/// it has that many parts. Shorter periods on the right that fill a period on the left are added up.
/// Sides of different definitions are refused unless the axis stands under `across`.
public struct CrossSourceRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "cross_source",
    reference: "Eurostat 2014, ESS Handbook for Quality Reports, mirror statistics",
    parameters: [
      .init("left", standard: ""), .init("right", standard: ""), .init("sum", standard: ""),
      .init("parts", standard: ""),
    ])

  private let left: Predicate
  private let right: Predicate
  private let summed: [Observation.Column]
  private let parts: [Int]?

  public init(_ fields: inout RuleFields) {
    left = fields.requiredPredicate("left")
    right = fields.requiredPredicate("right")
    summed = fields.columns("sum") ?? []
    parts = fields.integers("parts")
  }

  public var columns: Set<Observation.Column> {
    left.columns.union(right.columns).union(summed).union([.value, .period])
  }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let columns = (specification.by ?? Observation.Column.subject)
      .filter { $0 != .period && !summed.contains($0) }
    let lefts = Group.groups(rows.filter { left.holds(for: $0) }, by: columns)
    let rights = Dictionary(
      uniqueKeysWithValues: Group.groups(rows.filter { right.holds(for: $0) }, by: columns)
        .map { ($0.key, $0.rows) })
    for group in lefts {
      for period in Set(group.rows.map(\.period)).sorted() {
        let ours = group.rows.filter { $0.period == period }
        compare(ours, rights[group.key] ?? [], period, specification, &tally)
      }
    }
  }

  private func compare(
    _ ours: [Observation], _ candidates: [Observation], _ period: Period,
    _ specification: RuleSpecification, _ tally: inout RuleTally
  ) {
    let sides = Group.groups(candidates, by: summed).map { cover(period, $0.rows) }
    let theirs = sides.compactMap(\.self).flatMap(\.self)
    let count = sides.count { $0 != nil }
    let area = Group(key: [], rows: ours).area
    func skip(_ detail: Detail) {
      tally.skip(
        Finding(
          period: period.description, area: area, left: ours[0].source, ours[0].value,
          right: theirs.first?.source ?? "", detail: detail, observations: ours + theirs))
    }
    if theirs.isEmpty { return skip(Detail("rule.detail.one_source")) }
    if let parts, !parts.contains(count) {
      return skip(Detail("rule.detail.areas_differ", ["count": "\(count)"]))
    }
    guard !summed.isEmpty || (ours.count == 1 && Set(theirs.map(\.period)).count == theirs.count)
    else {
      let count = max(ours.count, theirs.count)
      return skip(
        Detail("rule.detail.ambiguous", ["term": ours[0].measure, "count": "\(count)"]))
    }
    let leftValues = ours.compactMap(\.scaledValue)
    let rightValues = theirs.compactMap(\.scaledValue)
    guard leftValues.count == ours.count, rightValues.count == theirs.count else {
      return skip(Detail("rule.detail.missing", ["term": ours[0].measure]))
    }
    let used = ours + theirs
    // Shorter periods were added up to the length of the left one.
    let bridged = specification.bridged.union([.periodLength])
    if let mixed = Comparability.firstDifference(used, except: bridged) {
      tally.fail(.refusal(mixed, period: period, area: area, used))
      return
    }
    let (a, b) = (leftValues.reduce(0, +), rightValues.reduce(0, +))
    let width = specification.tolerance.width(
      a, b, rounding: used.reduce(0) { $0 + $1.scaledRounding })
    if abs(a - b) <= width {
      tally.pass(used)
    } else {
      let names = (ours[0].source, (theirs.count > 1 ? "Σ " : "") + theirs[0].source)
      tally.fail(.difference(names.0, a, names.1, b, tolerance: width, period, area, used))
    }
  }
}
