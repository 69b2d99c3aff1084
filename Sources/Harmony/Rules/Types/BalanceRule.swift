public import Demography

/// The demographic balance: stocks change by what happens between them,
/// `POP[t+1] - POP[t] == NATINC[t] + NET[t]`.
///
/// Stocks stand at the first day of a period. A break that is declared, with its residual, is expected:
/// it passes and is listed; a declared break that is not there is a failure.
public struct BalanceRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "balance",
    reference: "Preston, Heuveline and Guillot 2001, Demography, chapter 1",
    parameters: [.init("expr", standard: ""), .init("allow_breaks", standard: "")])

  private struct Break: Sendable {
    let period: Period
    let area: String?
    let residual: Double
    let reason: String
  }

  private let expression: Expression?
  private let breaks: [Break]

  public init(_ fields: inout RuleFields) {
    expression = fields.expression("expr")
    var breaks: [Break] = []
    for item in fields.value("allow_breaks")?.items ?? [] {
      var inner = RuleFields(item)
      let period = inner.period("period")
      if period == nil, inner.faults.isEmpty { _ = inner.requiredText("period") }
      let residual = inner.number("residual")
      if residual == nil, inner.faults.isEmpty { _ = inner.requiredText("residual") }
      let reason = inner.requiredText("reason")
      let area = inner.text("area")
      inner.reportUnknown()
      fields.add(inner.faults)
      if let period, let residual {
        breaks.append(Break(period: period, area: area, residual: residual, reason: reason))
      }
    }
    self.breaks = breaks
  }

  public var columns: Set<Observation.Column> { [.measure, .value, .period, .referenceArea] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    guard let expression else { return }
    let tolerance = specification.tolerance
    let breaks = breaks
    // Stocks and flows differ by their nature; unit and boundaries must still agree.
    let bridged = specification.bridged.union([
      .concept, .durationDefinition, .event, .scope, .periodLength,
    ])
    ExpressionCheck(
      expression: expression, tolerance: tolerance, bridged: bridged,
      judge: { Self.judged($0, breaks, tolerance) }
    ).run(rows, by: specification.by ?? [.referenceArea, .sex, .age, .citizenship], into: &tally)
  }

  private static func judged(
    _ finding: Finding, _ breaks: [Break], _ tolerance: Tolerance
  ) -> Finding? {
    let declared = breaks.first {
      $0.period.description == finding.period && ($0.area ?? finding.area) == finding.area
    }
    guard let declared, let difference = finding.difference, let width = finding.tolerance else {
      return nil
    }
    let isThere = abs(difference - declared.residual) <= width
    var judged = Finding(
      period: finding.period, area: finding.area, left: finding.left, finding.leftValue,
      right: finding.right, finding.rightValue, tolerance: width,
      detail: Detail(
        isThere ? "rule.detail.break" : "rule.detail.break_absent",
        [
          "reason": declared.reason, "residual": text(declared.residual),
          "difference": text(difference),
        ]), observations: finding.observations)
    judged.outcome = isThere ? .declaredBreak : .failed
    return judged
  }
}
