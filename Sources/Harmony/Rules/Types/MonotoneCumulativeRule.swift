public import Demography

/// A year-to-date series does not fall within its year.
///
/// Looks at spans that start with the year, the full year included. A year with one release has nothing
/// to compare and is not evaluated.
public struct MonotoneCumulativeRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "monotone_cumulative",
    reference: "Dagum and Cholette 2006, Benchmarking, Temporal Distribution, and Reconciliation")

  public init(_ fields: inout RuleFields) {}

  public var columns: Set<Observation.Column> { [.period, .cumulative, .value] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    let sums = rows.filter { row in
      row.period.unit == .month && row.period.firstDay.month == 1 && row.period.length <= 12
        && (row.isCumulative || row.period.length == 12)
    }
    let columns =
      specification.by ?? Observation.Column.key(without: [.period, .cumulative])
    for group in Group.groups(sums, by: columns.filter { $0 != .period }) {
      let years = Dictionary(grouping: group.rows, by: \.period.year)
      for year in years.keys.sorted() {
        let releases = (years[year] ?? []).sorted { $0.period.endDay < $1.period.endDay }
        check(releases, specification, &tally)
      }
    }
  }

  private func check(
    _ releases: [Observation], _ specification: RuleSpecification, _ tally: inout RuleTally
  ) {
    guard releases.count > 1 else {
      let detail = Detail("rule.detail.one_release")
      for row in releases { tally.skip(Finding(row, left: row.measure, detail: detail)) }
      return
    }
    for (earlier, later) in zip(releases, releases.dropFirst()) {
      guard let a = earlier.scaledValue, let b = later.scaledValue else {
        let detail = Detail("rule.detail.missing", ["term": earlier.measure])
        tally.skip(Finding(later, left: later.measure, detail: detail))
        continue
      }
      let rounding = earlier.scaledRounding + later.scaledRounding
      let width = specification.tolerance.width(a, b, rounding: rounding)
      if b >= a - width {
        tally.pass([earlier, later])
        continue
      }
      tally.fail(
        Finding(
          period: later.period.description, area: later.place, left: later.period.description, b,
          right: earlier.period.description, a, tolerance: width,
          detail: Detail(
            "rule.detail.falls",
            [
              "measure": later.measure, "earlier": earlier.period.description,
              "earlier_value": text(a), "later": later.period.description, "later_value": text(b),
            ]), observations: [earlier, later]))
    }
  }
}
