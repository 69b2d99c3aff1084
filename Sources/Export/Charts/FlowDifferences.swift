import Demography
import Words

/// How flows between regions change against what the question compares with: one variant in the year of
/// the flows that is nearest before that of the question.
struct FlowDifferences {
  let variant: String
  let period: String
  /// Pairs whose flow changes, the largest change first.
  let rows: [TableRows.Row]

  /// One for each variant that changes any flow; none where the page explains no scenario.
  static func all(_ page: ChartPage) -> [FlowDifferences] {
    guard let question = page.input.question, let rows = page.rows("od_differences") else {
      return []
    }
    let own = rows.filter {
      $0.text("scenario") == question.scenario && $0.text("against") == question.against
    }
    func year(_ period: String) -> Int { Period(period)?.year ?? Int.max }
    let periods = own.map { $0.text("period") }.distinct().sorted { year($0) < year($1) }
    guard let period = periods.last(where: { year($0) <= question.year }) ?? periods.first else {
      return []
    }
    return question.variants.compactMap { variant in
      let changed = own.filter {
        $0.text("variant") == variant && $0.text("period") == period
          && abs($0.number("median") ?? 0) >= 0.5
      }
      guard !changed.isEmpty else { return nil }
      return FlowDifferences(
        variant: variant, period: period,
        rows: changed.sorted {
          (-abs($0.number("median") ?? 0), $0.text("origin"), $0.text("destination"))
            < (-abs($1.number("median") ?? 0), $1.text("origin"), $1.text("destination"))
        })
    }
  }

  /// Gaps of the texts of a figure of these flows.
  func arguments(_ page: ChartPage) -> [String: String] {
    let question = page.input.question
    let scenario = question?.scenario ?? ""
    return [
      "variant": page.naming.variant(variant, in: scenario), "period": period,
      "against": page.naming.variant(question?.against ?? "", in: scenario),
    ]
  }

  /// The flows as a table.
  func table(_ naming: Naming) -> ReportTable {
    ReportTable(
      naming, rows,
      [
        .area("origin"), .area("destination"), .significant("median"), .significant("lower_80"),
        .significant("upper_80"),
      ])
  }
}

extension TableRows.Row {
  /// `Abai Region → Astana City: +120 (80%: +80 … +160)`
  func flowDifference(_ naming: Naming) -> String {
    func said(_ column: String) -> String {
      number(column).map { naming.numbers.significant($0, isSigned: true) } ?? "–"
    }
    return naming.words(
      "chart.od_difference.tip",
      [
        "origin": naming.area(text("origin")), "destination": naming.area(text("destination")),
        "median": said("median"), "lower": said("lower_80"), "upper": said("upper_80"),
      ])
  }
}
