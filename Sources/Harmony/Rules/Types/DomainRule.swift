public import Demography

/// The codes of a column stand in a code list, or are among stated values.
public struct DomainRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "domain", reference: "SDMX 3.0, section 2, code lists",
    parameters: [.init("column", standard: ""), .init("codelist", standard: "")])

  private let column: Observation.Column
  private let codelist: String?
  private let values: [String]?
  private let allowed: [String]

  public init(_ fields: inout RuleFields) {
    column = fields.requiredColumn("column")
    codelist = fields.text("codelist")
    values = fields.texts("values")
    allowed = fields.texts("allow") ?? ["_T", "_Z"]
    if codelist == nil, values == nil { _ = fields.requiredText("codelist") }
  }

  public var columns: Set<Observation.Column> { [column] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let list = codelist.flatMap { context.codelists[$0] }
    guard let known = values ?? list?.codes.map(\.id) else {
      let detail = Detail("rule.detail.no_codelist", ["codelist": codelist ?? ""])
      for row in rows { tally.skip(Finding(row, detail: detail)) }
      return
    }
    let permitted = Set(known).union(allowed)
    for row in rows {
      let code = row[column]
      if permitted.contains(code) {
        tally.pass()
      } else {
        tally.fail(
          Finding(
            row, left: code,
            detail: Detail(
              "rule.detail.domain",
              [
                "column": column.rawValue, "code": code,
                "nearest": nearest(to: code, in: known) ?? "",
              ])))
      }
    }
  }
}
