public import Demography

/// A source has released what its calendar says it should have by now.
///
/// The next period is due `expected_lag_days` after its end. A source without a declared calendar, or
/// without any observation, is not evaluated.
public struct FreshnessRule: Rule {
  public static let card = Card(
    catalogue: "rule", id: "freshness",
    reference: "UN Statistics Division 2019, National Quality Assurance Frameworks Manual",
    parameters: [
      .init("sources", standard: ""), .init("grace_days", unit: "d", standard: "0"),
    ])

  private let sources: [String]?
  private let grace: Int

  public init(_ fields: inout RuleFields) {
    sources = fields.texts("sources")
    grace = fields.integers("grace_days")?.first ?? 0
  }

  public var columns: Set<Observation.Column> { [.source, .period] }

  public func evaluate(
    _ rows: [Observation], _ specification: RuleSpecification, _ context: RuleContext,
    into tally: inout RuleTally
  ) {
    var latest: [String: Period] = [:]
    for row in rows where row.value != nil {
      if latest[row.source].map({ $0.endDay < row.period.endDay }) ?? true {
        latest[row.source] = row.period
      }
    }
    let facts = context.sources.filter { sources?.contains($0.id) ?? true }
    for source in facts.sorted(by: { $0.id < $1.id }) {
      check(source, latest[source.id], asOf: context.asOf.day, &tally)
    }
  }

  private func check(
    _ source: SourceFacts, _ latest: Period?, asOf day: Day, _ tally: inout RuleTally
  ) {
    func finding(_ detail: Detail) -> Finding {
      Finding(period: latest?.description ?? "", left: source.id, detail: detail)
    }
    guard let latest else {
      tally.skip(finding(Detail("rule.detail.no_rows")))
      return
    }
    guard let months = Self.months(source.frequency), let lag = source.expectedLagDays else {
      tally.skip(finding(Detail("rule.detail.no_calendar", ["source": source.id])))
      return
    }
    let last = latest.frequency == "D" ? latest.firstDay : latest.endDay
    let due = Day(number: Self.day(last, plus: months).number + lag + grace)
    if day <= due {
      tally.pass()
    } else {
      tally.fail(
        finding(
          Detail(
            "rule.detail.stale",
            [
              "source": source.id, "latest": latest.description, "due": due.description,
              "days": "\(day.number - due.number)",
            ])))
    }
  }

  /// The same day some months later.
  private static func day(_ day: Day, plus months: Int) -> Day {
    let total = day.year * 12 + day.month - 1 + months
    return Day(year: total / 12, month: total % 12 + 1, day: day.day)
  }

  private static func months(_ frequency: String) -> Int? {
    switch frequency {
    case "A": 12
    case "S": 6
    case "Q": 3
    case "M": 1
    default: nil
    }
  }
}
