public import Demography

/// A number lies between two bounds, the bounds included.
public struct RangeRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "range", reference: "UNECE 2000, Glossary of terms on data editing",
    parameters: [
      .init("column", standard: "OBS_VALUE"), .init("min", standard: "-inf"),
      .init("max", standard: "inf"),
    ])

  private let column: Observation.Column
  private let lower: Double
  private let upper: Double

  public init(_ fields: inout RuleFields) {
    column = fields.column("column", standard: .value)
    let (lower, upper) = (fields.number("min"), fields.number("max"))
    if lower == nil, upper == nil { _ = fields.requiredText("min") }
    self.lower = lower ?? -.infinity
    self.upper = upper ?? .infinity
  }

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
      if (lower...max(lower, upper)).contains(number) {
        tally.pass()
      } else {
        let detail = Detail(
          "rule.detail.range",
          [
            "column": column.rawValue, "value": text(number), "min": "\(text(lower))",
            "max": "\(text(upper))",
          ])
        tally.fail(Finding(row, left: row.measure, detail: detail))
      }
    }
  }
}
