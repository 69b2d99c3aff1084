import Demography
import Projection

/// Changes the rules of a temporary programme: terms, renewal, exits, and the days a person may be
/// present.
struct StockRuleLever: LeverKind {
  let card = Card(
    catalogue: "lever", id: "stock_rule",
    reference:
      "Rules of entry and stay, Republic of Kazakhstan: 90 days in any 180",
    parameters: [
      .init("rule.renewal", range: 0...1, standard: "the baseline's"),
      .init("rule.to_permanent", range: 0...1, standard: "the baseline's"),
      .init("rule.max_days", unit: "days", range: 0...366, standard: "90"),
      .init("rule.compliance", range: 0...1, standard: "1"),
    ])
  let keys = ["window", "rule"]
  let targetKeys = ["programme", "countries"]
  let components = ["temporary"]
  let starter = """
    kind: stock_rule
    target: {component: temporary, programme: {programme}}
    window: {from: {year}}
    rule: {renewal: 0.3, max_days: 90, window_days: 180, compliance: 0.8}
    """
  private static let shares = [
    "renewal", "early_exit", "to_permanent", "overstay", "overstay_leave", "regularise",
  ]

  func effect(_ lever: LeverNode, _ reader: inout Reader) -> (any LeverEffect)? {
    let window = reader.window(lever, wholeQuarters: true)
    guard let rule = reader.required(lever.node, "rule") else { return nil }
    reader.closed(
      rule, Self.shares + ["term_quarters", "max_terms", "max_days", "window_days", "compliance"])
    var changes: [String: Quantity] = [:]
    for key in Self.shares where rule[key] != nil {
      changes[key] = reader.quantity(rule, key, name: "\(lever.id).\(key)", in: 0...1)
    }
    let term = rule["term_quarters"].flatMap { _ in
      reader.whole(rule, "term_quarters", in: 1...40)
    }
    let terms = rule["max_terms"].flatMap { _ in reader.whole(rule, "max_terms", in: 1...20) }
    let stay = readStay(lever, rule, &reader)
    guard let window, let index = reader.programme(lever.target) else { return nil }
    let programme = lever.baseline.programmes[index]
    let rules = programme.rules
    let countries = reader.countries(lever.target, programme)
    reader.limit(
      ShareSum(
        code: "scenario.renewal-sum",
        parts: [
          ("renewal", changes["renewal"] ?? .fixed(rules.renewal)),
          ("permanent", changes["to_permanent"] ?? .fixed(rules.toPermanent)),
        ], place: rule.place))
    reader.limit(
      ShareSum(
        code: "scenario.overstay-sum",
        parts: [
          ("leave", changes["overstay_leave"] ?? .fixed(rules.overstayLeave)),
          ("regularise", changes["regularise"] ?? .fixed(rules.regularise)),
        ], place: rule.place))
    return Effect(
      programme: index, countries: countries, window: window, changes: changes, termQuarters: term,
      maxTerms: terms,
      stay: stay,
      claims: [
        Claim(
          // Countries of origin stand for the regions: rules of different countries never meet.
          component: lever.component, scope: "rule:\(index)", operation: .set,
          regions: countries ?? Array(0..<max(1, programme.origins.count)),
          ages: [Bool](repeating: true, count: 2 * reader.ages),
          years: window.years(upTo: lever.baseline.horizon))
      ])
  }

  private func readStay(
    _ lever: LeverNode, _ rule: Document, _ reader: inout Reader
  ) -> Effect.Stay? {
    guard rule["max_days"] != nil || rule["window_days"] != nil || rule["compliance"] != nil else {
      return nil
    }
    guard let days = reader.number(rule, "max_days", in: 0...366),
      let span = reader.number(rule, "window_days", in: max(days, 1)...366),
      let compliance = reader.quantity(
        rule, "compliance", name: lever.id + ".compliance", in: 0...1, standard: 1)
    else { return nil }
    return Effect.Stay(share: days / span, compliance: compliance)
  }

  struct Effect: LeverEffect {
    /// At most so much of the time in the country, kept by a share of the people.
    struct Stay: Sendable {
      let share: Double
      let compliance: Quantity
    }

    let programme: Int
    /// `nil` for all.
    let countries: [Int]?
    let window: Window
    let changes: [String: Quantity]
    let termQuarters: Int?
    let maxTerms: Int?
    let stay: Stay?
    let claims: [Claim]

    var stage: Stage { .set }

    func apply(_ year: inout YearBuild, memory: inout [Double], schedules: [Int]) {
      for quarter in 0..<4
      where window.share(QuarterIndex(year: year.year, quarter: quarter)) > 0 {
        for stream in year.streams(programme, countries) {
          let place = stream * 4 + quarter
          let old = year.permits[programme].rules[place]
          year.permits[programme].rules[place] = changed(old, year.parameters)
          guard let stay else { continue }
          let observed = year.permits[programme].presence[place]
          let kept = stay.compliance.value(year.parameters)
          // The rule shortens stays; it lengthens none.
          year.permits[programme].presence[place] =
            observed - kept * (observed - min(stay.share, observed))
        }
      }
    }

    private func changed(_ old: PermitProgramme, _ parameters: [Double]) -> PermitProgramme {
      func value(_ key: String, _ standard: Double) -> Double {
        changes[key]?.value(parameters) ?? standard
      }
      return PermitProgramme(
        termQuarters: termQuarters ?? old.termQuarters, maxTerms: maxTerms ?? old.maxTerms,
        renewal: value("renewal", old.renewal), earlyExit: value("early_exit", old.earlyExit),
        toPermanent: value("to_permanent", old.toPermanent),
        overstay: value("overstay", old.overstay),
        overstayLeave: value("overstay_leave", old.overstayLeave),
        regularise: value("regularise", old.regularise))
    }
  }
}
