public import Demography

/// A kind of check that a rule file can ask for by name.
///
/// To add one: a new file in `Types` and a line in `RuleCatalogue.all`.
public protocol Rule: Sendable {
  /// What the rule is; its `id` is the `type` of a rule file.
  static var card: Card { get }

  /// Reads the fields of its own; what is wrong with them is collected by `fields`.
  init(_ fields: inout RuleFields)

  /// The columns the check looks at, beside the condition and the grouping of its specification.
  var columns: Set<Observation.Column> { get }

  /// Checks the rows that meet the specification's condition.
  func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally)
}

/// A rule that judges what other rules did; evaluated after them.
protocol RuleAboutRules: Rule {}

/// What rules may know beside the observations.
public struct RuleContext: Sendable {
  /// As of an instant: one vintage per key.
  public var observations: [Observation]
  /// All vintages up to the instant, for rules about revisions.
  public var vintages: [Observation]
  public var codelists: [String: Codelist]
  public var sources: [SourceFacts]
  public var asOf: Instant
  /// Filled while a book is evaluated: sets of observations that other rules put together although
  /// their definitions differ.
  var mixtures: [[Observation]] = []
  /// What earlier rules of the book found, by rule id.
  var findings: [String: [Finding]] = [:]

  public init(
    observations: [Observation], vintages: [Observation] = [], codelists: [String: Codelist] = [:],
    sources: [SourceFacts] = [], asOf: Instant
  ) {
    self.observations = observations
    self.vintages = vintages
    self.codelists = codelists
    self.sources = sources
    self.asOf = asOf
  }
}
