public import Demography

/// Columns are filled: no blank, no `_U`, and no absent value without a status that says why.
public struct RequiredRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "required", reference: "SDMX 3.0, CL_OBS_STATUS",
    parameters: [.init("columns", standard: "")])

  private let required: [Observation.Column]

  public init(_ fields: inout RuleFields) {
    required = fields.columns("columns") ?? [fields.requiredColumn("columns")]
  }

  public var columns: Set<Observation.Column> { Set(required) }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    for row in rows {
      let blank = required.first { column in
        column == .value
          ? row.value == nil && !row.status.explainsAbsence
          : ["", "_U"].contains(row[column])
      }
      if let blank {
        let detail = Detail("rule.detail.required", ["column": blank.rawValue])
        tally.fail(Finding(row, left: blank.rawValue, detail: detail))
      } else {
        tally.pass()
      }
    }
  }
}
