public import Demography

extension RuleReport {
  /// `rules`: one row a rule with its counts.
  public func rulesTable() -> Table {
    Table(
      "rules",
      [
        .text("id", outcomes.map(\.rule.id)), .text("type", outcomes.map(\.rule.type)),
        .text("severity", outcomes.map(\.rule.severity.rawValue)),
        .integer("evaluated", outcomes.map(\.evaluated)),
        .integer("passed", outcomes.map(\.passed)), .integer("failed", outcomes.map(\.failed)),
        .integer("not_evaluated", outcomes.map(\.notEvaluated)),
        .integer("quarantined", outcomes.map { quarantined(by: $0.rule.id) }),
      ])
  }

  /// `conflicts`: one row a finding.
  ///
  /// - Parameter words: the sentence of a key with its gaps filled, in the reader's language.
  public func conflictsTable(_ words: (String, [String: String]) -> String) -> Table {
    let rows = outcomes.flatMap { outcome in outcome.findings.map { (outcome.rule, $0) } }
    return Table(
      "conflicts",
      [
        .text("rule", rows.map(\.0.id)), .text("type", rows.map(\.0.type)),
        .text("severity", rows.map(\.0.severity.rawValue)),
        .text("outcome", rows.map(\.1.outcome.rawValue)), .text("period", rows.map(\.1.period)),
        .text("area", rows.map(\.1.area)), .text("left", rows.map(\.1.left)),
        .real("left_value", rows.map(\.1.leftValue)), .text("right", rows.map(\.1.right)),
        .real("right_value", rows.map(\.1.rightValue)),
        .real("difference", rows.map(\.1.difference)),
        .text("detail", rows.map { words($0.1.detail.key, $0.1.detail.arguments) }),
      ])
  }

  /// `quarantine`: the observations kept out, each with the ids of the rules it fails.
  public func quarantineTable() -> Table {
    let columns = Observation.Column.allCases.map { column in
      Table.Column.text(column.rawValue, quarantine.map { $0.observation[column] })
    }
    return Table(
      "quarantine",
      [.text("rules", quarantine.map { $0.rules.joined(separator: ", ") })] + columns)
  }
}
