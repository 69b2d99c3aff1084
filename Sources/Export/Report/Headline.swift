import Demography
import Words

/// The question of the first screen and its answer, from the tables of a run.
public struct Headline: Hashable, Sendable {
  /// One number of the first screen, large, with what it is and how sure it is.
  public struct Fact: Hashable, Sendable {
    public let value: String
    public let label: String
    public let detail: String
  }

  public let question: String
  /// One or two sentences, with the interval.
  public let answer: String
  /// One line for the terminal.
  public let summary: String
  public let facts: [Fact]

  /// `nil` where nothing is projected.
  public init?(_ input: ReportInput) {
    let page = ChartPage(input)
    guard let focus = page.focus, let rows = page.rows("population"),
      let end = Self.row(rows, focus, scenario: focus.scenario, variant: focus.variant),
      let median = end.number("median")
    else { return nil }
    let naming = page.naming
    let numbers = naming.numbers
    let launch = rows.first {
      $0.text("area") == focus.area && $0.text("period") == focus.launchPeriod
        && $0.text("kind") != "projected"
    }
    let start = launch.flatMap { $0.number("median") ?? $0.number("mean") }
    var arguments: [String: String] = [
      "area": naming.title(focus.area), "year": String(focus.year),
      "from": String(focus.launchPeriod.prefix(4)),
      "scenario": naming.label("scenario", focus.scenario), "median": numbers.short(median),
    ]
    arguments["lower"] = end.number("lower_80").map { numbers.short($0) } ?? "–"
    arguments["upper"] = end.number("upper_80").map { numbers.short($0) } ?? "–"
    arguments["growth"] = start.map { numbers.signedPercent(median / $0 - 1) } ?? "–"
    let difference = Self.difference(page, focus)
    arguments.merge(difference?.arguments ?? [:]) { $1 }
    let words = naming.words
    let suffix = difference == nil ? "alone" : "against"
    question = words("report.question.\(suffix)", arguments)
    let alone = words("report.answer", arguments)
    let brief = words("report.summary", arguments)
    if difference == nil {
      (answer, summary) = (alone, brief)
    } else {
      answer = alone + " " + words("report.answer.difference", arguments)
      summary = brief + ", " + words("report.summary.difference", arguments)
    }
    facts = Self.facts(page, start: start, launch: launch, arguments, difference != nil)
  }

  private static func row(
    _ rows: TableRows, _ focus: ChosenFocus, scenario: String, variant: String
  ) -> TableRows.Row? {
    rows.first {
      $0.text("kind") == "projected" && $0.text("area") == focus.area
        && $0.text("period") == focus.period && $0.text("scenario") == scenario
        && $0.text("variant") == variant
    }
  }

  private struct Comparison {
    let arguments: [String: String]
  }

  /// What the other scenario changes, on the same draws.
  private static func difference(_ page: ChartPage, _ focus: ChosenFocus) -> Comparison? {
    guard let against = focus.against, let rows = page.rows("differences") else { return nil }
    let found = rows.first {
      $0.text("scenario") == against && $0.text("variant") == focus.againstVariant
        && $0.text("area") == focus.area && Difference.isAgainst(focus.scenario, $0)
        && $0.text("period") == focus.period && $0.text("metric") == "population"
    }
    guard let row = found, let median = row.number("median") else { return nil }
    let numbers = page.naming.numbers
    func signed(_ column: String) -> String {
      row.number(column).map { numbers.short($0, isSigned: true) } ?? "–"
    }
    return Comparison(
      arguments: [
        "against": page.naming.against(focus),
        "difference": numbers.short(median, isSigned: true), "least": signed("lower_80"),
        "most": signed("upper_80"),
        "chance": row.number("probability_above_zero").map { numbers.percent($0) } ?? "–",
      ])
  }

  /// Whether an agency published the very total that the projection starts from.
  private static func isObserved(
    _ page: ChartPage, _ launch: TableRows.Row, _ start: Double
  ) -> Bool {
    let wanted = [
      "MEASURE": "POP", "REF_AREA": launch.text("area"), "TIME_PERIOD": launch.text("period"),
      "SEX": "_T", "AGE": "_T", "ESTIMATE_KIND": "OBSERVED",
    ]
    guard let rows = page.rows("observations") else { return false }
    return rows.contains { row in
      guard wanted.allSatisfy({ row.text($0.key) == $0.value }) else { return false }
      return abs((row.number("OBS_VALUE") ?? .nan) - start) < 0.5
    }
  }

