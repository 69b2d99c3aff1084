public import Demography

/// A later release does not move a value further than expected.
public struct RevisionRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "revision",
    reference: "OECD 2008, Guidelines on revisions policy and analysis",
    parameters: [.init("warn_abs", standard: ""), .init("warn_rel", standard: "")])

  private let absolute: Double?
  private let relative: Double?

  public init(_ fields: inout RuleFields) {
    absolute = fields.number("warn_abs")
    relative = fields.number("warn_rel")
    if absolute == nil, relative == nil { _ = fields.requiredText("warn_abs") }
  }

  public var columns: Set<Observation.Column> { [.vintage, .value] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let condition = specification.condition ?? .always
    let vintages = context.vintages.filter { condition.holds(for: $0) }
    for group in Group.groups(vintages, by: Observation.Column.key) where group.rows.count > 1 {
      let releases = group.rows.sorted { $0.vintage < $1.vintage }
      for (earlier, later) in zip(releases, releases.dropFirst()) { check(earlier, later, &tally) }
    }
  }

  private func check(_ earlier: Observation, _ later: Observation, _ tally: inout RuleTally) {
    guard let a = earlier.scaledValue, let b = later.scaledValue else {
      let detail = Detail("rule.detail.missing", ["term": later.measure])
      tally.skip(Finding(later, detail: detail))
      return
    }
    let isLarge =
      absolute.map { abs(b - a) > $0 } ?? false
      || relative.map { abs(b - a) > $0 * abs(a) } ?? false
    if !isLarge {
      tally.pass()
      return
    }
    tally.fail(
      Finding(
        period: later.period.description, area: later.place,
        left: "\(later.measure) \(later.vintage.day)", b,
        right: "\(earlier.measure) \(earlier.vintage.day)", a,
        detail: Detail(
          "rule.detail.revised",
          [
            "earlier": earlier.vintage.day.description, "earlier_value": text(a),
            "later": later.vintage.day.description, "later_value": text(b),
            "difference": text(b - a),
          ]), observations: [earlier, later]))
  }
}
