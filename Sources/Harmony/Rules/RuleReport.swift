public import Demography

/// What one rule found.
public struct RuleOutcome: Sendable {
  public let rule: RuleSpecification
  public let passed: Int
  public let failed: Int
  /// Checks that could not be made because something was missing; they never count as passed.
  public let notEvaluated: Int
  /// Failures, declared breaks and checks not made, in the order of the data.
  public let findings: [Finding]

  public var evaluated: Int { passed + failed }
  public var failures: [Finding] { findings.filter { $0.outcome == .failed } }

  init(_ rule: RuleSpecification, _ tally: RuleTally) {
    self.rule = rule
    passed = tally.passed
    failed = tally.failed
    notEvaluated = tally.notEvaluated
    findings = tally.findings
  }
}

/// An observation that is kept out, with the rules it fails.
public struct Quarantined: Hashable, Sendable {
  public let observation: Observation
  public let rules: [String]
}

/// What all rules found.
public struct RuleReport: Sendable {
  /// In the order of the rule file.
  public let outcomes: [RuleOutcome]
  /// Columns that say something and that no rule looks at.
  public let untouchedColumns: [Observation.Column]
  /// Observations that fail a rule of severity `error` or `fatal`, sorted by key.
  public let quarantine: [Quarantined]

  init(outcomes: [RuleOutcome], untouchedColumns: [Observation.Column]) {
    self.outcomes = outcomes
    self.untouchedColumns = untouchedColumns
    var rules: [Observation: [String]] = [:]
    for outcome in outcomes where outcome.rule.severity >= .error {
      for finding in outcome.failures where !finding.isRefusal {
        for observation in finding.observations
        where rules[observation]?.last != outcome.rule.id {
          rules[observation, default: []].append(outcome.rule.id)
        }
      }
    }
    quarantine = rules.map { Quarantined(observation: $0.key, rules: $0.value) }
      .sorted {
        ($0.observation.key, $0.observation.vintage) < ($1.observation.key, $1.observation.vintage)
      }
  }

  public func outcome(_ id: String) -> RuleOutcome? { outcomes.first { $0.rule.id == id } }

  /// Whether the run must stop: a rule of severity `fatal` failed, or a rule compares what must not be
  /// compared.
  public var isFatal: Bool {
    outcomes.contains { outcome in
      outcome.rule.severity == .fatal && outcome.failed > 0
        || outcome.findings.contains(where: \.isRefusal)
    }
  }

  /// Whether a rule of this severity or a graver one failed.
  public func hasFailures(atLeast severity: Severity) -> Bool {
    outcomes.contains { $0.rule.severity >= severity && $0.failed > 0 }
  }

  /// The observations that are not in quarantine, in their order.
  public func accepted(_ observations: [Observation]) -> [Observation] {
    let kept = Set(quarantine.map(\.observation))
    return observations.filter { !kept.contains($0) }
  }

  /// How many observations a rule put into quarantine.
  public func quarantined(by id: String) -> Int { quarantine.count { $0.rules.contains(id) } }
}