  private static func facts(
    _ page: ChartPage, start: Double?, launch: TableRows.Row?, _ arguments: [String: String],
    _ isCompared: Bool
  ) -> [Fact] {
    let words = page.naming.words
    let numbers = page.naming.numbers
    var facts: [Fact] = []
    if let start, let launch {
      facts.append(
        Fact(
          value: numbers.short(start), label: words("report.fact.start", arguments),
          detail: page.naming.kind(
            isObserved(page, launch, start) ? "observed" : launch.text("kind"))))
    }
    facts.append(
      Fact(
        value: arguments["median"] ?? "", label: words("report.fact.end", arguments),
        detail: words("report.fact.interval", arguments)))
    if isCompared {
      facts.append(
        Fact(
          value: arguments["difference"] ?? "", label: words("report.fact.difference", arguments),
          detail: words("report.fact.difference.detail", arguments)))
    }
    if let rules = page.rows("rules") {
      let failed = rules.filter { ($0.number("failed") ?? 0) > 0 }.count
      let open = rules.filter { ($0.number("not_evaluated") ?? 0) > 0 }.count
      facts.append(
        Fact(
          value: numbers.whole(Double(rules.count)), label: words("report.fact.rules"),
          detail: words(
            "report.fact.rules.detail",
            [
              "failed": numbers.whole(Double(failed)), "open": numbers.whole(Double(open)),
            ])))
    }
    return facts
  }
}

/// What moved since last time, and why: results against the previous run first, then figures that
/// their publishers revised or added.
public struct Movements: Hashable, Sendable {
  public struct Item: Hashable, Sendable {
    public let text: String
    public let reason: String
  }

  public let items: [Item]
  /// How many there are in all.
  public let total: Int

  /// - Parameter limit: how many items a person wants to read.
  public init(_ input: ReportInput, limit: Int = 6) {
    let page = ChartPage(input)
    let results = (page.rows("movement").map(Array.init) ?? []).map { Self.result($0, page.naming) }
    let changes = page.rows("changes").map(Array.init) ?? []
    let revised = changes.filter { $0.text("reason") == "revised" }
    let fresh = changes.filter { $0.text("reason") != "revised" }
    let data = [revised, fresh].flatMap { Self.ranked($0, country: input.country) }.map {
      Self.change($0, page.naming)
    }
    let all = results + data
    items = Array(all.prefix(limit))
    total = all.count
  }

  /// The country first, then by the size of the change.
  private static func ranked(_ rows: [TableRows.Row], country: String) -> [TableRows.Row] {
    func rank(_ row: TableRows.Row) -> (Int, Double, String) {
      (
        row.text("area") == country ? 0 : 1, -abs(row.number("relative") ?? 0),
        row.text("measure") + row.text("area") + row.text("period")
      )
    }
    return rows.sorted { rank($0) < rank($1) }
  }

  private static func result(_ row: TableRows.Row, _ naming: Naming) -> Item {
    Item(
      text: naming.words(
        "report.moved.result",
        [
          "area": naming.area(row.text("area")), "period": row.text("period"),
          "metric": naming.label("metric", row.text("metric")),
          "relative": row.number("relative").map { naming.numbers.signedPercent($0) } ?? "–",
        ]),
      reason: naming.words["report.reason.\(row.text("reason"))"] ?? row.text("reason"))
  }

  private static func change(_ row: TableRows.Row, _ naming: Naming) -> Item {
    let value = row.number("value").map(naming.numbers.cell) ?? "–"
    let previous = row.number("previous_value").map(naming.numbers.cell)
    let what = [
      "measure": naming.label("measure", row.text("measure")),
      "area": naming.title(row.text("area")), "period": row.text("period"), "value": value,
      "previous": previous ?? "", "source": naming.label("source", row.text("source")),
      "vintage": String(row.text("vintage").prefix(10)),
    ]
    let key = previous == nil ? "report.moved.new" : "report.moved.revised"
    return Item(
      text: naming.words(key, what), reason: naming.words("\(key).reason", what))
  }
}
