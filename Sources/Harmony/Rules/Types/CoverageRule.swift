public import Demography

/// Every area has a value in every period of a span.
///
/// `areas` is a number of areas or their codes; the length of `from` is the step. A stock on the first
/// day of a period counts for it.
public struct CoverageRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "coverage",
    reference: "UN Statistics Division 2019, National Quality Assurance Frameworks Manual",
    parameters: [
      .init("areas", standard: ""), .init("from", standard: ""), .init("to", standard: ""),
    ])

  private let codes: [String]
  private let count: Int?
  private let from: Period?
  private let to: Period?

  public init(_ fields: inout RuleFields) {
    let areas = fields.texts("areas") ?? []
    if areas.isEmpty { _ = fields.requiredText("areas") }
    count = areas.count == 1 ? Int(areas[0]) : nil
    codes = count == nil ? areas.sorted() : []
    from = fields.period("from")
    to = fields.period("to")
    if from == nil { _ = fields.requiredText("from") }
    if to == nil { _ = fields.requiredText("to") }
  }

  public var columns: Set<Observation.Column> { [.referenceArea, .period, .value, .measure] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    guard let from, let to else { return }
    for group in Group.groups(rows, by: specification.by ?? [.measure]) {
      var period = from
      while period <= to {
        check(group, period, &tally)
        period = period.next
      }
    }
  }

  private func check(_ group: Group, _ period: Period, _ tally: inout RuleTally) {
    let there = group.rows.filter { $0.value != nil && $0.isAbout(period) }
    let present = Set(there.map(\.referenceArea))
    let missing = codes.filter { !present.contains($0) }
    let lacking = count.map { max(0, $0 - present.count) } ?? missing.count
    if lacking == 0 {
      tally.pass()
      return
    }
    let expected = count ?? codes.count
    tally.fail(
      Finding(
        period: period.description, left: group.rows[0].measure, Double(expected - lacking),
        right: "n", Double(expected),
        detail: Detail(
          "rule.detail.coverage",
          [
            "count": "\(lacking)", "expected": "\(expected)",
            "areas": missing.joined(separator: ", "),
          ])))
  }
}
