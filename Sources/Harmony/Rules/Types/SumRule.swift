public import Demography

/// Parts add up to their total over one dimension.
///
/// A total without parts, parts without a total, or parts fewer than `all` names are not evaluated.
public struct SumRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "sum", reference: "VTL 2.1 Reference Manual, hierarchical rulesets",
    parameters: [
      .init("total", standard: ""), .init("parts", standard: ""), .init("over", standard: ""),
      .init("all", standard: ""),
    ])

  private let total: Predicate
  private let parts: Predicate
  private let dimension: Observation.Column
  private let all: [String]?

  public init(_ fields: inout RuleFields) {
    total = fields.requiredPredicate("total")
    parts = fields.requiredPredicate("parts")
    dimension = fields.requiredColumn("over")
    all = fields.texts("all")
  }

  public var columns: Set<Observation.Column> {
    total.columns.union(parts.columns).union([dimension, .value, .period])
  }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let columns = specification.by ?? Observation.Column.key(without: [dimension])
    for group in Group.groups(rows, by: columns + (columns.contains(.period) ? [] : [.period])) {
      let totals = group.rows.filter { total.holds(for: $0) }
      let pieces = group.rows.filter { parts.holds(for: $0) && !total.holds(for: $0) }
      if totals.isEmpty, pieces.isEmpty { continue }
      check(totals, pieces, group, specification, &tally)
    }
  }

  private func check(
    _ totals: [Observation], _ pieces: [Observation], _ group: Group,
    _ specification: RuleSpecification, _ tally: inout RuleTally
  ) {
    let used = totals + pieces
    let period = group.rows[0].period
    let left = "\(group.rows[0].measure) \(totals.first?[dimension] ?? "_T")"
    let right = "Σ \(dimension.rawValue)"
    let present = Set(pieces.filter { $0.value != nil }.map { $0[dimension] })
    let absent = (all ?? []).filter { !present.contains($0) }
    let values = pieces.compactMap(\.scaledValue)
    guard totals.count == 1, let whole = totals[0].scaledValue, absent.isEmpty, !pieces.isEmpty,
      values.count == pieces.count, present.count == pieces.count
    else {
      let detail =
        totals.count == 1
        ? Detail("rule.detail.parts_missing", ["parts": absent.joined(separator: ", ")])
        : Detail("rule.detail.ambiguous", ["term": left, "count": "\(totals.count)"])
      tally.skip(
        Finding(
          period: period.description, area: group.area, left: left, totals.first?.value,
          right: right, detail: detail, observations: used))
      return
    }
    if let mixed = Comparability.firstDifference(used, except: specification.bridged) {
      tally.fail(.refusal(mixed, period: period, area: group.area, used))
      return
    }
    let sum = values.reduce(0, +)
    let rounding = used.reduce(0) { $0 + $1.scaledRounding }
    let width = specification.tolerance.width(whole, sum, rounding: rounding)
    if abs(whole - sum) <= width {
      tally.pass(used)
    } else {
      tally.fail(
        .difference(left, whole, right, sum, tolerance: width, period, group.area, used))
    }
  }
}
