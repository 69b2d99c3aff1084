public import Demography

/// Sources agree at least on the sign of a balance.
///
/// Nothing is computed across the definitions: the numbers are set side by side.
public struct SignConflictRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "sign_conflict",
    reference: "Wiśniowski et al. 2013, doi:10.1007/s10260-013-0231-6",
    parameters: [.init("sources", standard: "")])

  private let sources: [String]?

  public init(_ fields: inout RuleFields) { sources = fields.texts("sources") }

  public var columns: Set<Observation.Column> { [.source, .value, .period] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    var rows = rows
    if let sources { rows = rows.filter { sources.contains($0.source) } }
    let columns = (specification.by ?? Observation.Column.subject + [.measure])
      .filter { $0 != .period }
    for group in Group.groups(rows, by: columns + [.period]) {
      let stated = group.rows.filter { $0.value != nil }.sorted { $0.source < $1.source }
      let period = group.rows[0].period.description
      guard Set(stated.map(\.source)).count > 1 else {
        tally.skip(
          Finding(
            period: period, area: group.area, left: group.rows[0].source, group.rows[0].value,
            detail: Detail("rule.detail.one_source"), observations: group.rows))
        continue
      }
      let least = stated.min { ($0.value ?? 0) < ($1.value ?? 0) }
      let most = stated.max { ($0.value ?? 0) < ($1.value ?? 0) }
      guard let least, let most, let low = least.value, let high = most.value, low < 0, high > 0
      else {
        tally.pass(stated)
        continue
      }
      let values = stated.map { "\($0.source) \(text($0.value))" }.joined(separator: " · ")
      tally.fail(
        Finding(
          period: period, area: group.area, left: least.source, low, right: most.source, high,
          detail: Detail("rule.detail.signs", ["values": values]), observations: stated))
    }
  }
}
