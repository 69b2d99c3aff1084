public import Demography

/// What an origin–destination table says of moves within an area.
public struct DiagonalRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "diagonal", reference: "Willekens 1983, doi:10.1080/08898488309525234",
    parameters: [.init("policy", standard: "absent")])

  private enum Policy: String, CaseIterable, Sendable {
    /// No cell on the diagonal.
    case absent
    /// Cells on the diagonal are zero or not there.
    case zero
    /// Every origin has its cell on the diagonal.
    case present
  }

  private let policy: Policy

  public init(_ fields: inout RuleFields) {
    policy = fields.choice("policy", standard: nil as Policy?) ?? .absent
  }

  public var columns: Set<Observation.Column> { [.origin, .destination, .value] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let flows = rows.filter { $0.origin != "_Z" && $0.destination != "_Z" }
    let columns =
      specification.by ?? Observation.Column.key(without: [.origin, .destination, .scope])
    for group in Group.groups(flows, by: columns) {
      let diagonal = group.rows.filter { $0.origin == $0.destination && $0.value != nil }
      let wrong = diagonal.filter { policy == .absent || (policy == .zero && $0.value != 0) }
      let origins = Set(group.rows.map(\.origin)).sorted()
      let filled = Set(diagonal.map(\.origin))
      let missing = policy == .present ? origins.filter { !filled.contains($0) } : []
      for row in wrong {
        let detail = Detail("rule.detail.diagonal_filled", ["value": text(row.value)])
        tally.fail(Finding(row, left: row.measure, detail: detail))
      }
      for area in missing {
        tally.fail(
          Finding(
            period: group.rows[0].period.description, area: area,
            detail: Detail("rule.detail.diagonal_missing", ["area": area])))
      }
      if wrong.isEmpty, missing.isEmpty { tally.pass() }
    }
  }
}
