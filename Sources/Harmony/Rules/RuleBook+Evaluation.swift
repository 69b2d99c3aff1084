internal import Demography

extension RuleBook {
  /// Checks the observations against every rule.
  ///
  /// Rules about other rules (`misprint`, `incomparable`) see what the rules before them did; they are
  /// evaluated last, whatever their place in the file.
  /// - Complexity: O(rules · observations)
  public func evaluate(_ context: RuleContext) -> RuleReport {
    var context = context
    var outcomes = [RuleOutcome?](repeating: nil, count: rules.count)
    let aboutData = rules.indices.filter { !(rules[$0].rule is any RuleAboutRules) }
    let aboutRules = rules.indices.filter { rules[$0].rule is any RuleAboutRules }
    for index in aboutData + aboutRules {
      let rule = rules[index]
      var rows = context.observations
      if let condition = rule.condition { rows = rows.filter { condition.holds(for: $0) } }
      var tally = RuleTally()
      rule.rule.evaluate(rows, rule, context, into: &tally)
      if tally.isEmpty { tally.skip(Finding(detail: Detail("rule.detail.no_rows"))) }
      context.mixtures += tally.mixtures
      context.findings[rule.id] = tally.findings
      outcomes[index] = RuleOutcome(rule, tally)
    }
    return RuleReport(
      outcomes: outcomes.compactMap(\.self), untouchedColumns: untouched(context.observations))
  }

  /// The columns that say something in these observations and that no rule looks at.
  private func untouched(_ observations: [Observation]) -> [Observation.Column] {
    let touched = rules.reduce(into: Set<Observation.Column>()) { $0.formUnion($1.columns) }
    let silent: Set<String> = ["", "_Z", "_T", "0"]
    return Observation.Column.allCases.filter { column in
      !touched.contains(column) && column != .frequency
        && observations.contains { !silent.contains($0[column]) }
    }
  }
}
