public import Demography

/// An arithmetic relation holds in every group and period, or in every row when it names columns.
public struct IdentityRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "identity",
    reference: "Fellegi and Holt 1976, doi:10.1080/01621459.1976.10481472",
    parameters: [.init("expr", standard: "")])

  private let expression: Expression?

  public init(_ fields: inout RuleFields) { expression = fields.expression("expr") }

  public var columns: Set<Observation.Column> { [.measure, .value, .period] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    guard let expression else { return }
    ExpressionCheck(
      expression: expression, tolerance: specification.tolerance, bridged: specification.bridged
    ).run(rows, by: specification.by ?? Observation.Column.key(without: [.measure]), into: &tally)
  }
}
