public import Demography

/// No two observations share their key.
public struct UniqueRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "unique", reference: "Codd 1970, doi:10.1145/362384.362685",
    parameters: [.init("key", standard: "")])

  private let key: [Observation.Column]

  public init(_ fields: inout RuleFields) {
    key = fields.columns("key") ?? Observation.Column.key + [.vintage]
  }

  public var columns: Set<Observation.Column> { Set(key) }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    for group in Group.groups(rows, by: key) {
      guard group.rows.count > 1, let first = group.rows.first else {
        tally.pass()
        continue
      }
      tally.fail(
        Finding(
          period: first.period.description, area: first.place, left: first.measure, first.value,
          right: group.rows[1].source, group.rows[1].value,
          detail: Detail("rule.detail.duplicate", ["count": "\(group.rows.count)"]),
          observations: group.rows))
    }
  }
}
