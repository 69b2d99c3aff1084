import Demography
import Words

/// What a scenario changes, in sentences to be pasted into a memo: three significant digits, the interval
/// of the difference on the same draws.
public struct DifferenceText: Hashable, Sendable {
  /// One difference of one metric and area.
  public struct Sentence: Hashable, Sendable {
    public let variant: String
    public let area: String
    public let metric: String
    public let text: String
    /// The size of the difference in levels; 0 where the metric is no number of people at a date.
    let weight: Double
  }

  /// By variant, metric and area in the order of the file; differences that are nothing are left out.
  public let sentences: [Sentence]
  /// The sentence to begin with for each variant: of the metric and area whose number of people any
  /// variant changes most for its size, else the first.
  public var first: [Sentence] {
    let telling = sentences.max { $0.weight < $1.weight }
    let own = sentences.filter { $0.metric == telling?.metric && $0.area == telling?.area }
    return sentences.map(\.variant).distinct().compactMap { variant in
      own.first { $0.variant == variant } ?? sentences.first { $0.variant == variant }
    }
  }

  /// Numbers of people at a date, whose differences can be set against their size.
  private static let stocks: Set<String> = [
    "population", "workforce_15_64", "children_0_14", "elderly_65_plus", "school_age_6_17",
    "temporary_stock", "temporary_present", "displaced_stock",
  ]

  /// - Returns: `nil` for a page without a scenario that it explains.
  public init?(_ input: ReportInput) {
    self.init(ChartPage(input))
  }

  init?(_ page: ChartPage) {
    guard let question = page.input.question else { return nil }
    let own = (page.rows("differences").map(Array.init) ?? []).filter {
      $0.text("scenario") == question.scenario && $0.text("against") == question.against
        && question.isOfYear($0) && !Difference.isNothing($0)
    }
    let levels = (page.rows("levels").map(Array.init) ?? []).filter {
      $0.text("scenario") == question.scenario && question.isOfYear($0)
    }
    var found: [Sentence] = []
    for variant in question.variants {
      for metric in question.metrics {
        for area in question.areas {
          func isIt(_ row: TableRows.Row) -> Bool {
            row.text("variant") == variant && row.text("metric") == metric
              && row.text("area") == area
          }
          guard let difference = own.first(where: isIt), difference.number("median") != nil
          else { continue }
          let level = levels.first(where: isIt)
          let size = level?.number("median") ?? 0
          let change = abs(difference.number("median") ?? 0)
          found.append(
            Sentence(
              variant: variant, area: area, metric: metric,
              text: Self.sentence(page.naming, question, difference, level: level),
              // Less than half a person is no headline, whatever part of nearly nothing it is.
              weight: Self.stocks.contains(metric) && size > 0 && change >= 0.5
                ? change / size : 0))
        }
      }
    }
    sentences = found
  }

  private static func sentence(
    _ naming: Naming, _ question: ScenarioQuestion, _ row: TableRows.Row, level: TableRows.Row?
  ) -> String {
    let numbers = naming.numbers
    let metric = row.text("metric")
    let median = row.number("median") ?? 0
    func said(_ row: TableRows.Row?, _ column: String, isSigned: Bool = false) -> String {
      row?.number(column).map { numbers.significant($0, isSigned: isSigned) } ?? "–"
    }
    // A stock is of a day, if only the last of its year; a flow is of the year as a whole.
    let isOfDay =
      stocks.contains(metric) || Period(row.text("period")).map { $0.frequency == "D" } ?? false
    let year = ["year": String(question.year)]
    let values = [
      "when": naming.words(isOfDay ? "report.copy.by" : "report.copy.in", year),
      "area": naming.area(row.text("area")),
      "metric": naming.label("metric", metric),
      "variant": naming.variant(row.text("variant"), in: question.scenario),
      "against": naming.variant(question.against, in: question.scenario),
      "level": said(level, "median"), "low": said(level, "lower_80"),
      "high": said(level, "upper_80"), "difference": numbers.significant(abs(median)),
      "least": said(row, "lower_80", isSigned: true), "most": said(row, "upper_80", isSigned: true),
    ]
    let kind = PeopleMetrics.all.contains(metric) ? "people" : "ratio"
    return naming.words(
      median == 0
        ? "report.copy.same" : "report.copy.\(kind).\(median > 0 ? "more" : "fewer")", values)
  }
}
