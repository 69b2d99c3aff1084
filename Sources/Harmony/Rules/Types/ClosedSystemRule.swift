public import Demography

/// What leaves the areas of a closed system arrives in them: `sum(FLOW_IN) == sum(FLOW_OUT)`.
///
/// A period in which the two sides do not cover the same areas, or not as many as `parts` says, is not
/// evaluated.
public struct ClosedSystemRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "closed_system", reference: "Rees and Willekens 1986, IIASA RR-86-3",
    parameters: [.init("expr", standard: ""), .init("parts", standard: "")])

  private let expression: Expression?
  private let parts: [Int]?

  public init(_ fields: inout RuleFields) {
    expression = fields.expression("expr")
    parts = fields.integers("parts")
  }

  public var columns: Set<Observation.Column> { [.measure, .value, .period, .referenceArea] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    guard let expression else { return }
    let check = ExpressionCheck(
      expression: expression, tolerance: specification.tolerance, bridged: specification.bridged)
    let columns =
      specification.by ?? Observation.Column.key(without: [.measure, .referenceArea])
    let names = Set(expression.terms.map(\.name))
    let relevant = rows.filter { names.contains($0.measure) }
    for group in Group.groups(relevant, by: columns + [.period]) {
      let areas = Dictionary(grouping: group.rows, by: \.measure)
        .mapValues { Set($0.map(\.referenceArea)) }
      let count = areas.values.first?.count ?? 0
      let isComplete =
        areas.count == names.count && Set(areas.values).count == 1
        && (parts?.contains(count) ?? true)
      guard isComplete else {
        tally.skip(
          Finding(
            period: group.rows[0].period.description,
            detail: Detail("rule.detail.areas_differ", ["count": "\(count)"]),
            observations: group.rows))
        continue
      }
      check.run(group.rows, by: [], into: &tally)
    }
  }
}
