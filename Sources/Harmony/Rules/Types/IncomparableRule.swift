public import Demography

/// No other rule of the book puts numbers together that mean different things.
///
/// A border crossing and an arrival for permanent residence differ a hundredfold; whoever compares them
/// is stopped, even where a rule declares the difference of definitions bridged.
public struct IncomparableRule: RuleAboutRules {
  public static let card = Card(
    catalogue: "rule", id: "incomparable",
    reference: "UN 1998, Recommendations on Statistics of International Migration, Rev. 1",
    parameters: [.init("left", standard: ""), .init("right", standard: "")])

  private let left: Predicate
  private let right: Predicate

  public init(_ fields: inout RuleFields) {
    left = fields.requiredPredicate("left")
    right = fields.requiredPredicate("right")
  }

  public var columns: Set<Observation.Column> { left.columns.union(right.columns) }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    if context.mixtures.isEmpty { tally.pass() }
    for mixture in context.mixtures {
      guard let a = mixture.first(where: { left.holds(for: $0) }),
        let b = mixture.first(where: { right.holds(for: $0) }),
        let axis = Comparability.differences(a, b).first
      else {
        tally.pass()
        continue
      }
      tally.fail(.refusal((axis, a, b), period: a.period, area: a.place, mixture))
    }
  }
}
