public import Demography

/// A number is whole: persons are not counted in halves.
public struct IntegerRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "integer", reference: "UNECE 2000, Glossary of terms on data editing",
    parameters: [.init("column", standard: "OBS_VALUE")])

  private let column: Observation.Column

  public init(_ fields: inout RuleFields) { column = fields.column("column", standard: .value) }

  public var columns: Set<Observation.Column> { [column] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    for row in rows {
      guard let number = row.number(column) else {
        let detail = Detail("rule.detail.missing", ["term": column.rawValue])
        tally.skip(Finding(row, detail: detail))
        continue
      }
      if number == number.rounded() {
        tally.pass()
      } else {
        let detail = Detail(
          "rule.detail.integer", ["column": column.rawValue, "value": text(number)])
        tally.fail(Finding(row, left: row.measure, detail: detail))
      }
    }
  }
}
